"""Claims about a training recipe, from the checkpoints of several training seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import Mean, add_independent, check_values, t_quantile
from harness.stats.power import smallest_effect

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_STEPS = 40  # halvings
_MOST_DF = 1e6
_FEWEST_DF = 2  # of three seeds
_WELCH_FROM = 0.05 - 1e-9  # the levels at which Welch's test of so few keeps what it says
_MOST_SEEDS = 100
_MOST_FACTOR = 1e4


def over_seeds(means: FloatArray) -> Mean:
    """Estimate what a recipe gives from what each of its training seeds gave.

    Parameters
    ----------
    means
        One value for each seed, shape [S], S >= 2.

    Returns
    -------
    Mean
        With the standard error s / sqrt(S), which is 0 where all agree, and S - 1 degrees of
        freedom.

    Raises
    ------
    ValueError
        If there is one seed, or a value is not finite.
    """
    check_values(means, "seeds")
    se = 0.0 if np.ptp(means) == 0 else float(means.std(ddof=1)) / math.sqrt(len(means))
    return Mean(estimate=float(means.mean()), se=se, df=len(means) - 1)


def pooled(recipes: Sequence[Mean], alpha: float) -> tuple[Mean, ...]:
    """Join what the seeds of several recipes differ by, where that takes no liberty.

    Recipes of equally many seeds, 3 or more, are joined as by Welch's test, which then errs in at
    most 5.4% at nominal 5%, whatever their variances. With two seeds, or with unlike numbers of
    them, it errs in up to 7.2%: those stay apart. So do all at levels below 5%, where Welch's test
    of three seeds errs in up to 1.4% at nominal 1%, and in 0.28% at 0.1%.

    Parameters
    ----------
    recipes
        As from :func:`over_seeds`, one for each recipe.
    alpha
        One-sided level of the bounds that they are for.

    References
    ----------
    Welch 1947, "The generalization of Student's problem when several different population
    variances are involved", Biometrika 34, 28-35; Satterthwaite 1946, "An approximate
    distribution of estimates of variance components", Biometrics Bulletin 2, 110-114, eq. 17.
    """
    df = {recipe.df for recipe in recipes}
    alike = len(recipes) > 1 and len(df) == 1 and min(df) >= _FEWEST_DF and alpha >= _WELCH_FROM
    return (add_independent(recipes),) if alike else tuple(recipes)


def reach_of(parts: Sequence[Mean], alpha: float) -> float:
    """Return how far a one-sided bound lies from an estimate whose error is a sum of several.

    sqrt(sum_j t_{1-alpha, df_j}^2 se_j^2), each part at its own degrees of freedom. For normal and
    independent errors it is never exceeded more often than `alpha` says (Banerjee 1960), whatever
    the parts' sizes. Satterthwaite's degrees of freedom give shorter bounds that err in up to 8.3%
    at nominal 5% with two seeds, and in 6.3% with three: where few seeds happen to agree, the sum
    takes its degrees of freedom from the items, of which there are many.

    Parameters
    ----------
    parts
        Of which the standard errors and degrees of freedom count.
    alpha
        One-sided level, in (0, .5].

    References
    ----------
    Banerjee 1960, "Approximate confidence interval for linear functions of means of k populations
    when the population variances are not equal", Sankhya 22, 357-358.
    """
    return math.sqrt(sum((t_quantile(1 - alpha, part.df) * part.se) ** 2 for part in parts))


def as_one(parts: Sequence[Mean], alpha: float) -> Mean:
    """Return the sum of independent errors as one mean, whose bounds at `alpha` are as far out.

    Its degrees of freedom lie between the fewest and the most of the parts.

    Parameters
    ----------
    parts
        The first one has the estimate.
    alpha
        One-sided level, in (0, .5).
    """
    se = math.hypot(*(part.se for part in parts))
    most = min(max(part.df for part in parts), _MOST_DF)
    fewest = min(part.df for part in parts)
    if se == 0 or most <= fewest:
        return replace(parts[0], se=se)
    wanted = reach_of(parts, alpha) / se
    for _ in range(_STEPS):
        middle = math.sqrt(fewest * most)
        fewest, most = (
            (middle, most) if t_quantile(1 - alpha, middle) > wanted else (fewest, middle)
        )
    return replace(parts[0], se=se, df=most)


def more_seeds(
    items: Mean, seeds: Sequence[Mean], distance: float, alpha: float, power: float
) -> int | None:
    """Return how many more seeds of each recipe would see `distance`; None if none would.

    Parameters
    ----------
    items
        The error that more seeds leave as it is.
    seeds
        Of each recipe, as from :func:`over_seeds`; of those whose seeds differ.
    distance
        The effect to be seen, beyond the threshold.
    alpha, power
        One-sided level, and the chance to see it.
    """
    for more in range(_MOST_SEEDS):
        added = [_with_more(part, more) for part in seeds]
        found = as_one([items, *pooled(added, alpha)], alpha)
        if smallest_effect(found.se, found.df, alpha, power) <= distance:
            return more
    return None


def _with_more(seeds: Mean, more: int) -> Mean:
    count = seeds.df + 1
    return replace(seeds, se=seeds.se * math.sqrt(count / (count + more)), df=seeds.df + more)


def more_items(
    items: Mean, seeds: Sequence[Mean], distance: float, alpha: float, power: float
) -> float | None:
    """Return by what factor there would have to be more items to see `distance`; None if by none.

    Parameters
    ----------
    items, seeds, distance, alpha, power
        As for :func:`more_seeds`; the variance of the items goes down by the factor.
    """

    def seen(factor: float) -> bool:
        found = as_one(
            [replace(items, se=items.se / math.sqrt(factor)), *pooled(seeds, alpha)], alpha
        )
        return smallest_effect(found.se, found.df, alpha, power) <= distance

    short, enough = 1.0, 2.0
    if seen(short):
        return short
    while not seen(enough):
        short, enough = enough, 2 * enough
        if enough > _MOST_FACTOR:
            return None
    for _ in range(_STEPS):
        middle = (short + enough) / 2
        short, enough = (short, middle) if seen(middle) else (middle, enough)
    return enough
