"""pass@k of both sides over all k, what it comes to, and where the curves meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from harness.decide.verdict import FEWEST_CLUSTERS, FEWEST_ITEMS
from harness.diff.curve import Point, band_of, counts_of, units_of
from harness.stats.band import curve as pass_curve
from harness.stats.first_passage import FirstPassage, first_passage
from harness.stats.mean import floored_se, t_quantile

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.records.data import FloatArray, IntArray

_MOST_POINTS = 256  # every k up to this many draws, beyond it as many, ever further apart
_SAME = 1e-12

Shape = Literal["sharpens", "expands", "contracts", "inconclusive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """pass@k before and after, with a band of the change that holds at all k at once.

    Attributes
    ----------
    draws
        The largest k: the fewest draws that an item has on either side.
    points
        At k = 1, 2, 4, ..., the largest k, and what else is asked for.
    shape
        What the band shows: see `shape_of`.
    crossover
        The first k at which the change has another sign than at k = 1. Its interval inverts the
        band. None where there is no k but 1.
    match
        The first k at which the side before reaches pass@1 of the side after; its interval inverts
        a test at each k.
    """

    draws: int
    points: tuple[Point, ...]
    shape: Shape
    crossover: FirstPassage | None
    match: FirstPassage

    @property
    def ends(self) -> tuple[Point, ...]:
        """The points at k = 1 and the largest k; one, if that is 1."""
        return (self.points[0], self.points[-1])[: len(self.points)]


def curves_of(pair: Pair, at: Sequence[int] = (), most: int | None = None) -> Curves:
    """Return the curves of a pair, whose metric is 0/1.

    Parameters
    ----------
    at
        Further k to tell; those beyond the largest k are left out.
    most
        The largest k; None for what the draws allow.
    """
    most = most or int(pair.depth.min())
    told = sorted({k for k in (*(2**n for n in range(most.bit_length())), most, *at) if k <= most})
    spread = np.rint(np.geomspace(1, most, _MOST_POINTS)).astype(np.int64)
    ks = np.arange(1, most + 1) if most <= _MOST_POINTS else np.union1d(spread, told)
    rows = np.arange(len(pair.items))
    before, after = (pass_curve(*counts_of(pair, side, rows), ks) for side in pair.sides)
    change = (after - before).mean(axis=0)
    low, high = _clipped(pair, rows, *band_of(pair, rows, after - before))
    means = before.mean(axis=0), after.mean(axis=0)
    points = tuple(
        Point(
            k=k, before=float(means[0][place]), after=float(means[1][place]),
            effect=float(change[place]), low=float(low[place]), high=float(high[place]),
        )
        for k, place in zip(told, np.searchsorted(ks, told).tolist(), strict=True)
    )  # fmt: skip
    return Curves(
        draws=most,
        points=points,
        shape=shape_of(points[0], points[-1]),
        crossover=_crossover(ks, change, low, high) if most > 1 else None,
        match=_match(pair, rows, ks, before - after[:, :1]),
    )


def shape_of(first: Point, last: Point) -> Shape:
    """Say what a band shows of the curves.

    It contracts if pass@k at the largest k is lower, expands if it is higher, and sharpens if
    neither is shown while pass@1 is higher. With one draw nothing can be told of coverage.
    """
    if last.k == 1:
        return "inconclusive"
    if last.high < 0:
        return "contracts"
    if last.low > 0:
        return "expands"
    return "sharpens" if first.low > 0 else "inconclusive"


def _clipped(
    pair: Pair, rows: IntArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return bounds within [-1, 1], and these themselves where items are too few to decide on."""
    units = len(units_of(pair, rows, np.zeros((len(rows), 1))))
    if units < (FEWEST_ITEMS if units == len(rows) else FEWEST_CLUSTERS):
        return np.full_like(low, -1.0), np.full_like(high, 1.0)
    return np.maximum(low, -1.0), np.minimum(high, 1.0)


def _crossover(ks: IntArray, change: FloatArray, low: FloatArray, high: FloatArray) -> FirstPassage:
    """Return where the change has first passed zero, from where it starts."""
    if change[0] > 0:
        return first_passage(ks, -change - _SAME, -high, -low)
    return first_passage(ks, change - _SAME, low, high)


def _match(pair: Pair, rows: IntArray, ks: IntArray, behind: FloatArray) -> FirstPassage:
    """Return where pass@k before, less pass@1 after, has passed zero; it rises in k."""
    values = units_of(pair, rows, behind)
    mean = values.mean(axis=0)
    if len(values) < 2:  # noqa: PLR2004  one item has no error
        low, high = np.full(len(ks), -1.0), np.full(len(ks), 1.0)
    else:
        squares = np.square(values - mean).sum(axis=0)
        width = floored_se(squares, len(values), 1.0) * t_quantile(
            1 - pair.policy.alpha, len(values) - 1
        )
        low, high = mean - width, mean + width
    return first_passage(ks, mean + _SAME, *_clipped(pair, rows, low, high))
