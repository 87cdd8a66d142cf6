"""Two sides on their common items, in one order, as arrays."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.side import Side
from harness.errors import DiffError, did_you_mean
from harness.records import UNKNOWN, Item, Policy, Tally, Task
from harness.stats.diversity import AnswerCounts

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.records.data import FloatArray, IntArray

_CORRECT = "correct"


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
        sides = [side.tally.answers for side in self.sides]
        return np.fromiter((len(a) <= 1 and len(b) <= 1 for a, b in zip(*sides, strict=True)), bool)

    @functools.cached_property
    def clusters(self) -> IntArray | None:
        """For each item the number of its cluster, shape [N], below 0 for none; None if all are."""
        number: dict[str, int] = {}
        found = np.array(
            [-1 if item.cluster is None else number.setdefault(item.cluster, len(number))
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
        given, draws = side.tally.answers, side.tally.draws
        items = np.repeat(np.arange(len(given)), np.fromiter(map(len, given), np.int64, len(given)))
        values = itertools.chain.from_iterable(one.values() for one in given)
        counts = np.fromiter(values, np.int64, len(items))
        silent = draws - np.bincount(items, counts, minlength=len(given)).astype(np.int64)
        if not len(items) or any(UNKNOWN in one for one in given):
            return None
        more = np.flatnonzero(silent > 0)
        order = np.argsort(np.concatenate([items, more]), kind="stable")
        return AnswerCounts(
            items=np.concatenate([items, more])[order],
            counts=np.concatenate([counts, silent[more]])[order],
            draws=draws,
        )


def paired(task: Task, before: Side, after: Side, policy: Policy, metric: str | None) -> Pair:
    """Bring two sides onto their common items.

    Parameters
    ----------
    metric
        What the diff is to be about: ``correct`` if None and there is such a metric.

    Raises
    ------
    DiffError
        If they have no items or no metrics in common.
    """
    rows = [{one: row for row, one in enumerate(side.tally.ids)} for side in (before, after)]
    known = {item.id: item for item in task.items}
    shared = sorted(rows[0].keys() & rows[1].keys() & known.keys())
    names = f"{before.name!r} and {after.name!r}"
    if not shared:
        msg = f"{names} have no items of task {task.name!r} in common"
        raise DiffError(msg, hint="were they taken on other items, or has the task changed?")
    sides = [
        _on(side, _restricted(side.tally, [row[one] for one in shared], shared))
        for side, row in zip((before, after), rows, strict=True)
    ]
    metrics = tuple(
        name for name in before.tally.metrics if all(_known(one, name) for one in sides)
    )
    if not metrics:
        told = " and ".join(", ".join(one.tally.metrics) or "none" for one in sides)
        raise DiffError(f"{names} have no metrics in common: {told}", hint="score both anew")
    return Pair(
        task=task,
        policy=policy,
        items=tuple(known[one] for one in shared),
        before=sides[0],
        after=sides[1],
        metrics=metrics,
        primary=_primary(metrics, metric),
        notes=tuple(_notes((before, after), known.keys(), metrics)),
    )


def _on(side: Side, tally: Tally) -> Side:
    return Side(
        name=side.name, tally=tally, scorer=side.scorer, sampling=side.sampling, texts=side.texts
    )


def _restricted(tally: Tally, rows: Sequence[int], ids: Sequence[str]) -> Tally:
    if tally.ids == tuple(ids):
        return tally
    return Tally(
        ids=tuple(ids),
        draws=tally.draws[rows],
        metrics=tally.metrics,
        sums=tally.sums[rows],
        products=tally.products[rows],
        answers=tuple(tally.answers[row] for row in rows),
    )


def _known(side: Side, metric: str) -> bool:
    tally = side.tally
    return metric in tally.metrics and bool(
        np.isfinite(tally.sums[:, tally.metrics.index(metric)]).all()
    )


def _primary(metrics: Sequence[str], wanted: str | None) -> str:
    if wanted is None:
        return _CORRECT if _CORRECT in metrics else metrics[0]
    if wanted not in metrics:
        msg = f"the sides have no metric {wanted!r} in common"
        raise DiffError(msg, hint=did_you_mean(wanted, metrics))
    return wanted


def _notes(
    sides: tuple[Side, Side],
    known: AbstractSet[str],
    metrics: Sequence[str],
) -> Iterator[str]:
    """Say what is not compared, and what is not alike."""
    for side, other in (sides, sides[::-1]):
        only = set(side.tally.ids) - set(other.tally.ids)
        if only:
            yield f"{_items_are(len(only))} only in {side.name}"
    gone = (set(sides[0].tally.ids) & set(sides[1].tally.ids)) - known
    if gone:
        yield f"{_items_are(len(gone))} no longer in the task"
    if sides[0].scorer != sides[1].scorer:
        yield "scored in different ways: metrics of one name may differ in meaning"
    for name in sorted({*sides[0].sampling, *sides[1].sampling}):
        first, second = (side.sampling.get(name, "not set") for side in sides)
        if first != second:
            yield f"sampled differently: {name} {first} and {second}"
    for side, other in (sides, sides[::-1]):
        lacking = [name for name in side.tally.metrics if name not in metrics]
        alone = [name for name in lacking if name not in other.tally.metrics]
        if alone:
            yield f"metrics of {side.name} alone: {', '.join(alone)}"
        unknown = [name for name in lacking if name not in alone and not _known(side, name)]
        if unknown:
            yield f"not known of all draws of {side.name}: {', '.join(unknown)}"


def _items_are(count: int) -> str:
    return "1 item is" if count == 1 else f"{count} items are"
