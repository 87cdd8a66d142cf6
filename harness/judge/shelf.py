"""The baselines of a session: each read once, taken anew where asked, refused where it fails."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping, Sequence

from harness.baseline import Baseline, BaselineStore, digest
from harness.baseline.state import Trouble, partial, stale, unlike
from harness.baseline.take import identity_of, take
from harness.engines import replays
from harness.errors import BaselineError
from harness.judge.replays import refuse_baseline
from harness.records import Config, Held, Item, Source, Tally, Task
from harness.sampling import Sampler


class Shelf:
    """Keeps the baselines of a worker.

    Parameters
    ----------
    config
        The arms, and how they are sampled.
    sampler
        Gives the draws of new baselines.
    sets
        Where baselines are, by the name that sources call them by.
    update
        Whether baselines are taken anew. Anchors never are.
    most_draws
        The most draws that an eval of the session takes: a new baseline has at least as many,
        whichever eval asks for it first. Of any task, for an eval may read others than its own.

    Attributes
    ----------
    updates
        Baselines that were taken anew, by task and arm.
    """

    def __init__(
        self,
        config: Config,
        sampler: Sampler,
        sets: Mapping[str, BaselineStore],
        *,
        update: bool = False,
        most_draws: int = 0,
    ) -> None:
        self._config = config
        self._sampler = sampler
        self._update = update
        self._most_draws = most_draws
        self.sets = sets
        self.updates: dict[tuple[str, str], Baseline] = {}
        self._kept: dict[tuple[str, str, str], Baseline] = {}
        self._load = functools.cache(self._loaded)
        self._digest = functools.cache(self._digested)

    def _loaded(self, name: str, task: str, arm: str) -> Baseline:
        return self.sets[name].load(task, arm)

    def _digested(self, name: str, task: str, arm: str) -> str:
        return digest(self._kept[name, task, arm])

    def digest(self, source: Source, task: Task) -> str:
        """Return the hash of a baseline that may be compared with; raises as `tally` does."""
        self._fitting(source, task)
        return self._digest(source.baseline, source.task, source.arm)

    def tally(self, source: Source, task: Task, items: Sequence[Item]) -> Tally:
        """Return the baseline's tally of some items, in their order, if it may be compared with.

        Raises
        ------
        BaselineError
            If it is missing, stale, changed, partial or broken; it says which.
        """
        return self._of_items(source, self._fitting(source, task), task, items)

    def _fitting(self, source: Source, task: Task) -> Baseline:
        baseline = self._brought(source, task)
        arm = self._config.arms[source.arm]
        today = dt.datetime.now(dt.UTC).date()
        age = self._config.baseline_age if source.baseline == "baseline" else None
        identity = identity_of(arm, task, self._sampler)
        others = unlike(baseline, identity, anchor=source.baseline == "anchor")
        self._refuse(source, *others, *stale(baseline, today, age))
        return baseline

    def stored(self, source: Source, task: Task, items: Sequence[Item]) -> Tally:
        """Return what is stored of an arm on some items, fit or not for a claim.

        Of a source that is no baseline, that of its arm.

        Raises
        ------
        BaselineError
            If nothing is, it is broken, or it lacks some of the items.
        """
        source = dataclasses.replace(source, baseline=source.baseline or "baseline")
        baseline = self._load(source.baseline, source.task, source.arm)
        return self._of_items(source, baseline, task, items)

    def _brought(self, source: Source, task: Task) -> Baseline:
        key = (source.baseline, task.name, source.arm)
        if key not in self._kept:
            if self._update and source.baseline == "baseline":
                taken = self._taken(source, task)
                self.updates[key[1:]] = self._kept[key] = taken
            else:
                self._kept[key] = self._load(*key)
        return self._kept[key]

    def _taken(self, source: Source, task: Task) -> Baseline:
        """Take a baseline from a fresh stream: never from the draws that are being judged."""
        arm = self._config.arms[source.arm]
        if replays(arm):
            refuse_baseline(arm)
        last = self.sets["baseline"].find(task.name, arm.name)
        most = max(source.draws, self._most_draws, self._config.baseline_draws)
        return take(
            arm, task.lasting, self._sampler, epoch=1 if last is None else last.epoch + 1,
            draws=1 if task.likelihoods else most, seed=self._config.seed,
        )  # fmt: skip

    def _of_items(
        self, source: Source, baseline: Baseline, task: Task, items: Sequence[Item]
    ) -> Tally:
        self._refuse(source, *partial(baseline, items), adds=True)
        tally = baseline.kept([item.id for item in items]).tally
        right = self._sampler.scorer(task).right
        return dataclasses.replace(tally, right=tuple(map(right, items)), exact=task.likelihoods)

    def _refuse(self, source: Source, *troubles: Trouble, adds: bool = False) -> None:
        for trouble in troubles:
            store = self.sets[source.baseline]
            where = store.where(source.task, source.arm)
            raise BaselineError(str(trouble), where=where, hint=store.step(trouble.hint, adds=adds))

    def held(self, source: Source, task: Task) -> Held:
        """Return what is to be told of a baseline that was brought."""
        key = (source.baseline, source.task, source.arm)
        baseline, store = self._kept[key], self.sets[source.baseline]
        tally = baseline.tally
        rows = {identity: row for row, identity in enumerate(tally.ids)}
        found = [rows.get(item.id) for item in task.items]
        draws, sums = tally.draws.tolist(), tally.sums.tolist()
        change = store.edited(task.name, baseline.arm)
        added = change == "adds"  # and so it was read from the tree
        return Held(
            task=task.name,
            arm=baseline.arm,
            name=source.baseline,
            place=str((store.path if added else store.where)(task.name, baseline.arm)),
            digest=self._digest(*key),
            epoch=baseline.epoch,
            taken=baseline.oldest,
            change=change,
            draws=tuple(0 if row is None else draws[row] for row in found),
            sums={
                metric: tuple(0.0 if row is None else sums[row][column] for row in found)
                for column, metric in enumerate(tally.metrics)
            },
        )
