"""Fixed bets on a bounded mean, and how to choose them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

LAMBDAS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95)
ROUNDING = 1e-9  # share by which values may be out of range, and sums of logarithms off


@dataclass(frozen=True, slots=True, kw_only=True)
class Bets:
    """Bets of shares lambda of the wealth that a value can take, each with its weight.

    Raises
    ------
    ValueError
        If there is none, a share is not in (0, 1), or the weights are not positive or do not sum
        to 1.
    """

    lambdas: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is no bet."""
        if not self.lambdas or not all(0 < share < 1 for share in self.lambdas):
            msg = f"bets must lie in (0, 1), got {self.lambdas}"
            raise ValueError(msg)
        if len(self.weights) != len(self.lambdas) or not all(part > 0 for part in self.weights):
            msg = f"{len(self.lambdas)} bets need as many positive weights, got {self.weights}"
            raise ValueError(msg)
        if not math.isclose(math.fsum(self.weights), 1, rel_tol=1e-9):
            msg = f"the weights of bets must sum to 1, got {math.fsum(self.weights)}"
            raise ValueError(msg)

    def log_growth(self, gains: FloatArray) -> FloatArray:
        """Return log(1 + lambda x) of each gain x >= -1, shape [m], and each bet: [m, L]."""
        return np.log1p(np.multiply.outer(np.maximum(gains, -1.0), self.lambdas))

    def log_mean(self, log_wealth: FloatArray) -> FloatArray:
        """Return the logarithm of the mean wealth by the weights, [...], of log wealth [..., L]."""
        return np.asarray(np.logaddexp.reduce(log_wealth + np.log(self.weights), axis=-1))


FLAT = Bets(lambdas=LAMBDAS, weights=(1 / len(LAMBDAS),) * len(LAMBDAS))
"""Bets for effects of any size."""


def tuned_bets(
    threshold: float, low: float, high: float, *, effect: float, variance: float
) -> Bets:
    """Return bets of which half, by weight, is best for a planned effect, and half is `FLAT`.

    For a mean above D0, lambda* = min(.95, (D0 - low) delta / (s^2 + delta^2)), delta = |d1 - D0|;
    for one below, high - D0 stands for D0 - low. It maximises the mean of log(1 + lambda x) to
    second order.

    Parameters
    ----------
    threshold
        D0, in (low, high).
    low, high
        The range of a value.
    effect
        d1, the mean that is planned for: above or below D0 like the mean that is to be shown.
    variance
        s^2 of a value, planned: not from the values that are tested.

    Raises
    ------
    ValueError
        If the threshold or the effect are out of range or equal, or the variance is negative.

    References
    ----------
    Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting", JRSS B
    86, 1-27: the approximate GRAPA bet, at planned moments.
    """
    if not low < threshold < high or not low <= effect <= high or effect == threshold:
        msg = f"effect and threshold must differ, within [{low}, {high}], got {effect}, {threshold}"
        raise ValueError(msg)
    if not 0 <= variance < math.inf:
        msg = f"the planned variance must be finite and not negative, got {variance}"
        raise ValueError(msg)
    delta = abs(effect - threshold)
    reach = threshold - low if effect > threshold else high - threshold
    best = min(max(LAMBDAS), reach * delta / (variance + delta**2))
    return Bets(
        lambdas=(best, *LAMBDAS),
        weights=(0.5, *(weight / 2 for weight in FLAT.weights)),
    )


def check_range(values: FloatArray, low: float, high: float) -> None:
    """Refuse values that are not of shape [m], m >= 1, in [low, high].

    Raises
    ------
    ValueError
        If they are not.
    """
    if values.ndim != 1 or values.size == 0:
        msg = f"values must be of shape [m], m >= 1, got {values.shape}"
        raise ValueError(msg)
    slack = ROUNDING * (high - low)
    inside = (low - slack <= values) & (values <= high + slack)
    if not inside.all():
        msg = f"values must lie in [{low}, {high}], got {values[~inside][0]}"
        raise ValueError(msg)
