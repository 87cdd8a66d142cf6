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


def t_mean(values: npt.NDArray[np.float64]) -> Mean:
    """Estimate the mean of per-item values by the plain t test (paired, on differences).

    Parameters
    ----------
    values
        Shape [N], N >= 2, finite, not all equal.

    Returns
    -------
    Mean
        With the standard error s / sqrt(N) and N - 1 degrees of freedom.

    Raises
    ------
    ValueError
        If there are fewer than two values, one is not finite, or all are equal: the plain test
        would then be certain of anything.

    References
    ----------
    Student 1908, "The probable error of a mean", Biometrika 6, 1-25.
    """
    check_values(values)
    if np.ptp(values) == 0:
        msg = f"all {len(values)} values are {values[0]:g}: the plain t test has no error to go by"
        raise ValueError(msg)
    se = float(values.std(ddof=1)) / math.sqrt(len(values))
    return Mean(estimate=float(values.mean()), se=se, df=len(values) - 1)


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
    check_values(values)
    estimate = float(values.mean())
    squares = np.square(values - estimate).sum()
    se = float(floored_se(squares, len(values), half_range))
    return Mean(estimate=estimate, se=se, df=len(values) - 1)


def floored_se(
    squares: npt.NDArray[np.float64] | np.float64, count: int, half_range: float
) -> npt.NDArray[np.float64] | np.float64:
    """Return the standard error of means of N values, with one phantom of deviation R in each.

    `squares` are the sums of squared deviations, of any shape.

    Raises
    ------
    ValueError
        If R is not positive.
    """
    if not half_range > 0:
        msg = f"the half-range must be positive, got {half_range}"
        raise ValueError(msg)
    return np.sqrt((squares + half_range**2) / (count * (count - 1)))


def check_values(values: npt.NDArray[np.float64], of: str = "items") -> None:
    """Refuse values, the first axis of which is items or the like, that have no variance.

    Raises
    ------
    ValueError
        If there are fewer than two, or one is not finite.
    """
    count = len(values)
    if count < 2:  # noqa: PLR2004  a variance needs two values
        msg = f"a test over {of} needs at least 2 of them, got {count}"
        raise ValueError(msg)
    finite = np.isfinite(values)
    if not finite.all():
        msg = f"a value of the {of} is not finite: {values[~finite][0]}"
        raise ValueError(msg)


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
