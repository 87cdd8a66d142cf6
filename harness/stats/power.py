"""What a test of this size can see, and what size would see an effect."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from harness.stats.mean import t_quantile

if TYPE_CHECKING:
    import numpy.typing as npt

_NODES = 64


def power_of_t(effect: float, se: float, df: float, alpha: float) -> float:
    """Return the power of the one-sided t test at `effect`, by the non-central t."""
    critical = t_quantile(1 - alpha, df)
    return 1.0 - float(special.nctdtr(df, effect / se, critical))


def smallest_effect(se: float, df: float, alpha: float, power: float) -> float:
    """Return the smallest distance from the threshold that is detected with chance `power`.

    Solves 1 - F(t_{1-alpha}; df, effect / se) = power for the effect, F the non-central t.
    """
    critical = t_quantile(1 - alpha, df)
    return float(special.nctdtrinc(df, 1 - power, critical)) * se


def items_needed(
    distance: float, variance: float, half_range: float, alpha: float, power: float
) -> int:
    """Return how many items the stabilised t test needs to see `distance`.

    Solves (z_{1-alpha} + z_{power})^2 (N variance + R^2) / (N (N - 1)) <= distance^2 for N, by
    the normal approximation; `variance` is that of one item's value.
    """
    target = (distance / (special.ndtri(1 - alpha) + special.ndtri(power))) ** 2
    linear = target + max(variance, 0.0)
    root = (linear + math.sqrt(linear**2 + 4 * target * half_range**2)) / (2 * target)
    return math.ceil(root)


def draws_needed(  # noqa: PLR0913  the five parts of one formula
    *,
    distance: float,
    variance: float,
    noise: float,
    half_range: float,
    items: int,
    draws: int,
    alpha: float,
    power: float,
) -> int | None:
    """Return how many draws per item would see `distance` on these items; None if none would.

    The variance of an item's value is w^2 + noise; only the noise shrinks with the draws:
    (w^2 + noise n / n' + R^2 / N) / (N - 1) must come down to the target.
    """
    target = (distance / (special.ndtri(1 - alpha) + special.ndtri(power))) ** 2
    between = max(variance - noise, 0.0)
    room = target * (items - 1) - between - half_range**2 / items
    if not noise > 0 or room <= 0:
        return None
    return max(math.ceil(draws * noise / room), draws + 1)


def power_of_equivalence(
    margin: float, se: float, df: float, alpha: float, effect: float = 0.0
) -> float:
    """Return the chance that two one-sided t tests show |effect| < `margin`, at a true effect.

    The estimate must lie within `margin` - t_{1-alpha} s of zero, s the estimated standard error:
    E[Phi((m - e)/se - t u) - Phi(-(m + e)/se + t u)] over u = s / se, u^2 df ~ chi^2_df, where t u
    < m / se. Exact, by Gauss and Legendre's rule over eight standard deviations of u.

    Parameters
    ----------
    margin, se
        m > 0 and the true standard error, in units of the effect.
    df
        Degrees of freedom, at least 1; infinite for a z test.
    alpha
        Of each test, in (0, 1/2).
    effect
        True effect.

    Raises
    ------
    ValueError
        If `margin` or `se` is not positive, `df` below 1, or `alpha` not in (0, 1/2).

    References
    ----------
    Phillips 1990, "Power of the two one-sided tests procedure in bioequivalence", Journal of
    Pharmacokinetics and Biopharmaceutics 18, 137-144.
    """
    if not (margin > 0 and se > 0 and df >= 1 and 0 < alpha < 0.5):  # noqa: PLR2004  an error
        given = f"{margin}, {se}, {df}, {alpha}"
        msg = f"needs margin > 0, se > 0, df >= 1 and alpha in (0, 1/2), got {given}"
        raise ValueError(msg)
    critical = t_quantile(1 - alpha, df)
    nodes, weights = _spread(df, margin / (se * critical))
    inside = special.ndtr((margin - effect) / se - critical * nodes)
    inside -= special.ndtr(critical * nodes - (margin + effect) / se)
    return float(weights @ inside)


def _spread(df: float, most: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return nodes and weights for means over u <= `most`, u^2 df ~ chi^2_df."""
    if math.isinf(df):
        return np.ones(1), np.array([float(most > 1)])
    reach = 8 / math.sqrt(2 * df)
    low = max(1 - reach, 0.0)
    width = max(min(1 + reach, most) - low, 0.0)
    x, weight = np.polynomial.legendre.leggauss(_NODES)
    share = (x + 1) / 2
    u = low + width * share**2  # smoother at 0, where the density goes as u^(df - 1)
    half = df / 2
    logs = math.log(2) + half * math.log(half) - special.gammaln(half)
    density = np.exp(logs + special.xlogy(df - 1, u) - half * u**2)
    return u, width * share * weight * density


def draws_needed_for_these(  # noqa: PLR0913  the parts of one formula
    *,
    distance: float,
    noise: float,
    growing: float,
    half_range: float,
    items: int,
    draws: int,
    alpha: float,
    power: float,
) -> int | None:
    """Return how many draws per item would see `distance` on these very items; None if none would.

    The draws alone are noise: (N (fixed + growing n / n') + R^2 / n') / N^2 must come down to the
    target, `fixed` = `noise` - `growing` being that of stored draws, which takes no more.
    """
    target = (distance / (special.ndtri(1 - alpha) + special.ndtri(power))) ** 2 * items**2
    room = target - items * max(noise - growing, 0.0)
    if room <= 0:
        return None
    return max(1, math.ceil((items * max(growing, 0.0) * draws + half_range**2) / room))
