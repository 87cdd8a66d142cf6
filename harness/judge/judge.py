"""The court of a session: gathers what a claim needs, has it decided, keeps the docket."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from collections.abc import Mapping

import harness
from harness.baseline import Baseline, BaselineStore
from harness.claims import Arms, Baselines, Claim
from harness.decide import decide
from harness.errors import BaselineError, ClaimError, HarnessError
from harness.estimate import sample
from harness.judge.docket import Docket
from harness.records import (
    ArmSpec,
    Config,
    Item,
    Source,
    Statistic,
    Tally,
    Task,
    Where,
    describe_where,
)
from harness.sampling import Sampler
from harness.tasks import load_task


class Judge:
    """Rules on claims, each once, and keeps the draws, tasks and baselines of a worker.

    `most_draws` tells, for each task, the most draws that an eval of the session takes: a new
    baseline has at least as many, whichever eval asks for it first.
    """

    def __init__(
        self,
        config: Config,
        *,
        update_baselines: bool = False,
        most_draws: Mapping[str, int] | None = None,
    ) -> None:
        self.config = config
        self._most_draws = most_draws or {}
        self.updates: dict[tuple[str, str], Baseline] = {}
        self._update = update_baselines
        self._sampler = Sampler(config.seed)
        self.store = BaselineStore(config.path.parent / "baselines")
        self._baselines: dict[tuple[str, str], Baseline] = {}
        self._tasks: dict[str, Task] = {}
        self.docket = Docket(nodeid="", closed=True)

    def open_docket(self, nodeid: str) -> Docket:
        """Begin the docket of a test; claims from now on belong to it."""
        self.docket = Docket(nodeid=nodeid)
        return self.docket

    def close_docket(self) -> None:
        """End the docket of a test; claims from now on, as in a fixture's end, are refused."""
        self.docket = Docket(nodeid="", closed=True)

    def arms(self, task: str, draws: int | None, where: Where) -> Arms:
        """Return the arms on a task's items, as a test sees them."""
        return Arms(self, self._source(task, draws, where, baseline=False), tuple(self.config.arms))

    def baselines(self, task: str, draws: int | None, where: Where) -> Baselines:
        """Return the arms' baselines on a task's items, as a test sees them."""
        source = self._source(task, draws, where, baseline=True)
        return Baselines(self, source, tuple(self.config.arms))

    def task(self, name: str) -> Task:
        """Return a task, read once."""
        if name not in self._tasks:
            self._tasks[name] = load_task(self.config.path.parent / "tasks", name)
        return self._tasks[name]

    def note(self, claim: Claim) -> None:
        """Take notice of a claim that was built.

        Raises
        ------
        ClaimError
            If it is an alarm about a claim that has been decided already, in whole or in part.
        """
        if claim.inner is not None and self.docket.ruling_on(claim.inner) is not None:
            msg = f"{claim.inner.text} has been decided already: it can't become an alarm"
            raise ClaimError(msg, hint="write no_evidence(a < b) with a comparison of its own")
        if claim.inner is not None and self.docket.is_second_half(claim):
            msg = "no_evidence() takes one comparison, not a chained one"
            raise ClaimError(msg, hint="write an alarm for each side")
        self.docket.built.append(claim)

    def rule(self, claim: Claim) -> bool:
        """Decide a claim whose truth is taken, enter it in the docket once, and say if it holds.

        Where the policy does not fail what is inconclusive, the test goes on past it.
        """
        ruling = self.docket.ruling_on(claim)
        if ruling is None:
            if _asked_by_pytest():
                return True
            if self.docket.closed:
                msg = f"{claim.text} is asked for outside of an eval, where no verdict counts"
                raise ClaimError(msg, hint="assert it in the body of a test marked harness")
            try:
                self._check_sources(claim)
                data, figures = sample(claim.terms, self._tally)
                decision = decide(data, claim.question, self.config.policy)
            except HarnessError as error:
                self.docket.errors.append(error)  # it counts even if the test catches it
                raise
            ruling = self.docket.enter(claim, decision, figures)
        verdict = ruling.decision.verdict
        lenient = self.config.policy.inconclusive != "fail"
        return verdict == "supported" or (lenient and verdict == "inconclusive")

    def _source(self, task: str, draws: int | None, where: Where, *, baseline: bool) -> Source:
        count = draws or self.config.draws
        return Source(task=task, arm="", baseline=baseline, draws=count, where=where)

    def _check_sources(self, claim: Claim) -> None:
        """Refuse what can't be compared: other tasks, other sampling, or the same draws."""
        sources = list(dict.fromkeys(statistic.source for _, statistic in claim.terms))
        first, arm = sources[0], self.config.arms[sources[0].arm]
        owners: dict[tuple[object, ...], str] = {}
        for source in sources:
            other = self.config.arms[source.arm]
            if source.task != first.task:
                msg = f"{claim.text} compares task {first.task!r} with task {source.task!r}"
                raise ClaimError(msg, hint="make a claim for each task")
            for name, value in dataclasses.asdict(other.sampling).items():
                if value != getattr(arm.sampling, name):
                    msg = (
                        f"{arm.name!r} and {other.name!r} are incomparable: {name} is "
                        f"{getattr(arm.sampling, name)} and {value}"
                    )
                    raise ClaimError(msg, where=other.where, hint="give both the same sampling")
            if not source.baseline:
                stream = (self._sampler.fingerprint(other), other.sampling, other.stream)
                owner = owners.setdefault(stream, other.name)
                if owner != other.name:
                    msg = f"{owner!r} and {other.name!r} share their draws"
                    hint = "give one of them a `stream:` of its own"
                    raise ClaimError(msg, where=other.where, hint=hint)

    def _items(self, source: Source) -> list[Item]:
        task = self.task(source.task)
        where = (*source.where, *source.narrowed)
        chosen = [task.items[position] for position in task.select(where)]
        if not chosen:
            msg = f"no item of task {task.name!r} has all of {describe_where(where)}"
            raise ClaimError(msg, hint="take one condition away")
        return chosen

    def _tally(self, statistic: Statistic) -> Tally:
        source = statistic.source
        arm, task, items = self.config.arms[source.arm], self.task(source.task), self._items(source)
        if source.baseline:
            return _of_items(self._baseline(arm, task, source.draws), items, self.store)
        if statistic.predicate is not None:
            return self._sampler.rates(arm, task, items, statistic)
        return self._sampler.tally(arm, task, items, source.draws)

    def _baseline(self, arm: ArmSpec, task: Task, draws: int) -> Baseline:
        key = (task.name, arm.name)
        if key not in self._baselines:
            if self._update:
                self.updates[key] = self._baselines[key] = self._resample(arm, task, draws)
            else:
                self._baselines[key] = self.store.load(*key)
        baseline = self._baselines[key]
        for name, value in self._identity(arm, task).items():
            if baseline.identity[name] != value:
                msg = f"the {name} has changed since this baseline was taken"
                hint = "take it anew with --harness-update-baseline"
                raise BaselineError(msg, where=str(self.store.path(*key)), hint=hint)
        return baseline

    def _identity(self, arm: ArmSpec, task: Task) -> dict[str, object]:
        return {
            "scorer": self._sampler.scorer(task).hash,
            "sampling": dataclasses.asdict(arm.sampling),
        }

    def _resample(self, arm: ArmSpec, task: Task, draws: int) -> Baseline:
        """Take a baseline from a fresh stream: never from the draws that are being judged."""
        epoch = self.store.next_epoch(task.name, arm.name)
        fresh = dataclasses.replace(arm, stream=f"baseline@{epoch}:{arm.name}")
        most = self._most_draws.get(task.name, draws)
        count = max(draws, most, self.config.baseline_draws)
        return Baseline(
            task=task.name,
            arm=arm.name,
            epoch=epoch,
            identity=self._identity(arm, task),
            provenance={
                "fingerprint": self._sampler.fingerprint(arm),
                "seed": self.config.seed,
                "version": harness.__version__,
                "created": dt.datetime.now(dt.UTC).date().isoformat(),
            },
            tally=self._sampler.tally(fresh, task, task.items, count),
        )


def _of_items(baseline: Baseline, items: list[Item], store: BaselineStore) -> Tally:
    """Return the baseline's tally of `items`, in their order."""
    tally = baseline.tally
    position = {identity: row for row, identity in enumerate(tally.ids)}
    missing = [item for item in items if item.id not in position]
    if missing:
        msg = (
            f"this baseline lacks {len(missing)} of {len(items)} items, "
            f"the first of them {missing[0].prompt!r}"
        )
        where = str(store.path(baseline.task, baseline.arm))
        hint = "take it anew with --harness-update-baseline"
        raise BaselineError(msg, where=where, hint=hint)
    rows = [position[item.id] for item in items]
    return Tally(
        ids=tuple(item.id for item in items),
        draws=tally.draws[rows],
        metrics=tally.metrics,
        sums=tally.sums[rows],
        products=tally.products[rows],
        answers=tuple(tally.answers[row] for row in rows),
    )


def _asked_by_pytest() -> bool:
    """Say whether pytest asks for a claim's truth to explain an assert that has failed already.

    It does so for every comparison inside the assert, such as the inner claim of an alarm. The
    test itself never took that claim's truth, so that nothing is to be decided.
    """
    # 0 is this function, 1 is rule, 2 is Claim.__bool__, 3 is who asks.
    return sys._getframe(3).f_code.co_name == "_call_reprcompare"  # noqa: SLF001  documented in sys
