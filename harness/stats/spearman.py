"""Rank correlation of two figures over items."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import check_values, t_quantile

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_FEWEST = 20  # items off the commonest value: with fewer the interval holds too rarely


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A correlation with its interval."""

    estimate: float
    low: float
    high: float


def spearman(first: FloatArray, second: FloatArray, alpha: float) -> Correlation | None:
    """Return Spearman's rank correlation, ties at their mean rank, with an interval.

    The interval is one of t on Fisher's z. Its standard error is that of the items' influence on
    the correlation, so that it holds with ties too, as where many items gain nothing, and not less
    than 1 / sqrt(N - 3).

    Parameters
    ----------
    first, second
        Values of the same N items, each of shape [N].
    alpha
        One-sided error rate of each bound, in (0, 1/2).

    Returns
    -------
    Correlation or None
        None where under 20 items have another than the commonest value of either figure.

    Raises
    ------
    ValueError
        If a value is not finite.

    References
    ----------
    Spearman 1904, "The proof and measurement of association between two things", American Journal
    of Psychology 15, 72-101. Its influence: Croux and Dehon 2010, "Influence functions of the
    Spearman and Kendall correlation measures", Statistical Methods and Applications 19, 497-515,
    here of mid-distribution functions.
    """
    count = len(first)
    if count < _FEWEST:
        return None
    check_values(first)
    check_values(second)
    if min(_moving(first), _moving(second)) < _FEWEST:
        return None
    found, influence = _correlated(first, second)
    spread = float(np.std(influence, ddof=1)) / math.sqrt(count)
    most = 1 - 1 / count  # a perfect order of so few is not certain
    held = min(max(found, -most), most)
    width = t_quantile(1 - alpha, count - 1) * max(spread / (1 - held**2), 1 / math.sqrt(count - 3))
    z = math.atanh(held)
    return Correlation(
        estimate=found, low=min(found, math.tanh(z - width)), high=max(found, math.tanh(z + width))
    )


def _moving(values: FloatArray) -> int:
    """Count the items off the commonest value; of values that are all different, all items."""
    most = int(np.unique(values, return_counts=True)[1].max())
    return len(values) - (most if most > 1 else 0)


def _correlated(first: FloatArray, second: FloatArray) -> tuple[float, FloatArray]:
    """Return the correlation of the ranks, and how each item moves it, shape [N]."""
    covariance, moved = _moment(first, second)
    (variance, own), (other_variance, other_own) = (
        _moment(values, values) for values in (first, second)
    )
    spread = math.sqrt(variance * other_variance)
    found = covariance / spread
    influence = moved / spread - found / 2 * (own / variance + other_own / other_variance)
    return found, influence


def _moment(first: FloatArray, second: FloatArray) -> tuple[float, FloatArray]:
    """Return the covariance of two mid-distribution functions F and G, and what moves it.

    An item moves it by its own F G, and by where it lies below others: E[s(x, X) G] + E[F s(y, Y)],
    where s is 1 below, and a half at the same value.
    """
    ones = np.ones(len(first))
    low, high = (1 - _mean_above(values, ones) for values in (first, second))
    moved = low * high + _mean_above(first, high) + _mean_above(second, low)
    return float((low * high).mean()) - 0.25, moved


def _mean_above(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return for each item the mean of the others' weights where they lie above; ties half."""
    _, inverse = np.unique(values, return_inverse=True)
    totals = np.bincount(inverse, weights)
    higher = np.cumsum(totals[::-1])[::-1] - totals / 2
    found: FloatArray = higher[inverse] / len(values)
    return found
