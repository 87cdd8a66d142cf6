"""Bring two sides onto their common items, and say what is not alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.pair import Pair
from harness.diff.side import Side
from harness.errors import DiffError, did_you_mean
from harness.records import Policy, Task

if TYPE_CHECKING:
    from harness.records.data import IntArray

_CORRECT = "correct"


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
    known = {item.id: item for item in task.items}
    shared = tuple(sorted(one for one in _common(before, after) if one in known))
    names = f"{before.name!r} and {after.name!r}"
    if not shared:
        msg = f"{names} have no items of task {task.name!r} in common"
        raise DiffError(msg, hint="were they taken on other items, or has the task changed?")
    sides = [on_items(side, shared) for side in (before, after)]
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
        notes=(
            *_left_out((before, after), known.keys(), shared),
            *_unlike((before, after), metrics),
        ),
    )


def _common(before: Side, after: Side) -> Iterable[str]:
    """Return the ids of the items that both sides have; two arms of a run have the same ones."""
    first, second = before.tally.ids, after.tally.ids
    return first if first == second else set(first) & set(second)


def on_items(side: Side, ids: tuple[str, ...]) -> Side:
    """Return a side on some of its items, in the order of these."""
    tally = side.tally
    if tally.ids == ids:
        return side
    position = {one: row for row, one in enumerate(tally.ids)}
    rows = [position[one] for one in ids]
    kept = dataclasses.replace(
        tally,
        ids=ids,
        draws=tally.draws[rows],
        sums=tally.sums[rows],
        products=tally.products[rows],
        answers=tuple(tally.answers[row] for row in rows),
        right=(),
    )
    return dataclasses.replace(side, tally=kept)


def on_rows(pair: Pair, rows: IntArray) -> Pair:
    """Return a pair on some of its items, by their rows."""
    items = tuple(pair.items[row] for row in rows.tolist())
    ids = tuple(item.id for item in items)
    return dataclasses.replace(
        pair, items=items, before=on_items(pair.before, ids), after=on_items(pair.after, ids)
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


def _left_out(
    sides: tuple[Side, Side], known: AbstractSet[str], shared: tuple[str, ...]
) -> Iterator[str]:
    """Say which items are not compared."""
    if all(len(side.tally.ids) == len(shared) for side in sides):
        return
    first, second = (set(side.tally.ids) for side in sides)
    for side, only in zip(sides, (first - second, second - first), strict=True):
        if only:
            yield f"{_items_are(len(only))} only in {side.name}"
    if gone := (first & second) - known:
        yield f"{_items_are(len(gone))} no longer in the task"


def _unlike(sides: tuple[Side, Side], metrics: Sequence[str]) -> Iterator[str]:
    """Say what is not alike."""
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
