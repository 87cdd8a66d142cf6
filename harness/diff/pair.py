"""Two sides on their common items, as arrays."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.side import Side
from harness.estimate import answers_of
from harness.records import Item, Policy, Task
from harness.stats.diversity import AnswerCounts

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.records.data import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)  # without slots: what is computed once is kept
class Pair:
    """What is compared: N items that both sides have, sorted by id, as claims sort them.

    Attributes
    ----------
    task
        The task, whose items tell tags, prompts and clusters.
    policy
        How effects are decided.
    items
        The items, N of them.
    before, after
        The sides, with tallies of these items in this order.
    metrics
        Names of the metrics that both sides know, in the order of the side before.
    primary
        The metric that the diff is about.
    notes
        What is not compared, or not alike, in words.
    """

    task: Task
    policy: Policy
    items: tuple[Item, ...]
    before: Side
    after: Side
    metrics: tuple[str, ...]
    primary: str
    notes: tuple[str, ...]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both sides, the one before first."""
        return self.before, self.after

    @functools.cached_property
    def depth(self) -> IntArray:
        """The fewer draws of the two sides, for each item, shape [N]."""
        return np.minimum(self.before.tally.draws, self.after.tally.draws)

    @functools.cached_property
    def one_answer(self) -> npt.NDArray[np.bool_]:
        """For each item whether either side gives at most one answer to it, shape [N]."""
        before, after = (
            np.fromiter(map(len, side.tally.answers), np.int64, len(self.items))
            for side in self.sides
        )
        return np.maximum(before, after) <= 1

    @functools.cached_property
    def clusters(self) -> IntArray | None:
        """For each item the number of its cluster, shape [N], below 0 for none; None if all are."""
        number: dict[str, int] = {}
        found = np.array(
            [-1 if item.unit is None else number.setdefault(item.unit, len(number))
             for item in self.items]
        )  # fmt: skip
        return found if number else None

    @functools.cached_property
    def prompts(self) -> tuple[str, ...]:
        """The items' prompts."""
        return tuple(item.prompt for item in self.items)

    def column(self, side: Side, metric: str) -> int:
        """Return the column of a metric in a side's tally."""
        return side.tally.metrics.index(metric)

    def sums(self, side: Side, metric: str) -> FloatArray:
        """Return the sum of a metric over each item's draws, shape [N]."""
        return side.tally.sums[:, self.column(side, metric)]

    def shares(self, side: Side, metric: str) -> FloatArray:
        """Return the mean of a metric over each item's draws, shape [N]."""
        return self.sums(side, metric) / side.tally.draws

    def binary(self, metric: str) -> bool:
        """Say whether a metric is 0 or 1 in every draw of both sides."""
        return all(
            np.array_equal(
                self.sums(side, metric),
                side.tally.products[:, self.column(side, metric), self.column(side, metric)],
            )
            for side in self.sides
        )

    def answers(self, side: Side) -> AnswerCounts | None:
        """Return how often each answer was given; None where that is not known.

        Draws without an answer give one together, as they do in votes.
        """
        return answers_of(side.tally)
