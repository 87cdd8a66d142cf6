"""The gate: gathers the evals' news where reports arrive, and turns the session red or green.

Registered in every pytest run, so it imports nothing until an eval reports. Under xdist it lives
in the controller, which alone writes files.
"""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin.intake import Intake
from harness.pytest_plugin.output import LEDGER, Output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.pytest_plugin.transport import Message
    from harness.report import Run

#: pytest's category, letter and word for the outcomes that are the evals' own.
_STATUS: dict[str, tuple[str, str, tuple[str, dict[str, bool]]]] = {
    "inconclusive": ("inconclusive", "I", ("INCONCLUSIVE", {"yellow": True})),
    "not proven": ("not proven", "i", ("NOT PROVEN", {"yellow": True})),
}
_PYTEST_OUTCOME = {"inconclusive": "failed", "not proven": "passed"}


class Gate:
    """Knows which evals there are and what became of them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._start = time.time()
        self._news = Intake()
        self._sample: int | None = None
        self._name = ""
        self._run: Run | None = None
        self._stopped = False
        self._output = Output(
            config.rootpath,
            config.getoption("--harness-run"),
            config.getoption("--harness-decide"),
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401  xdist has no types
        """Tell a worker which sample of draws to take, also one that replaces another."""
        if self._sample is None and self._config.getoption("--harness-fresh"):
            from harness.errors import LedgerError  # noqa: PLC0415  only with workers
            from harness.ledger import read_ledger  # noqa: PLC0415

            with contextlib.suppress(LedgerError):  # each worker says what is wrong with it
                self._sample = read_ledger(self._config.rootpath / LEDGER).sample + 1
        if self._sample is not None:
            node.workerinput["harness_sample"] = self._sample
        if not self._name:
            from harness.pytest_plugin.running import name_of_run  # noqa: PLC0415  as above

            self._name = name_of_run(self._config.rootpath)
        node.workerinput["harness_run"] = self._name

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, Mapping[str, bool]]] | None:
        """Show an inconclusive eval as an outcome of its own."""
        message = getattr(report, "harness", None)
        outcome = message.get("outcome", "") if message else ""
        if outcome not in _STATUS or report.outcome != _PYTEST_OUTCOME[outcome]:
            return None  # such as a rerun, which is another plugin's to show
        return _STATUS[outcome]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the news that a report brings."""
        message: Message | None = getattr(report, "harness", None)
        if message is None:
            return
        if "manifest" in message and not self._news.manifest:
            self._output.remove_run()
        self._news.take(report.nodeid, report.location, message)
        if self._news.settings and message.get("ledger"):
            # Now: what was looked at counts, even if this run is killed.
            self._output.write_ledger(self._news.ledger, self._news.settings["sample"])

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Know a session that stopped by itself, as with -x under xdist: its run has ended."""
        self._stopped = excinfo.type is not KeyboardInterrupt and isinstance(
            excinfo.value, KeyboardInterrupt
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what there is to write; fail if an eval never reported, or a file is not there."""
        if not self._news.manifest:
            return
        from harness.pytest_plugin.finish import finished  # noqa: PLC0415  only after evals
        from harness.pytest_plugin.running import name_of_run  # noqa: PLC0415

        name = name_of_run(self._config.rootpath)  # before its end is noted
        interrupted = session.exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        written = [] if interrupted else self._output.write_baselines(self._news.baselines)
        if not interrupted or self._stopped:
            self._output.end_run()
        self._run = finished(self._news, self._config, written, name=name, start=self._start)
        self._output.write_run(self._run)
        if self._news.settings:
            self._output.write_ledger(self._news.ledger, self._news.settings["sample"])
        failed = self._run.missing or self._output.trouble
        if session.exitstatus == pytest.ExitCode.OK and failed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if not self._config.pluginmanager.has_plugin("terminalreporter"):
            from harness.pytest_plugin.ending import print_plainly  # noqa: PLC0415  as above

            print_plainly(self._run, self._output.trouble, sys.stderr)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the claims in full that pytest does not, then the table of all claims."""
        if self._run is not None:
            from harness.pytest_plugin.ending import show  # noqa: PLC0415  only after evals

            show(self._run, self._output.trouble, terminalreporter)
