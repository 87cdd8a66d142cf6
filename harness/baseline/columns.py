"""The rows of a baseline, gathered into columns: rows would take several times the room."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.baseline.lines import Fields
from harness.baseline.record import Origin
from harness.records import Tally

if TYPE_CHECKING:
    from harness.records.data import FloatArray

_ROWS = 4096  # that are in memory at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Where items are from: the origin, under which measure if that is told, and the first row."""

    origin: Origin
    measure: str | None
    row: int


class Columns:
    """What the rows of a baseline hold.

    Attributes
    ----------
    places
        Where each row stands in the file.
    ids, prompts, origins
        Of each row.
    taken
        The different origins, by the texts that tell them.
    twice
        The first row that has the count of an answer twice; None if there is none.
    """

    def __init__(self, rows: Iterable[tuple[int, Fields]]) -> None:
        self.places: list[int] = []
        self.ids: list[str] = []
        self.prompts: list[str] = []
        self.origins: list[Origin] = []
        self.taken: dict[str, Taken] = {}
        self.twice: int | None = None
        self._draws: list[int] = []
        self._answers: list[Mapping[str, int]] = []
        self._figures: list[list[FloatArray]] = []
        for batch in _batches(rows):
            self._add(*zip(*batch, strict=True))

    def _add(self, places: Sequence[int], rows: Sequence[Fields]) -> None:
        ids, prompts, origins, draws, *figures, answers = zip(*rows, strict=True)
        for row, origin in enumerate(origins, start=len(self.ids)):
            if origin not in self.taken:
                self.taken[origin] = _taken(origin, row)
        self.places += places
        self.ids += ids
        self.prompts += prompts
        self.origins += [self.taken[origin].origin for origin in origins]
        self._draws += map(int, draws)
        counted = json.loads(f"[{', '.join(answers)}]")
        if self.twice is None:  # faster than to have each object looked at by the decoder
            pairs = enumerate(zip(answers, counted, strict=True), start=len(self._answers))
            self.twice = next(
                (row for row, (text, one) in pairs if text.count(":") > len(one)), None
            )
        self._answers += counted
        self._figures.append([_numbers(texts) for texts in figures])

    def tally(self, metrics: tuple[str, ...]) -> Tally:
        """Return the figures of all rows, which have as many as there are metrics."""
        sums, squares, upper = map(np.concatenate, zip(*self._figures, strict=True))
        width = len(metrics)
        products = np.zeros((len(sums), width, width))
        first, second = np.triu_indices(width, k=1)
        products[:, first, second] = products[:, second, first] = upper
        diagonal = np.arange(width)
        products[:, diagonal, diagonal] = squares
        return Tally(
            ids=tuple(self.ids),
            draws=np.array(self._draws, dtype=np.int64),
            metrics=metrics,
            sums=sums,
            products=products,
            answers=tuple(self._answers),
        )


def _batches(rows: Iterable[tuple[int, Fields]]) -> Iterator[list[tuple[int, Fields]]]:
    left = iter(rows)
    while batch := list(itertools.islice(left, _ROWS)):
        yield batch


def _taken(text: str, row: int) -> Taken:
    told = json.loads(f"{{{text}}}")
    measure = told.pop("measure", None)
    return Taken(origin=Origin(**told), measure=measure, row=row)


def _numbers(texts: Sequence[str]) -> FloatArray:
    """Turn figures of rows into numbers, as many of each: shape [rows, figures]."""
    if not texts[0]:
        return np.zeros((len(texts), 0))
    return np.array(json.loads(f"[{', '.join(texts)}]"), np.float64).reshape(len(texts), -1)
