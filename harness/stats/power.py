"""What a test of this size can see, and what size would see an effect."""

from __future__ import annotations

import math

from scipy import special

from harness.stats.mean import t_quantile


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
