"""Fill the store: ask engines for the draws that it lacks, and score what has no score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.engines import Arrival, Engine, Request
from harness.errors import EngineError
from harness.records import ArmSpec, Draw, Item, Scorer, Spent, Task
from harness.sampling.marks import Marked, Marks, PooledMarks
from harness.sampling.progress import Progress
from harness.store import Database, DrawStore, Missing, ScoreStore, only_one

_ITEMS = 64  # whose draws are scored between two transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Draws 0..draws-1 of a stream, with their scores; `key` seeds the draws of a prompt."""

    arm: ArmSpec
    engine: Engine
    task: Task
    scorer: Scorer
    stream: int
    draws: int
    key: Callable[[str], int]


class Gathering:
    """Sees to it that draws and scores are there, and asks for none twice.

    Among the processes that share the store, one at a time draws from a model: the others find
    its draws when their turn comes. A draw is committed, with its score, as it arrives.

    Attributes
    ----------
    spent
        What the draws took that this process asked for and got, by arm and stream.
    """

    def __init__(self, database: Database, *, offline: bool, progress: Progress) -> None:
        self._database = database
        self._offline = offline
        self._progress = progress
        self.draws = DrawStore(database)
        self.scores = ScoreStore(database)
        self.spent: dict[tuple[str, int], Spent] = {}
        self._complete: dict[tuple[int, int], dict[str, int]] = {}
        self._faulty: dict[tuple[int, str], str] = {}  # by stream and prompt
        self._marks: dict[tuple[int, str], Marks] = {}

    def fill(self, wanted: Wanted, items: Mapping[str, Item]) -> None:
        """See to it that the draws of some items are there, and scored.

        Raises
        ------
        EngineError
            If draws can't be had; what has arrived is kept.
        """
        scorer = self.scores.scorer(wanted.scorer)
        complete = self._complete.setdefault((scorer, wanted.stream), {})
        short = [item for key, item in items.items() if complete.get(key, 0) < wanted.draws]
        if not short:
            return
        prompts = [item.prompt for item in short]
        if missing := self.draws.missing(wanted.stream, prompts, wanted.draws):
            self._draw(wanted, scorer, {item.prompt: item for item in short}, missing)
        self.scores.place({item.id: item.prompt for item in short})
        self._score(wanted, scorer, short)
        complete.update(dict.fromkeys((item.id for item in short), wanted.draws))

    def _draw(
        self, wanted: Wanted, scorer: int, items: Mapping[str, Item], missing: Sequence[Missing]
    ) -> None:
        """Ask the engine for what is missing, unless another process has just drawn it."""
        lacking = sum(one.count for one in missing)
        if self._offline:
            msg = f"arm {wanted.arm.name!r} lacks {lacking} draws, and none is taken offline"
            hint = "take them by `pytest evals/`, without --harness-offline"
            raise EngineError(msg, where=wanted.arm.where, hint=hint)
        for one in missing:
            if said := self._faulty.get((wanted.stream, one.prompt)):
                raise EngineError(said, where=wanted.arm.where, hint=_AGAIN)
        path = self._database.path
        self._progress.wait(wanted.arm.name)
        try:
            with only_one(path and path.parent, wanted.engine.fingerprint):
                self.draws.enter(list(items))
                self.scores.place({item.id: prompt for prompt, item in items.items()})
                missing = self.draws.missing(wanted.stream, list(items), wanted.draws)
                self._progress.begin(wanted.arm.name, sum(one.count for one in missing))
                faults = self._take(wanted, scorer, items, missing)
        finally:
            self._progress.end()
        if faults:
            kinds = ", ".join(f"{count} x {fault}" for fault, count in faults.most_common())
            msg = f"{faults.total()} draws of arm {wanted.arm.name!r} could not be had: {kinds}"
            left = self.draws.missing(wanted.stream, list(items), wanted.draws)
            self._faulty.update(((wanted.stream, one.prompt), msg) for one in left)
            raise EngineError(msg, where=wanted.arm.where, hint=_AGAIN)

    def _take(
        self, wanted: Wanted, scorer: int, items: Mapping[str, Item], missing: Sequence[Missing]
    ) -> Counter[str]:
        """Keep what arrives, with its scores; return the faults."""
        requests = [
            Request(
                prompt=one.prompt, key=wanted.key(one.prompt), start=one.start, count=one.count,
                item=items[one.prompt].id, until=wanted.task.until,
                choices=items[one.prompt].choices,
            )
            for one in missing
        ]  # fmt: skip
        faults: Counter[str] = Counter()
        arrivals = wanted.engine.draw(requests, wanted.arm.sampling) if requests else iter(())
        marks = self._marks_of(wanted, scorer)
        for arrival in arrivals:
            faults.update(draw.fault for draw in arrival.draws if draw.fault)
            item = items[requests[arrival.place].prompt]
            stretches = list(_stretches(arrival))
            with self._database.writing():  # first of all: a scorer that fails takes no draw along
                for start, draws in stretches:
                    self.draws.add(wanted.stream, item.prompt, start, draws)
            for start, draws in stretches:
                before = self.spent.get((wanted.arm.name, wanted.stream), Spent())
                self.spent[wanted.arm.name, wanted.stream] = before + Spent.of(draws)
                marks.give(item, start, draws)
            self._keep(marks.take(), scorer, wanted.stream)
            self._progress.advance(len(arrival.draws))
        self._keep(marks.take(everything=True), scorer, wanted.stream)
        return faults

    def _score(self, wanted: Wanted, scorer: int, items: Sequence[Item]) -> None:
        """Score draws that are there and have no score of this scorer."""
        by_id = {item.id: item for item in items}
        left = self.scores.unscored(scorer, wanted.stream, list(by_id), wanted.draws)
        marks = self._marks_of(wanted, scorer)
        for first in range(0, len(left), _ITEMS):
            for identity in left[first : first + _ITEMS]:
                item = by_id[identity]
                marks.give(item, 0, self.draws.read(wanted.stream, item.prompt, wanted.draws))
            self._keep(marks.take(), scorer, wanted.stream)
        self._keep(marks.take(everything=True), scorer, wanted.stream)

    def _marks_of(self, wanted: Wanted, scorer: int) -> Marks:
        key = scorer, wanted.task.name  # scorers of one hash may know the items of one task alone
        if key not in self._marks:
            heavy = wanted.scorer.heavy
            self._marks[key] = (
                PooledMarks(wanted.scorer, wanted.task) if heavy else Marks(wanted.scorer)
            )
        # What an error left there is of another stream. It has no score in the store, and gets one.
        self._marks[key].drop()
        return self._marks[key]

    def _keep(self, found: Sequence[Marked], scorer: int, stream: int) -> None:
        if found:
            with self._database.writing():
                for item, start, scores in found:
                    self.scores.add(scorer, stream, item, start, scores)


_AGAIN = "run again: what has arrived is kept, and only the rest is asked for"


def _stretches(arrival: Arrival) -> Iterator[tuple[int, list[Draw]]]:
    """Yield the draws without a fault, in stretches, each with the index of its first."""
    stretch: list[Draw] = []
    for place, draw in enumerate(arrival.draws):
        if not draw.fault:
            stretch.append(draw)
        if stretch and (draw.fault or place + 1 == len(arrival.draws)):
            end = arrival.start + place + (0 if draw.fault else 1)
            yield end - len(stretch), stretch
            stretch = []
