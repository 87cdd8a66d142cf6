"""Runs evals: gives them their arms, and sees to it that every verdict counts.

Lives in each process that runs tests. What it learns travels on the test reports to the gate.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from harness.baseline import dump
from harness.claims import Arms, Baselines, Quantity
from harness.config import load_config, replace_arms
from harness.errors import ConfigError, HarnessError
from harness.judge import Docket, Judge, joined
from harness.pytest_plugin.marker import read_marker
from harness.pytest_plugin.transport import ATTRIBUTE, Message, encode
from harness.pytest_plugin.verdict import Case, settle
from harness.records import Config, Ruling
from harness.report import explain

_MARKED_LATE = (
    "this test was marked as an eval after the evals were collected; "
    "mark it with @pytest.mark.harness or in pytest_collection_modifyitems"
)
_docket_key = pytest.StashKey[Docket]()


def is_eval(item: pytest.Item) -> bool:
    """Say whether a test is marked as an eval."""
    return item.get_closest_marker("harness") is not None


class Evals:
    """The plugin object of a process that runs evals."""

    def __init__(self, config: pytest.Config) -> None:
        self._pytest = config
        self._judge: Judge | None = None
        self._broken: HarnessError | None = None
        self._deselected = 0
        self._in_call = False
        self._news: Message = {}

    @property
    def judge(self) -> Judge:
        """The judge of this process; there is one once the evals have been checked."""
        if self._judge is None:
            msg = "evals are not set up yet"
            raise RuntimeError(msg)
        return self._judge

    def arms(self, item: pytest.Item) -> Arms:
        """Return the arms as the eval sees them."""
        marker = read_marker(item)
        return self.judge.arms(marker.task, self._draws(marker.draws), marker.where)

    def baselines(self, item: pytest.Item) -> Baselines:
        """Return the baselines as the eval sees them."""
        marker = read_marker(item)
        return self.judge.baselines(marker.task, self._draws(marker.draws), marker.where)

    def _draws(self, marked: int | None) -> int | None:
        option: int | None = self._pytest.getoption("--harness-draws")
        return option or marked

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Count deselected evals: they are named, never forgotten."""
        self._deselected += sum(map(is_eval, items))

    def check(self, items: Sequence[pytest.Item]) -> None:
        """Check config and markers before any test runs, and note which evals there are.

        Raises
        ------
        pytest.UsageError
            If something is wrong, and this process may end the session.
        """
        evals = [item for item in items if is_eval(item)]
        if not evals:
            return
        self._news = {
            "manifest": [item.nodeid for item in evals], "deselected": self._deselected,
        }  # fmt: skip
        try:
            self._judge = self._prepare(evals)
        except HarnessError as error:
            if not hasattr(self._pytest, "workerinput"):
                raise pytest.UsageError(str(error)) from None
            self._broken = error  # a worker can't end the session: each eval says it
            return
        self._news["settings"] = _settings(self._judge.config, self._pytest.rootpath)

    def _prepare(self, evals: Sequence[pytest.Item]) -> Judge:
        """Read the config and all markers, and see that tasks and selections exist."""
        if sys.flags.optimize:
            msg = "python -O strips asserts, so that no claim would be decided"
            raise ConfigError(msg, hint="run without -O and without PYTHONOPTIMIZE")
        config = self._config()
        markers = [(item, read_marker(item)) for item in evals]
        most: dict[str, int] = {}
        for _, marker in markers:
            draws = self._draws(marker.draws) or config.draws
            most[marker.task] = max(most.get(marker.task, 0), draws)
        update = self._pytest.getoption("--harness-update-baseline")
        judge = Judge(config, update_baselines=update, most_draws=most)
        for item, marker in markers:
            try:
                judge.task(marker.task).select(marker.where)
            except HarnessError as error:
                error.where = error.where or item.nodeid
                raise
        return judge

    def _config(self) -> Config:
        """Read the config, and apply what the options change of it."""
        option = self._pytest.getoption
        draws: int | None = option("--harness-draws")
        if draws is not None and draws < 1:
            msg = "must be a whole number from 1"
            raise ConfigError(msg, where=f"--harness-draws {draws}")
        path = option("--harness-config") or self._pytest.getini("harness_config")
        config = load_config(Path(_from(Path.cwd(), str(self._pytest.rootpath / path))))
        config = replace_arms(config, option("--harness-arm"))
        seed: int | None = option("--harness-seed")
        return config if seed is None else dataclasses.replace(config, seed=seed)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fail the eval if the config is broken; else open its docket."""
        if not is_eval(item):
            return
        if self._broken is not None:
            pytest.fail(str(self._broken), pytrace=False)
        item.stash[_docket_key] = self.judge.open_docket(item.nodeid)

    def pytest_assertrepr_compare(self, left: object, right: object) -> list[str] | None:
        """Print the evidence when the assert of a claim fails."""
        if self._judge is None or not (isinstance(left, Quantity) or isinstance(right, Quantity)):
            return None
        ruling = self._judge.docket.ruling_between(left, right)
        if ruling is None or ruling.decision.verdict == "supported":
            return None
        return list(explain(ruling))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Know when a test is running: reports made meanwhile are not the test's own."""
        self._in_call = True
        try:
            return (yield)
        finally:
            self._in_call = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let no unsupported claim pass, and send the news with the report."""
        report = yield
        if self._in_call or not is_eval(item):
            return report  # a part of a test, such as a subtest, is judged with the whole
        news, self._news = self._news, {}
        if report.when == "teardown":
            if report.failed:
                news["outcome"] = "error"
        elif report.when == "call" or not report.passed:
            self._settle(item, report, call, news)
        setattr(report, ATTRIBUTE, news)
        return report

    def _settle(
        self,
        item: pytest.Item,
        report: pytest.TestReport,
        call: pytest.CallInfo[None],
        news: Message,
    ) -> None:
        """Judge a test that has run, or whose setup did not pass."""
        docket = item.stash.get(_docket_key, None)
        if docket is None:
            if self._broken is None:
                report.outcome, report.longrepr = "failed", _MARKED_LATE
            news["outcome"] = "error"
            return
        rulings = [self._placed(ruling) for ruling in joined(docket.rulings)]
        policy = self.judge.config.policy
        case = Case(
            docket=docket,
            rulings=rulings,
            inconclusive=policy.inconclusive,
            root=item.config.rootpath,
        )
        outcome = settle(report, call, case)
        news["outcome"] = "error" if report.when == "setup" and outcome == "failed" else outcome
        news["rulings"] = [encode(ruling) for ruling in rulings]
        finished = report.when == "call" and call.excinfo is None
        news["unasserted"] = list(docket.unasserted()) if finished else []
        news["baselines"] = self._new_baselines()
        self.judge.close_docket()

    def _placed(self, ruling: Ruling) -> Ruling:
        """Name the place of a ruling from the root, so that it is the same on every machine."""
        return dataclasses.replace(ruling, place=_from(self._pytest.rootpath, ruling.place))

    def _new_baselines(self) -> dict[str, str]:
        fresh, self.judge.updates = self.judge.updates, {}
        return {str(self.judge.store.path(*key)): dump(baseline) for key, baseline in fresh.items()}


def _settings(config: Config, root: Path) -> dict[str, object]:
    """Return what a run rests on; paths from the root, the same on every machine."""
    return {
        "policy": dataclasses.asdict(config.policy),
        "draws": config.draws,
        "seed": config.seed,
        "arms": {
            name: {
                "engine": arm.engine,
                **{key: _from(root, value) for key, value in arm.options.items()},
                **dataclasses.asdict(arm.sampling),
            }
            for name, arm in config.arms.items()
        },
    }


def _from(root: Path, path: str) -> str:
    """Shorten a path that lies below `root`."""
    return os.path.normpath(path).removeprefix(f"{root}{os.sep}")
