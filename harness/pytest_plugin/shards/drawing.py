"""Draws a shard: the evals run, every claim answers yes, and what it needs is drawn."""

from __future__ import annotations

import dataclasses

import pytest

from harness.judge import Docket, Drawer
from harness.pytest_plugin.evals import Evals
from harness.pytest_plugin.prepare import is_eval
from harness.pytest_plugin.transport import Message
from harness.pytest_plugin.verdict import has_error


class Drawing(Evals):
    """The plugin object of a process that draws a shard."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Open the docket of an eval, and skip other tests: they run where it is decided."""
        if not is_eval(item):
            pytest.skip("a shard: only evals are run")
        super().pytest_runtest_setup(item)

    def _tell_outcome(
        self,
        item: pytest.Item,
        report: pytest.TestReport,
        call: pytest.CallInfo[None],
        news: Message,
        docket: Docket,
    ) -> None:
        """Let the outcome say whether all is drawn, and tell what the arms are."""
        failed = has_error(report, call, docket, item.config.rootpath) or report.failed
        news["outcome"] = "failed" if failed else "skipped" if report.skipped else "drawn"
        assert isinstance(self.judge, Drawer)  # noqa: S101  as prepared
        known, self.judge.runs_on = self.judge.runs_on, {}
        news["runs_on"] = {name: dataclasses.asdict(one) for name, one in known.items()}
