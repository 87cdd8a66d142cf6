"""The mean of per-item values with its stabilised t test, and sums of independent means."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """An estimate with its standard error and degrees of freedom."""

    estimate: float
    se: float
    df: float

    def lower(self, alpha: float) -> float:
        """Return the one-sided lower bound at level 1 - `alpha`."""
        return self.estimate - t_quantile(1 - alpha, self.df) * self.se

    def upper(self, alpha: float) -> float:
        """Return the one-sided upper bound at level 1 - `alpha`."""
        return self.estimate + t_quantile(1 - alpha, self.df) * self.se

    def p_greater(self, threshold: float) -> float:
        """Return the one-sided p-value of "the mean is above `threshold`"."""
        return float(special.stdtr(self.df, (threshold - self.estimate) / self.se))

    def p_less(self, threshold: float) -> float:
        """Return the one-sided p-value of "the mean is below `threshold`"."""
        return float(special.stdtr(self.df, (self.estimate - threshold) / self.se))


def t_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's t."""
    return float(special.stdtrit(df, probability))


def t_floor(values: npt.NDArray[np.float64], half_range: float) -> Mean:
    """Estimate the mean of per-item values, with one phantom item that flipped fully.

    SE^2 = (SS + R^2) / (N (N - 1)), SS the sum of squared deviations: the estimate stays
    unbiased, the variance is never zero, and the effect of the phantom fades from N of about 200.
    It keeps the error of the t test where few items differ, as at a ceiling.

    Parameters
    ----------
    values
        Shape [N], N >= 2, finite.
    half_range
        R > 0, half the width of the range of a value: 1 for a difference of two statistics in
        [0, 1].

    Raises
    ------
    ValueError
        If there are fewer than two values, one is not finite, or R is not positive.
    """
    count = len(values)
    if count < 2:  # noqa: PLR2004  a variance needs two values
        msg = f"a test over items needs at least 2 of them, got {count}"
        raise ValueError(msg)
    if not np.isfinite(values).all():
        msg = "a value is not finite"
        raise ValueError(msg)
    if not half_range > 0:
        msg = f"the half-range must be positive, got {half_range}"
        raise ValueError(msg)
    estimate = float(values.mean())
    squares = float(np.square(values - estimate).sum())
    se = math.sqrt((squares + half_range**2) / (count * (count - 1)))
    return Mean(estimate=estimate, se=se, df=count - 1)


def add_independent(means: Iterable[Mean]) -> Mean:
    """Add means of disjoint items (Welch 1947; degrees of freedom by Satterthwaite 1946, eq. 17).

    A single mean comes back as it is.
    """
    found = list(means)
    if len(found) == 1:
        return found[0]
    variance = sum(mean.se**2 for mean in found)
    return Mean(
        estimate=sum(mean.estimate for mean in found),
        se=math.sqrt(variance),
        df=variance**2 / sum(mean.se**4 / mean.df for mean in found),
    )
