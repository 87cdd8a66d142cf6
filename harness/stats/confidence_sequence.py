"""Bounds of a bounded mean that hold at every look, however often one looks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.bets import FLAT, Bets, check_range

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_HALVINGS = 44  # of the range: to rounding error


def confidence_sequence(  # noqa: PLR0913  the data, the level and the bets of each side
    values: FloatArray,
    low: float,
    high: float,
    alpha: float,
    *,
    above: Bets = FLAT,
    below: Bets = FLAT,
) -> tuple[float, float]:
    """Return bounds of the mean, each of which errs at any time with chance at most `alpha`.

    A mean m is above the lower bound if the e-process against "at most m" is below 1 / alpha, and
    below the upper one likewise. The bets are the same shares at every m, so that each e-value
    changes one way with m; with the bets of a test, bound and test agree at its threshold. The
    bounds are those of now: they don't depend on the order of the values, and may be wider than
    earlier ones; the intersection of all so far is valid too.

    Parameters
    ----------
    values
        All values so far, shape [m], m >= 1, in [low, high].
    low, high
        The range of a value.
    alpha
        One-sided error rate, in (0, 1).
    above, below
        The bets on a mean above, for the lower bound, and below, for the upper one.

    Raises
    ------
    ValueError
        If there are no values, one is not in the range, or alpha is out of its own.

    References
    ----------
    Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting", JRSS B
    86, 1-27, theorem 3: with fixed bets, one side at a time.
    """
    check_range(values, low, high)
    if not 0 < alpha < 1:
        msg = f"alpha must lie in (0, 1), got {alpha}"
        raise ValueError(msg)
    inside = np.clip(values, low, high)
    return _lower(inside, low, alpha, above), -_lower(-inside, -high, alpha, below)


def _lower(values: FloatArray, low: float, alpha: float, bets: Bets) -> float:
    """Return the largest mean that is rejected in favour of a larger one, or `low`."""
    distinct, counts = np.unique(values - low, return_counts=True)
    # No bet gains on a mean above that of the values (Jensen), and all do just above the lowest.
    rejected, kept = 0.0, float(np.average(distinct, weights=counts))
    for _ in range(_HALVINGS):
        mean = (rejected + kept) / 2
        if not rejected < mean < kept:
            break
        wealth = counts @ bets.log_growth(distinct / mean - 1)
        if bets.log_mean(wealth) >= -math.log(alpha):
            rejected = mean
        else:
            kept = mean
    return low + rejected
