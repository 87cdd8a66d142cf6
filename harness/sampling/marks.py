"""Score draws: here, or in processes where a task's scorer is worth them."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import NamedTuple

from harness.records import Draw, Item, Score, Scorer, Task
from harness.scoring import open_scorer

_MOST_WAITING = 256  # batches, before what goes on waits for the first of them


class Marked(NamedTuple):
    """Scores of the draws `start ..` of an item."""

    item: str
    start: int
    scores: list[Score]


class Marks:
    """Scores what it is given at once."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._done: list[Marked] = []

    def give(self, item: Item, start: int, draws: Sequence[Draw]) -> None:
        """Score the draws `start ..` of an item, some time before they are taken."""
        scores = [self._scorer.score(item, draw) for draw in draws]
        self._done.append(Marked(item.id, start, scores))

    def take(self, *, everything: bool = False) -> list[Marked]:
        """Return what is scored by now, or wait for everything that was given."""
        del everything
        done, self._done = self._done, []
        return done

    def drop(self) -> None:
        """Forget what was given and not taken."""
        self._done = []


class PooledMarks(Marks):
    """Scores in processes: engines go on meanwhile. The pool starts with the first draws."""

    def __init__(self, scorer: Scorer, task: Task) -> None:
        super().__init__(scorer)
        self._task = task
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[tuple[str, int, Future[list[Score]]]] = deque()

    def give(self, item: Item, start: int, draws: Sequence[Draw]) -> None:
        """Hand the draws to a process."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                os.cpu_count(), multiprocessing.get_context("spawn"), _begin, (self._task,)
            )
        self._waiting.append((item.id, start, self._pool.submit(_score, item, list(draws))))

    def take(self, *, everything: bool = False) -> list[Marked]:
        """Return what is scored by now, in the order that it was given."""
        done: list[Marked] = []
        while self._waiting:
            item, start, future = self._waiting[0]
            if not (everything or future.done() or len(self._waiting) > _MOST_WAITING):
                break
            self._waiting.popleft()
            done.append(Marked(item, start, future.result()))
        return done

    def drop(self) -> None:
        """Forget what was given and not taken; what a process is at goes on to no end."""
        for *_, future in self._waiting:
            future.cancel()
        self._waiting.clear()


_own: list[Scorer] = []  # of a process of the pool: its scorer


def _begin(task: Task) -> None:
    _own.append(open_scorer(task))


def _score(item: Item, draws: list[Draw]) -> list[Score]:
    return [_own[0].score(item, draw) for draw in draws]
