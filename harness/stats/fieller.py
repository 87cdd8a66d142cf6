"""The ratio of two means of the same items."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import check_values, t_quantile

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio with its interval."""

    estimate: float
    low: float
    high: float


def fieller(numerator: FloatArray, denominator: FloatArray, alpha: float) -> Ratio | None:
    """Return the ratio of two means, with Fieller's interval.

    All r at which the mean of numerator - r denominator is not shown to differ from zero, by a
    two-sided t test at 2 `alpha`.

    Parameters
    ----------
    numerator, denominator
        Values of the same N items, each of shape [N].
    alpha
        One-sided error rate of each bound, in (0, 1/2).

    Returns
    -------
    Ratio or None
        None where the denominator is not shown to differ from zero: then no interval is bounded.

    Raises
    ------
    ValueError
        If there are fewer than two items, or a value is not finite.

    References
    ----------
    Fieller 1954, "Some problems in interval estimation", JRSS B 16, 175-185.
    """
    check_values(numerator)
    check_values(denominator)
    count = len(numerator)
    top, bottom = float(numerator.mean()), float(denominator.mean())
    spread = np.cov(numerator, denominator) * (t_quantile(1 - alpha, count - 1) ** 2 / count)
    square = bottom**2 - float(spread[1, 1])
    if square <= 0:
        return None
    middle = top * bottom - float(spread[0, 1])
    inside = middle**2 - square * (top**2 - float(spread[0, 0]))
    width = math.sqrt(max(inside, 0.0)) / square
    return Ratio(estimate=top / bottom, low=middle / square - width, high=middle / square + width)
