"""Means with bounds from resampling, and the studentised bootstrap."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import check_values

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_CELLS = 2**18  # resampled values at a time: 2 MB, and as much for their places
_NO_SQUARES = 1e-20  # share of the values' sum of squares, below which that of a resample is none
_ROUNDING = 1e-12  # of values of the order of 1, within which a point is at a threshold


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampled:
    """A mean with p-values that count points, and bounds that are such points, so that they agree.

    The p-value of "above a threshold" is the share of points at or below it, of "below" that at or
    above it; a bound is the threshold up to which, or from which on, the p-value is at most alpha.
    Where even the smallest p-value is above alpha, there is no bound: it is infinite.

    Attributes
    ----------
    estimate
        The mean.
    points
        Shape [m], rising.
    patterns
        Of which points are shares, at least m + 1: patterns without a point always count.
    slack
        Distance within which a point is taken to be at the threshold.

    Raises
    ------
    ValueError
        If the alpha of a bound is not in (0, 1).
    """

    estimate: float
    points: FloatArray
    patterns: int
    slack: float

    def p_greater(self, threshold: float) -> float:
        """Return the one-sided p-value of "the mean is above `threshold`"."""
        # The very difference that a bound is: threshold + slack may round another way.
        return self._p(bisect_right(self.points, threshold, key=lambda at: at - self.slack))

    def p_less(self, threshold: float) -> float:
        """Return the one-sided p-value of "the mean is below `threshold`"."""
        below = bisect_left(self.points, threshold, key=lambda at: at + self.slack)
        return self._p(len(self.points) - below)

    def lower(self, alpha: float) -> float:
        """Return the one-sided lower bound at level 1 - `alpha`."""
        most = self._most(alpha)
        return float(self.points[most]) - self.slack if most >= 0 else -math.inf

    def upper(self, alpha: float) -> float:
        """Return the one-sided upper bound at level 1 - `alpha`."""
        most = self._most(alpha)
        return float(self.points[-1 - most]) + self.slack if most >= 0 else math.inf

    def _p(self, count: int) -> float:
        return (self.patterns - len(self.points) + count) / self.patterns

    def _most(self, alpha: float) -> int:
        """Return how many points may count for a p-value of at most alpha; -1 if not even none."""
        if not 0 < alpha < 1:
            msg = f"alpha must lie in (0, 1), got {alpha}"
            raise ValueError(msg)
        most = math.floor(alpha * self.patterns) + 1 - (self.patterns - len(self.points))
        while most >= 0 and self._p(most) > alpha:  # once or twice: rounding
            most -= 1
        return max(most, -1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BootstrapT(Resampled):
    """A mean with bounds by the studentised bootstrap, and the p-values that invert them."""


def bootstrap_t(
    values: FloatArray,
    *,
    generator: np.random.Generator,
    resamples: int = 1_999,
    half_range: float = 0.0,
) -> BootstrapT:
    """Estimate the mean of per-item values by the studentised bootstrap (bootstrap-t).

    t* = (mean* - mean) / SE* over resamples of the items takes the place of Student's t, and
    follows the values' skewness: the bounds are mean - SE t*_(1 - alpha) and mean - SE t*_(alpha).
    A resample of items that all agree has SE* = 0, and counts as extreme on either side.

    With a half-range R, SE^2 = (SS + R^2) / (N (N - 1)) in the sample and in each resample, the
    error with one phantom item that flipped fully. So that the phantom varies as items do, its
    part of the error times e is added to each mean*, e of Student's t with N - 1 degrees of
    freedom. Without that, t* would be too narrow where few items differ, and nil where none does;
    with it, bounds are those of `t_floor` where none does, and the plain ones as N grows.

    Parameters
    ----------
    values
        Shape [N], N >= 2, finite; not all equal, unless there is a half-range.
    generator
        Of the resamples.
    resamples
        M >= 1: p-values are (1 + count) / (1 + M), and bounds infinite if alpha < 1 / (1 + M).
    half_range
        R >= 0, half the width of the range of a value: 1 for a difference of two statistics in
        [0, 1].

    Raises
    ------
    ValueError
        If there are fewer than two values, one is not finite, all are equal and R is 0, or R or M
        are out of range.

    References
    ----------
    Davison and Hinkley 1997, "Bootstrap Methods and their Application", section 5.2, and for
    noise added to the items, section 3.4 (smoothed bootstrap); Hall 1988, "Theoretical comparison
    of bootstrap confidence intervals", Annals of Statistics 16, 927-953.
    """
    check_values(values)
    if resamples < 1 or not 0 <= half_range < math.inf:
        msg = f"there must be resamples, and a half-range from 0, got {resamples}, {half_range}"
        raise ValueError(msg)
    if half_range == 0 and np.ptp(values) == 0:
        msg = f"all {len(values)} values are {values[0]:g}: resamples have no error to go by"
        raise ValueError(msg)
    count, estimate = len(values), float(values.mean())
    means, squares = _resample(values - estimate, generator, resamples)
    if half_range > 0:
        phantom = half_range / math.sqrt(count * (count - 1))
        means += phantom * generator.standard_t(count - 1, resamples)
    floor, total = half_range**2, float(np.square(values - estimate).sum())
    usable = squares + floor > _NO_SQUARES * total
    ratios = np.sqrt((total + floor) / (squares[usable] + floor))
    points = np.sort(estimate - means[usable] * ratios)
    return BootstrapT(estimate=estimate, points=points, patterns=resamples + 1, slack=slack(values))


def _resample(
    values: FloatArray, generator: np.random.Generator, resamples: int
) -> tuple[FloatArray, FloatArray]:
    """Return the mean and the sum of squared deviations of each resample, shapes [M]."""
    count = len(values)
    means, squares = np.empty(resamples), np.empty(resamples)
    batch = max(1, _CELLS // count)
    for start in range(0, resamples, batch):
        stop = min(start + batch, resamples)
        drawn = values[generator.integers(count, size=(stop - start, count))]
        means[start:stop] = drawn.mean(axis=1)
        drawn -= means[start:stop, np.newaxis]
        squares[start:stop] = np.square(drawn, out=drawn).sum(axis=1)
    return means, squares


def slack(values: FloatArray) -> float:
    """Return the distance within which means of values of the order of 1 are taken for equal."""
    return _ROUNDING * float(np.abs(values).max(initial=1.0))
