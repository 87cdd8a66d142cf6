"""One arm's mean of scores in [0, 1] against a fixed bar."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from harness.stats.cluster import cluster_sums, random_effects
from harness.stats.mean import Mean, check_values, t_quantile

if TYPE_CHECKING:
    import numpy.typing as npt

_ROUNDING = 1e-9  # by which a score may leave [0, 1]

_HALF_RANGE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """An estimate with the number of independent trials that it is worth, both possibly not whole.

    `trials` is adjusted for the degrees of freedom at one error rate, `alpha`. Of a threshold
    beyond [0, 1] p-values say what must be.
    """

    estimate: float
    trials: float

    def lower(self, alpha: float) -> float:
        """Return the one-sided Clopper-Pearson lower bound at level 1 - `alpha`."""
        hits, misses = self._counts()
        return float(special.betaincinv(hits, misses + 1, alpha)) if hits > 0 else 0.0

    def upper(self, alpha: float) -> float:
        """Return the one-sided Clopper-Pearson upper bound at level 1 - `alpha`."""
        hits, misses = self._counts()
        return float(special.betainccinv(hits + 1, misses, alpha)) if misses > 0 else 1.0

    def p_greater(self, threshold: float) -> float:
        """Return the one-sided p-value of "the mean is above `threshold`"."""
        if not 0 <= threshold <= 1:
            return float(threshold > 1)
        hits, misses = self._counts()
        return float(special.betainc(hits, misses + 1, threshold)) if hits > 0 else 1.0

    def p_less(self, threshold: float) -> float:
        """Return the one-sided p-value of "the mean is below `threshold`"."""
        if not 0 <= threshold <= 1:
            return float(threshold < 0)
        hits, misses = self._counts()
        return float(special.betaincc(hits + 1, misses, threshold)) if misses > 0 else 1.0

    def _counts(self) -> tuple[float, float]:
        return self.estimate * self.trials, (1 - self.estimate) * self.trials


def korn_graubard(
    values: npt.NDArray[np.float64],
    draws: int,
    alpha: float,
    clusters: npt.NDArray[np.int64] | None = None,
) -> Proportion:
    """Estimate the mean of per-item scores with exact bounds for clustered draws.

    The draws of an item hang together, so they are worth fewer trials than there are: n_eff =
    m (1 - m) / (s^2 / N), clipped to [N, N n], times (z / t)^2 at `alpha` for the degrees of
    freedom. Clopper-Pearson on as many trials keeps its level where every item is right, or none.

    With clusters the variance is that of random effects, and N below is the number of clusters of
    one size that they are worth, N^2 / sum_g n_g^2 (Kish). Bounds are then wider where clusters
    differ in size, but not by as much as the clusters' totals vary.

    Parameters
    ----------
    values
        Per-item means in [0, 1], shape [N], N >= 2.
    draws
        n, draws per item.
    alpha
        One-sided error rate at which the bounds will be taken.
    clusters
        Label of each item's cluster, shape [N], at least two: clusters are the units then.

    Raises
    ------
    ValueError
        If there are fewer than two items or clusters, a value is not in [0, 1], there are no
        draws, or `alpha` is not in (0, 1/2).

    References
    ----------
    Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data", Survey Methodology 24, 193-201; Kish 1965,
    "Survey Sampling", section 8.2, for unequal clusters.
    """
    check_values(values)
    outside = np.abs(values - 0.5) > 0.5 + _ROUNDING
    if outside.any() or draws < 1 or not 0 < alpha < 0.5:  # noqa: PLR2004  an error, not a guess
        given = f"{values[outside][:1]}, {draws} and {alpha}"
        msg = f"needs scores in [0, 1], draws, and alpha in (0, 1/2), got {given}"
        raise ValueError(msg)
    found, fewest = _units(values.clip(0, 1), clusters)
    spread = found.estimate * (1 - found.estimate)
    # A phantom unit half the range away: the few that were seen to differ say too little of those
    # that were not, and the effective number would jump to all draws.
    units = len(values) if clusters is None else len(np.unique(clusters))
    error = found.se**2 + _HALF_RANGE**2 / (units * (units - 1))
    worth = spread / error if np.ptp(values) > 0 else 0.0
    ratio = float(special.ndtri(alpha)) / t_quantile(alpha, found.df)
    trials = min(max(worth, fewest), len(values) * draws) * ratio**2
    return Proportion(estimate=found.estimate, trials=trials)


def _units(
    values: npt.NDArray[np.float64], clusters: npt.NDArray[np.int64] | None
) -> tuple[Mean, float]:
    """Return the mean with its plain error, and the number of units of one size."""
    count = len(values)
    if clusters is None:
        se = float(values.std(ddof=1)) / math.sqrt(count)
        return Mean(estimate=float(values.mean()), se=se, df=count - 1), count
    sizes = cluster_sums(np.ones(count), clusters)
    return random_effects(values, clusters), count**2 / float(np.square(sizes).sum())


def wilson(hits: int, trials: int, alpha: float) -> tuple[float, float]:
    """Return Wilson's score bounds of a proportion.

    Parameters
    ----------
    hits, trials
        0 <= hits <= trials, trials >= 1.
    alpha
        One-sided error rate of each bound, in (0, 1): .025 for a 95 % interval.

    Raises
    ------
    ValueError
        If a count or alpha is out of range.

    References
    ----------
    Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22,
    209-212.
    """
    _check(hits, trials, alpha)
    z = -float(special.ndtri(alpha))
    share, square = hits / trials, z**2 / trials
    centre = share + square / 2
    reach = z * math.sqrt((share * (1 - share) + square / 4) / trials)
    # Rounding must not leave the ends of the range.
    low = (centre - reach) / (1 + square) if hits > 0 else 0.0
    high = (centre + reach) / (1 + square) if hits < trials else 1.0
    return low, high


def clopper_pearson(hits: int, trials: int, alpha: float) -> tuple[float, float]:
    """Return the exact bounds of a proportion.

    Parameters
    ----------
    hits, trials
        0 <= hits <= trials, trials >= 1.
    alpha
        One-sided error rate of each bound, in (0, 1): .025 for a 95 % interval.

    Raises
    ------
    ValueError
        If a count or alpha is out of range.

    References
    ----------
    Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of
    the binomial", Biometrika 26, 404-413.
    """
    _check(hits, trials, alpha)
    found = Proportion(estimate=hits / trials, trials=trials)
    return found.lower(alpha), found.upper(alpha)


def _check(hits: int, trials: int, alpha: float) -> None:
    if not 0 <= hits <= trials or trials < 1:
        msg = f"there must be trials, and 0 to all of them hits, got {hits} of {trials}"
        raise ValueError(msg)
    if not 0 < alpha < 1:
        msg = f"alpha must lie in (0, 1), got {alpha}"
        raise ValueError(msg)
