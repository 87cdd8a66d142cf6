"""Runs evals: gives them their arms, and sees to it that every verdict counts.

Lives in each process that runs tests. What it learns travels on the test reports to the gate.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence

import pytest

from harness.baseline import dump
from harness.claims import Arms, Baselines, Quantity
from harness.errors import HarnessError
from harness.judge import Docket, Judge, joined
from harness.pytest_plugin.evidence import put_evidence
from harness.pytest_plugin.marker import EvalMarker, read_marker
from harness.pytest_plugin.prepare import (
    Prepared,
    from_root,
    is_eval,
    planned_rows,
    prepare,
)
from harness.pytest_plugin.properties import properties
from harness.pytest_plugin.transport import ATTRIBUTE, Message, encode
from harness.pytest_plugin.verdict import Case, settle
from harness.records import Ruling
from harness.report import explain
from harness.report.untrusted import printable

_MARKED_LATE = (
    "this test was marked as an eval after the evals were collected; "
    "mark it with @pytest.mark.harness or in pytest_collection_modifyitems"
)
_docket_key = pytest.StashKey[Docket]()


class Evals:
    """The plugin object of a process that runs evals."""

    def __init__(self, config: pytest.Config) -> None:
        self._pytest = config
        self._ready: Prepared | None = None
        self._broken: HarnessError | None = None
        self._deselected = 0
        self._in_call = False
        self._news: Message = {}

    @property
    def ready(self) -> Prepared:
        """What the evals need; it is there once they have been checked."""
        if self._ready is None:
            msg = "evals are not set up yet"
            raise RuntimeError(msg)
        return self._ready

    @property
    def judge(self) -> Judge:
        """The judge of this process."""
        return self.ready.judge

    def arms(self, item: pytest.Item) -> Arms:
        """Return the arms as the eval sees them."""
        marker, (draws, _) = self._marker(item)
        return self.judge.arms(marker.task, draws, marker.where)

    def baselines(self, item: pytest.Item, name: str) -> Baselines:
        """Return the baselines, or the anchors, as the eval sees them."""
        marker, (draws, _) = self._marker(item)
        return self.judge.baselines(marker.task, draws, marker.where, name)

    def _marker(self, item: pytest.Item) -> tuple[EvalMarker, tuple[int, bool]]:
        """Return what the eval's marker says, with its draws and whether looks are planned."""
        marker = self.ready.markers.get(item.nodeid) or read_marker(item)
        return marker, marker.size(self.ready.config, self.ready.draws)

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
            self._ready = prepare(self._pytest, evals)
        except HarnessError as error:
            if not hasattr(self._pytest, "workerinput"):
                raise pytest.UsageError(printable(str(error))) from None
            self._broken = error  # a worker can't end the session: each eval says it
            return
        self._news["settings"] = self._ready.settings
        self._news["notes"] = list(self._ready.notes)
        self._news["plan"] = planned_rows(self.judge.record.plan)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fail the eval if the config is broken; else open its docket."""
        if not is_eval(item):
            return
        if self._broken is not None:
            pytest.fail(printable(str(self._broken)), pytrace=False)
        marker, (_, auto) = self._marker(item)
        policy = marker.applied(self.ready.config.policy)
        item.stash[_docket_key] = self.judge.open_docket(item.nodeid, policy, auto=auto)

    def pytest_assertrepr_compare(self, left: object, right: object) -> list[str] | None:
        """Print the evidence when the assert of a claim fails."""
        if self._ready is None or not (isinstance(left, Quantity) or isinstance(right, Quantity)):
            return None
        ruling = self.judge.docket.ruling_between(left, right)
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
        if not self._in_call and (docket := item.stash.get(_docket_key, None)) is not None:
            put_evidence(call, docket.rulings)
        report = yield
        if self._in_call or not is_eval(item):
            return report  # a part of a test, such as a subtest, is judged with the whole
        news, self._news = self._news, {}
        if report.when == "teardown":
            if report.passed and (late := self._late()):
                report.outcome, report.longrepr = "failed", late
            if report.failed:
                news["outcome"] = "error"
        elif report.when == "call" or not report.passed:
            self._settle(item, report, call, news)
        if isinstance(report.longrepr, str):  # ours, or an error's in one line
            report.longrepr = printable(report.longrepr)
        setattr(report, ATTRIBUTE, news)
        return report

    def _late(self) -> str:
        """Say what was claimed after the test's end, where nobody looks at it."""
        if self._ready is None:
            return ""
        docket = self.judge.docket
        late = [str(one) for one in docket.errors] or [
            f"{one} was claimed after the test's end" for one in docket.unasserted()
        ]
        self.judge.close_docket()
        return "; ".join(late)

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
        if report.when == "call":
            self.judge.hold_to_policy()
        self._tell_outcome(item, report, call, news, docket)
        news["spent"] = [
            {"arm": arm, "stream": stream, "spent": dataclasses.asdict(spent)}
            for (arm, stream), spent in self.judge.clerk.spent().items()
        ]
        self._tell_reads(news)
        self.judge.close_docket()

    def _tell_outcome(
        self,
        item: pytest.Item,
        report: pytest.TestReport,
        call: pytest.CallInfo[None],
        news: Message,
        docket: Docket,
    ) -> None:
        """Let the outcome follow from the rulings, and tell what became of the claims."""
        rulings = [self._placed(ruling) for ruling in joined(docket.rulings)]
        policy = docket.policy
        case = Case(
            docket=docket,
            rulings=rulings,
            inconclusive=policy.inconclusive,
            root=item.config.rootpath,
            not_reached=self._not_reached(item, rulings),
        )
        outcome = settle(report, call, case)
        news["outcome"] = "error" if report.when == "setup" and outcome == "failed" else outcome
        news["rulings"] = [encode(ruling) for ruling in rulings]
        # Of the test, not of this report: the last one brings them to --junitxml.
        item.user_properties += [pair for ruling in rulings for pair in properties(ruling)]
        finished = report.when == "call" and call.excinfo is None
        news["unasserted"] = list(docket.unasserted()) if finished else []
        news["baselines"] = self._new_baselines()
        record = self.judge.record
        news["ledger"], record.news = record.news, {}
        news["recalled"], record.recalled = record.recalled, 0
        news["unpinned"], record.unpinned = sorted(record.unpinned), set()

    def _tell_reads(self, news: Message) -> None:
        """Send what claims read that was not told before."""
        reads = self.judge.reads
        news["reads"] = [dataclasses.asdict(one) for one in reads.take()]
        news["held"] = [dataclasses.asdict(one) for one in reads.take_held()]
        rosters = reads.take_rosters().items()
        news["rosters"] = {name: dataclasses.asdict(one) for name, one in rosters}

    def _not_reached(self, item: pytest.Item, rulings: Sequence[Ruling]) -> tuple[str, ...]:
        """Name what was planned for an eval and never decided."""
        plan = self.judge.record.plan
        decided = {(ruling.task, ruling.normal_form) for ruling in rulings}
        claims = () if plan is None else plan.claims
        return tuple(
            claim.text
            for claim in claims
            if claim.nodeid == item.nodeid and (claim.task, claim.text) not in decided
        )

    def _placed(self, ruling: Ruling) -> Ruling:
        """Name the place of a ruling from the root, so that it is the same on every machine."""
        return dataclasses.replace(ruling, place=from_root(self._pytest.rootpath, ruling.place))

    def _new_baselines(self) -> dict[str, str]:
        shelf = self.judge.clerk.shelf
        fresh, shelf.updates = shelf.updates, {}
        return {
            str(shelf.sets["baseline"].path(*key)): dump(baseline)
            for key, baseline in fresh.items()
        }
