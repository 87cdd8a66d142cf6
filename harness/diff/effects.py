"""The change of each metric: over all items, and by split, category or any other tag."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.change import Change, change_of
from harness.diff.pair import Pair
from harness.diff.side import Side
from harness.estimate import Figure, figure
from harness.estimate.figure import scores_alike
from harness.estimate.noise import noise_of
from harness.records import Source, Statistic
from harness.stats.multiple import benjamini_hochberg

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.records.data import FloatArray, IntArray

    BoolArray = npt.NDArray[np.bool_]

MOST_VALUES = 40  # of a tag; those with the most items


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The change of one metric on some items.

    `tag` and `value` say which items; both are empty for all. `q` is the p-value adjusted for the
    false discovery rate over all effects of the diff, by Benjamini and Hochberg.
    """

    metric: str
    tag: str
    value: str
    change: Change
    q: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Values:
    """One metric on each item of both sides, shape [N]."""

    before: FloatArray
    after: FloatArray
    noise: FloatArray
    alike: BoolArray


def effects(pair: Pair) -> tuple[tuple[Effect, ...], tuple[str, ...]]:
    """Return the effects, those over all items first, and notes on what is left out."""
    groups, notes = groups_of(pair)
    found = []
    for metric in pair.metrics:
        values = _values(pair, metric)
        for tag, value, rows in groups:
            told = _of_rows(pair, values, rows)
            found.append(Effect(metric=metric, tag=tag, value=value, change=told))
    return tuple(_adjusted(found)), tuple(notes)


def effect_of(pair: Pair, metric: str) -> Change:
    """Return the change of one metric over all items, by the method that decides claims."""
    return _of_rows(pair, _values(pair, metric), None)


def groups_of(pair: Pair) -> tuple[list[tuple[str, str, IntArray | None]], list[str]]:
    """Return the selections of items: all of them (None), and those of each value of each tag.

    Beside them notes on what is left out.
    """
    groups: list[tuple[str, str, IntArray | None]] = [("", "", None)]
    notes = []
    tags = [item.tags for item in pair.items]
    for tag in dict.fromkeys(itertools.chain.from_iterable(tags)):
        tagged = [one.get(tag) for one in tags]
        number = {value: code for code, value in enumerate(dict.fromkeys([None, *tagged]))}
        codes = np.fromiter(map(number.__getitem__, tagged), np.int64, len(tagged))
        counts = np.bincount(codes, minlength=len(number)).tolist()
        values = sorted((one for one in number if one is not None),
                        key=lambda one: (-counts[number[one]], one))  # fmt: skip
        if len(values) > MOST_VALUES:
            notes.append(f"{len(values) - MOST_VALUES} more values of {tag}, with fewer items")
        if counts[0] == 0 and len(values) == 1:
            continue  # all items have it
        groups += [
            (tag, value, np.flatnonzero(codes == number[value]))
            for value in sorted(values[:MOST_VALUES])
        ]
    return groups, notes


def _values(pair: Pair, metric: str) -> _Values:
    figures = [_figure(pair, side, metric) for side in pair.sides]
    before, after = figures
    return _Values(
        before=before.values,
        after=after.values,
        # Only where these items alone are asked about is the draws' noise what decides.
        noise=noise_of([(-1.0, before)]) + noise_of([(1.0, after)])
        if pair.policy.items == "these"
        else np.full(len(pair.items), np.nan),
        alike=pair.one_answer & _alike(before) & _alike(after),
    )


def _figure(pair: Pair, side: Side, metric: str) -> Figure:
    source = Source(task=pair.task.name, arm=side.name, baseline="", draws=0)
    return figure(Statistic(source=source, kind="mean", metric=metric), side.tally)


def _alike(found: Figure) -> BoolArray:
    """Say of each item whether all of its draws score alike; see `Figure.identical`."""
    same = scores_alike(found.tally, found.column)
    return same if found.tally.draws.max() > 1 else np.zeros_like(same)


def _of_rows(pair: Pair, values: _Values, rows: IntArray | None) -> Change:
    chosen = slice(None) if rows is None else rows
    return change_of(
        pair,
        values.before[chosen],
        values.after[chosen],
        pair.policy,
        rows=rows,
        noise=float(values.noise[chosen].mean()),
        identical=bool(values.alike[chosen].all()),
    )


def _adjusted(found: Sequence[Effect]) -> Iterator[Effect]:
    told = [one.change.p for one in found if one.change.p is not None]
    adjusted = iter(benjamini_hochberg(np.array(told)).tolist() if told else ())
    for one in found:
        yield one if one.change.p is None else dataclasses.replace(one, q=next(adjusted))
