"""The clerk of a session: brings tasks, draws and baselines, each once."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
import json
import math
from collections.abc import Iterable, Iterator, Sequence

from harness.baseline import open_sets
from harness.engines import replays
from harness.errors import ClaimError
from harness.estimate import Figure
from harness.judge.fresh import fresh_seeds, measured_by, refuse_fresh_items
from harness.judge.parity import check_alike
from harness.judge.recipes import check_models
from harness.judge.replays import check_apart, check_known, refuse_fresh
from harness.judge.share import Share
from harness.judge.shelf import Shelf
from harness.records import (
    ONE_DRAW,
    ArmSpec,
    Config,
    Item,
    Look,
    Source,
    Spent,
    Statistic,
    Tally,
    Task,
    describe_where,
)
from harness.sampling import Sampler
from harness.store import scorer_key
from harness.tasks import load_task


class Clerk:
    """Keeps the draws, tasks and baselines of a worker.

    Parameters
    ----------
    config
        The arms, and how they are sampled.
    number
        Which sample of draws to take: 1, or a later one for a fresh attempt.
    fresh
        Whether that attempt begins now.
    sampler
        Gives the draws; one that keeps them in memory if none is given.
    shelf
        Gives the baselines; the accepted ones of the working tree if none is given.
    share
        What of the items is seen; all of them if none is given.
    """

    def __init__(  # noqa: PLR0913  what it works with
        self,
        config: Config,
        *,
        number: int = 1,
        fresh: bool = False,
        sampler: Sampler | None = None,
        shelf: Shelf | None = None,
        share: Share | None = None,
    ) -> None:
        self._config = config
        self._number = number
        self._fresh = fresh
        self._share = share
        self._sampler = sampler or Sampler(config.seed)
        self.shelf = shelf or Shelf(config, self._sampler, open_sets(config.path.parent, None, {}))
        self.task = functools.cache(self._load_task)

    def _load_task(self, name: str) -> Task:
        return load_task(self._config.path.parent / "tasks", name, self._sampler.run)

    def arm(self, name: str) -> ArmSpec:
        """Return an arm, with the stream of this sample of draws."""
        arm, number = self._config.arms[name], self._number
        return dataclasses.replace(arm, stream=f"{arm.stream}#{number}") if number > 1 else arm

    def fingerprint(self, source: Source) -> str:
        """Return the identity of what an arm runs on."""
        return self._sampler.fingerprint(self._config.arms[source.arm])

    def identity(self, source: Source) -> str:
        """Return what identifies the draws of an arm on a task; a record has no streams of them.

        Items that are made for this run have draws that no other has.
        """
        arm, task = self.arm(source.arm), self.task(source.task)
        parts = [
            self.fingerprint(source),
            dataclasses.asdict(arm.sampling),
            *([] if replays(arm) else [arm.stream, self._config.seed]),
            source.task,
            *(fresh_seeds(task, self.items(source)) if task.fresh else ()),
        ]
        return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()

    def spent(self) -> dict[tuple[str, str], Spent]:
        """Return what draws took since this was last asked, by arm and hash of the stream."""
        return self._sampler.spent()

    def stream(self, source: Source) -> str:
        """Return the hash by which the store knows the stream of an arm's draws."""
        return self._sampler.stream(self.arm(source.arm), self.task(source.task))

    def scorer_key(self, task: str) -> str:
        """Return what the store knows the scorer of a task by."""
        return scorer_key(self._sampler.scorer(self.task(task)))

    def pinned(self, source: Source) -> bool:
        """Say whether the arm can't change behind its name."""
        return self._sampler.pinned(self._config.arms[source.arm])

    def scorer_hash(self, task: str) -> str:
        """Return the hash of how a task is scored."""
        return self._sampler.scorer(self.task(task)).hash

    def measure(
        self, sources: Sequence[Source], defined: Sequence[tuple[float, str]] = (),
        functions: Iterable[tuple[str, str]] = (),
    ) -> str:  # fmt: skip
        """Return the hash of the items of some sources, and of how their tasks are scored.

        Of items that are made anew in each run, it is that of how they are made.

        Parameters
        ----------
        defined
            What the name of a claim's effect stands for, if it has one.
        functions
            Name and hash of each function that its rates are told by.
        """
        parts: list[object] = [
            [
                self.scorer_hash(source.task),
                measured_by(self.task(source.task), self.items(source)),
                *([source.recipe, source.arm] if source.recipe else []),
            ]
            for source in sources
        ]
        parts += [list(defined)] if defined else []
        parts += [known] if (known := list(functions)) else []
        return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()

    def check_arms(self, sources: Sequence[Source], text: str) -> None:
        """Refuse what can't be compared: other tasks, or other sampling, or fresh items.

        Raises
        ------
        ClaimError
            With the two arms and what differs.
        BaselineError
            If a baseline is asked for of items that are made anew in each run.
        """
        first = sources[0]
        for one, other in itertools.combinations(dict.fromkeys(one.arm for one in sources), 2):
            check_alike(self._config.arms[one], self._config.arms[other])
        for source in sources:
            if source.task != first.task:
                msg = f"{text} compares task {first.task!r} with task {source.task!r}"
                raise ClaimError(msg, hint="make a claim for each task")
            if source.baseline:
                refuse_fresh_items(source, self.task(source.task), self.items(source))

    def check_draws(self, sources: Sequence[Source]) -> None:
        """Refuse two arms that share draws or are one seed, and fresh records; opens engines.

        Raises
        ------
        ClaimError
            With the two arms, or the one that replays a record.
        """
        check_models(sources, self.fingerprint)
        owners: dict[tuple[object, ...], str] = {}
        arms = [self._config.arms[source.arm] for source in sources if not source.baseline]
        check_apart([arm for arm in arms if replays(arm)])
        for arm in arms:
            if replays(arm) and self._fresh:
                refuse_fresh(arm)
            stream = "" if replays(arm) else arm.stream
            draws = (self._sampler.fingerprint(arm), arm.sampling, stream)
            owner = owners.setdefault(draws, arm.name)
            if owner != arm.name:
                msg = f"{owner!r} and {arm.name!r} share their draws"
                own = "record" if replays(arm) else "`stream:`"
                hint = f"give one of them a {own} of its own"
                raise ClaimError(msg, where=arm.where, hint=hint)

    def items(self, source: Source) -> list[Item]:
        """Return the items that a source selects.

        Raises
        ------
        ClaimError
            If there is none.
        """
        task = self.task(source.task)
        where = (*source.where, *source.narrowed)
        chosen = [task.items[position] for position in task.select(where)]
        if not chosen:
            msg = f"no item of task {task.name!r} has all of {describe_where(where)}"
            raise ClaimError(msg, hint="take one condition away")
        return chosen

    def digest(self, source: Source) -> str:
        """Return the hash of the baseline that a source names, if it may be compared with."""
        return self.shelf.digest(source, self.task(source.task))

    def seen(self, source: Source, look: Look) -> list[Item]:
        """Return the items of a source that a look sees."""
        items = self.items(source)
        if look.share < 1.0:
            # Ranks are hashes: the first of them are a random choice, the same at every look.
            items = sorted(items, key=_rank)[: math.ceil(look.share * len(items))]
        return items if self._share is None else self._share.of(items)

    def fill(self, source: Source, look: Look) -> None:
        """See to it that the draws of an arm that a look sees are there, and scored."""
        task, items = self.task(source.task), self.seen(source, look)
        self._sampler.fill(self.arm(source.arm), task, items, look.draws)

    def tally(self, statistic: Statistic, look: Look) -> Tally:
        """Tally the draws of a statistic that a look sees, drawing what is missing."""
        source = statistic.source
        task, items = self.task(source.task), self.seen(source, look)
        if source.baseline:
            return self.shelf.tally(source, task, items)
        arm = self.arm(source.arm)
        if statistic.predicate is None or replays(arm):
            tally = self._sampler.tally(arm, task, items, look.draws)
            if replays(arm):
                check_known(statistic, tally, arm)
            if statistic.predicate is None:
                return tally
        return self._sampler.rates(arm, task, items, statistic, look.draws)

    def doubts(self, figure: Figure) -> Iterator[str]:
        """Yield what to know of draws: that they are all alike, and whether they should be."""
        source = figure.statistic.source
        arm = self._config.arms[source.arm]
        if figure.tally.exact:
            yield ONE_DRAW
            return
        told = any(figure.tally.answers)  # a rate of texts knows no answers
        if arm.sampling.temperature > 0 and told and figure.identical:
            yield (
                f"{source.arm!r} gives one answer in all {figure.draws} draws of each item, at "
                f"temperature {arm.sampling.temperature:g}: is one seed used for all?"
            )

    def stored(self, source: Source) -> Tally:
        """Return what is stored of an arm on the items of a source, fit or not for a claim.

        Raises
        ------
        BaselineError
            If nothing is, it is broken, or it lacks some of the items.
        """
        return self.shelf.stored(source, self.task(source.task), self.items(source))


def _rank(item: Item) -> tuple[str, str]:
    return item.rank, item.id
