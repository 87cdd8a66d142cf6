"""The gate of a shard: writes what was drawn, and fails the session if anything was not."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from harness.pytest_plugin.gate import Gate

if TYPE_CHECKING:
    from harness.shards import Shard


class ShardGate(Gate):
    """Knows which evals there are and whether their share is drawn; nothing is decided."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__(config)
        self._shard: Shard | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, Mapping[str, bool]]] | None:
        """Show an eval as drawn: it did not pass, since nothing was decided."""
        message = getattr(report, "harness", None)
        outcome = message.get("outcome", "") if message else ""
        if outcome != "drawn" or not report.passed:
            return None
        return "drawn", ".", ("DRAWN", {"green": True})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the news that a report brings; what an older shard said is gone by then."""
        message = getattr(report, "harness", None) or {}
        if "manifest" in message and not self._news.manifest:
            self._output.remove_shard()
        super().pytest_runtest_logreport(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what was drawn; fail if something was not."""
        if not self._news.settings:
            return
        from harness.pytest_plugin.shards.finish import shard_drawn  # noqa: PLC0415  after evals

        self._shard = shard_drawn(self._news, self._config)
        self._output.write_shard(self._shard)
        failed = bool(self._shard.undrawn or self._output.trouble)
        if session.exitstatus == pytest.ExitCode.OK and failed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if session.exitstatus == pytest.ExitCode.OK:
            self._output.end_run()
        if not self._config.pluginmanager.has_plugin("terminalreporter"):
            print(*self._lines(self._shard), sep="\n", file=sys.stderr)  # noqa: T201

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what was drawn, and that nothing is decided."""
        if self._shard is None:
            return
        terminalreporter.write_sep("=", "harness")
        first, *rest = self._lines(self._shard)
        color = {"red": True} if self._shard.undrawn or rest else {"green": True}
        terminalreporter.write_line(first, bold=True, **color)
        for line in rest:
            terminalreporter.write_line(line, red=True)

    def _lines(self, shard: Shard) -> list[str]:
        from harness.pytest_plugin.shards.finish import headline  # noqa: PLC0415  as above

        return [headline(shard), *self._output.trouble]
