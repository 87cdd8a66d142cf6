"""pass@k before and after: whether what can be solved at all moved with what is solved at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.change import Change, change_of, numbered, plain
from harness.diff.pair import Pair
from harness.stats.band import curve as pass_curve
from harness.stats.band import max_t_band
from harness.stats.cluster import linearised_totals
from harness.stats.passk import miss_probabilities
from harness.stats.passk_variance import pass_at_k_variance

if TYPE_CHECKING:
    from harness.diff.side import Side
    from harness.records.data import FloatArray, IntArray

_SEED = 20_250_312  # of the band's multipliers: the same draws have the same band
_LEAST_SHARE = 0.2  # of the items, for a curve of their own
_SAME = 1e-12
_WIDEST = 0.49


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """pass@k at one k, with the bounds of the band."""

    k: int
    before: float
    after: float
    effect: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """pass@k of both sides, with a band of the change that holds at all its k at once.

    Attributes
    ----------
    items, draws
        On how many items, and the fewest draws that one of them has on either side.
    points
        At k = 1, 2, 4, ... and the most that the draws allow.
    crossing
        The first k at which the change has another sign than at k = 1; None if there is none.
    crossed
        Whether that is more than noise: the band shows the one sign before it, the other after.
    first, last
        The changes at the ends, decided by themselves as a claim would be.
    """

    items: int
    draws: int
    points: tuple[Point, ...]
    crossing: int | None
    crossed: bool
    first: Change
    last: Change


def curves(pair: Pair) -> tuple[Curve, ...]:
    """Return the curve of all items and, where many have far more draws, that of those.

    Empty for a metric that is not 0/1.
    """
    if not pair.binary(pair.primary):
        return ()
    least = int(pair.depth.min())
    found = [_curve(pair, np.arange(len(pair.items)), least)]
    deep = int(np.quantile(pair.depth, 1 - _LEAST_SHARE, method="lower"))
    if deep >= 2 * least:
        found.append(_curve(pair, np.flatnonzero(pair.depth >= deep), deep))
    return tuple(found)


def _curve(pair: Pair, rows: IntArray, most: int) -> Curve:
    ks = np.array(sorted({2**power for power in range(most.bit_length())} | {most}))
    counts = [counts_of(pair, side, rows) for side in pair.sides]
    before, after = (pass_curve(draws, right, ks) for draws, right in counts)
    low, high = band_of(pair, rows, after - before)
    means = np.stack([before.mean(axis=0), after.mean(axis=0)])
    points = tuple(
        Point(k=k, before=a, after=b, effect=b - a, low=max(down, -1.0), high=min(up, 1.0))
        for k, a, b, down, up in zip(
            ks.tolist(), *means.tolist(), low.tolist(), high.tolist(), strict=True
        )
    )
    crossing = _crossing(counts, most)
    ends = [
        _decided(pair, rows, counts, before[:, at], after[:, at], int(ks[at])) for at in (0, -1)
    ]
    return Curve(
        items=len(rows),
        draws=most,
        points=points,
        crossing=crossing,
        crossed=crossing is not None and _crossed(points, crossing),
        first=ends[0],
        last=ends[1],
    )


def counts_of(pair: Pair, side: Side, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return the draws and the right ones of some items, each of shape [n]."""
    return side.tally.draws[rows], pair.sums(side, pair.primary)[rows].astype(np.int64)


def units_of(pair: Pair, rows: IntArray, values: FloatArray) -> FloatArray:
    """Return values of items, shape [n, K], as values of what is independent: of clusters, if any.

    Their means are those of the items, and their plain standard errors are right.
    """
    clusters = numbered(pair, rows)
    if clusters is None:
        return values
    return np.stack([linearised_totals(column, clusters) for column in values.T], axis=1)


def band_of(pair: Pair, rows: IntArray, differences: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the bounds of the band at the level of the intervals; over clusters, if there are.

    Parameters
    ----------
    differences
        Of the curves, item by item, shape [n, K].
    """
    values = units_of(pair, rows, differences)
    if len(values) < 2:  # noqa: PLR2004  one item has no error
        return np.full(differences.shape[1], -1.0), np.full(differences.shape[1], 1.0)
    found = max_t_band(
        values,
        min(2 * pair.policy.alpha, _WIDEST),
        generator=np.random.default_rng(_SEED),
        multipliers=4_000,
    )
    return found.low, found.high


def _decided(  # noqa: PLR0913, PLR0917  the two ends of a curve
    pair: Pair,
    rows: IntArray,
    counts: list[tuple[IntArray, IntArray]],
    before: FloatArray,
    after: FloatArray,
    k: int,
) -> Change:
    noises = [float(pass_at_k_variance(draws, right, k).mean()) for draws, right in counts]
    policy = pair.policy if not math.isnan(sum(noises)) else plain(pair.policy)
    return change_of(pair, before, after, policy, rows=rows, noise=sum(noises))


def _crossing(counts: list[tuple[IntArray, IntArray]], most: int) -> int | None:
    """Return the first k at which the mean curves have crossed."""
    ks = np.arange(1, most + 1)
    before, after = (_mean_curve(draws, right, ks) for draws, right in counts)
    signs = np.sign(np.where(np.abs(after - before) < _SAME, 0.0, after - before))
    other = np.flatnonzero(signs * signs[0] < 0)
    return int(ks[other[0]]) if len(other) else None


def _crossed(points: tuple[Point, ...], crossing: int) -> bool:
    """Say whether the band lies on one side of zero before the crossing, on the other after it."""
    above = {one.k >= crossing for one in points if one.low > 0}
    below = {one.k >= crossing for one in points if one.high < 0}
    return len(above) == len(below) == 1 and above != below


def _mean_curve(draws: IntArray, right: IntArray, ks: IntArray) -> FloatArray:
    """Return the mean pass@k at each k, from how many items have each number of right draws."""
    total = np.zeros(len(ks))
    for n in np.unique(draws).tolist():
        times = np.bincount(right[draws == n], minlength=n + 1)
        total += times @ (1.0 - miss_probabilities(n, ks))
    return total / len(draws)
