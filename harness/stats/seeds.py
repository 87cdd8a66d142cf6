"""Claims about a training recipe, from several training seeds of each arm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import Mean, add_independent, check_values, t_floor

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


def recipe_difference(treated: FloatArray, control: FloatArray) -> Mean:
    """Estimate how much better a recipe is than another, on these items, from seed means.

    Welch's test over training seeds: s_t^2 / S_t + s_c^2 / S_c, the variance between the seeds
    of each arm, which holds the noise of their draws. Degrees of freedom from min(S) - 1 to
    S_t + S_c - 2: few seeds show large effects only.

    Parameters
    ----------
    treated, control
        Mean score of each training seed, shapes [S_t] and [S_c], at least 2 each.

    Returns
    -------
    Mean
        Of treated less control.

    Raises
    ------
    ValueError
        If an arm has one seed, a value is not finite, or no arm's seeds differ.

    References
    ----------
    Welch 1947, "The generalization of Student's problem when several different population
    variances are involved", Biometrika 34, 28-35; Satterthwaite 1946, "An approximate
    distribution of estimates of variance components", Biometrics Bulletin 2, 110-114, eq. 17.
    """
    arms = (_over_seeds(treated), _over_seeds(-control))
    if not any(arm.se for arm in arms):
        msg = (
            f"the seeds of each arm all score {treated[0]:g} and {control[0]:g}: no error to go by"
        )
        raise ValueError(msg)
    return add_independent(arms)


def recipe_difference_by_item(
    treated: FloatArray, control: FloatArray, *, half_range: float = 1.0
) -> Mean:
    """Estimate how much better a recipe is than another, on items that stand for others.

    Seeds and items are crossed: each is a random sample. The variance of the items' differences
    (with one phantom item) over N is added to that of the seed means over S. The interaction of
    seeds and items, which holds the draws' noise, is in both parts: counted twice, it makes the
    variance too large, at most twofold, and the test careful.

    Parameters
    ----------
    treated, control
        Score of each seed on each item, shapes [S_t, N] and [S_c, N], the same items in the same
        order; S_t, S_c, N >= 2.
    half_range
        R > 0, half the width of the range of a difference of scores.

    Returns
    -------
    Mean
        Of treated less control.

    Raises
    ------
    ValueError
        If an arm has one seed, the arms differ in items, there are fewer than two, or a value is
        not finite.

    References
    ----------
    Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1, 386-411, for the sum of
    the variances of rows and columns; Satterthwaite 1946 for its degrees of freedom.
    """
    if treated.ndim != 2 or control.ndim != 2 or treated.shape[1] != control.shape[1]:  # noqa: PLR2004  seeds by items
        msg = f"arms must be seeds by the same items, got shapes {treated.shape}, {control.shape}"
        raise ValueError(msg)
    seeds = (_over_seeds(treated.mean(axis=1)), _over_seeds(-control.mean(axis=1)))
    items = t_floor(treated.mean(axis=0) - control.mean(axis=0), half_range)
    spread = [Mean(estimate=0.0, se=seed.se, df=seed.df) for seed in seeds]
    return add_independent([items, *spread])


def _over_seeds(means: FloatArray) -> Mean:
    if len(means) == 1:
        msg = (
            "an arm has one training seed: the claim is then about these checkpoints only, "
            "not about the recipe"
        )
        raise ValueError(msg)
    check_values(means, "seeds")
    se = 0.0 if np.ptp(means) == 0 else float(means.std(ddof=1)) / math.sqrt(len(means))
    return Mean(estimate=float(means.mean()), se=se, df=len(means) - 1)
