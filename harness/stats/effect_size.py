"""Standardised differences: how large a change is, on a scale that figures share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_FEWEST = 2
_ROUNDING = 1e-9  # of the figures' size, below which they do not differ


def cohens_h(before: float, after: float) -> float:
    """Return Cohen's h of two shares: 2 asin(sqrt(after)) - 2 asin(sqrt(before)).

    It is about the two shares alone: neither how many draws there are nor that items are paired
    changes what it means.

    Parameters
    ----------
    before, after
        In [0, 1].

    Returns
    -------
    float
        In [-pi, pi].

    Raises
    ------
    ValueError
        If a share is out of range.

    References
    ----------
    Cohen 1988, "Statistical Power Analysis for the Behavioral Sciences", 2nd ed., section 6.2.
    """
    for share in (before, after):
        if not 0 <= share <= 1:
            msg = f"a share must lie in [0, 1], got {share}"
            raise ValueError(msg)
    return 2 * math.asin(math.sqrt(after)) - 2 * math.asin(math.sqrt(before))


def hedges_g(before: FloatArray, after: FloatArray) -> float | None:
    """Return the standardised mean difference of paired figures, corrected for its bias.

    d_p, the mean difference over the root of the mean of both variances over items, times
    J(nu) = Gamma(nu / 2) / (sqrt(nu / 2) Gamma((nu - 1) / 2)). Its unit is how much items differ
    among each other, not how much their differences do: pairing leaves it as it is. The pairs'
    correlation r leaves that unit nu = 2 (n - 1) / (1 + r^2) degrees of freedom.

    Parameters
    ----------
    before, after
        The figure of each item, shape [n], finite.

    Returns
    -------
    float or None
        None for fewer than two items, or where no item differs from another on either side.

    Raises
    ------
    ValueError
        If the shapes differ.

    References
    ----------
    Hedges 1981, "Distribution theory for Glass's estimator of effect size and related estimators",
    Journal of Educational Statistics 6, 107-128 (J); Bonett 2008, "Confidence intervals for
    standardized linear contrasts of means", Psychological Methods 13, 99-109 (the unit);
    Cousineau 2020, "Approximating the distribution of Cohen's d_p in within-subject designs",
    The Quantitative Methods for Psychology 16, 418-421 (nu).
    """
    if before.shape != after.shape or before.ndim != 1:
        msg = f"figures must be of one shape [n], got {before.shape} and {after.shape}"
        raise ValueError(msg)
    if len(before) < _FEWEST:
        return None
    first, second = float(before.var(ddof=1)), float(after.var(ddof=1))
    unit = math.sqrt((first + second) / 2)
    if unit <= _ROUNDING * max(float(np.abs(before).max()), float(np.abs(after).max())):
        return None
    both = math.sqrt(first * second)
    shared = float(((before - before.mean()) * (after - after.mean())).sum()) / (len(before) - 1)
    r = shared / both if both > 0 else 0.0
    nu = 2 * (len(before) - 1) / (1 + min(r * r, 1.0))
    return float((after - before).mean()) / unit * _unbiasing(nu)


def _unbiasing(nu: float) -> float:
    """Return Hedges' J, which lies in (0, 1) for nu > 1, and is 0 there."""
    if nu <= 1:
        return 0.0
    log = special.gammaln(nu / 2) - special.gammaln((nu - 1) / 2)
    return float(math.exp(log) / math.sqrt(nu / 2))
