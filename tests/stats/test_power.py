"""Power and sizes against printed digits, statsmodels and their own inequalities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats
from statsmodels.stats.power import TTestPower  # type: ignore[import-untyped]

from harness.stats.power import (
    draws_needed,
    items_needed,
    power_of_equivalence,
    power_of_t,
    smallest_effect,
)

ses = st.floats(0.001, 1)
sizes = st.integers(5, 5000)
alphas = st.floats(0.001, 0.4)
powers = st.floats(0.51, 0.99)


def quantiles(alpha: float, power: float) -> float:
    """Add the normal quantiles of the error and of the power."""
    return float(special.ndtri(1 - alpha) + special.ndtri(power))


def test_power_has_the_printed_digits() -> None:
    """A known design has the known power."""
    assert f"{power_of_t(0.05, 0.2269 / 10, 99, 0.05):.8f}" == "0.70666282"


@given(ses, sizes, alphas, powers)
def test_smallest_effect_has_the_power_asked_for(
    se: float, items: int, alpha: float, power: float
) -> None:
    """The test has the wanted power at the smallest effect."""
    effect = smallest_effect(se, items - 1, alpha, power)
    assert power_of_t(effect, se, items - 1, alpha) == pytest.approx(power, abs=1e-4)


@given(st.integers(5, 300), st.floats(0.01, 0.2), st.floats(0.6, 0.95))
def test_smallest_effect_agrees_with_statsmodels(items: int, alpha: float, power: float) -> None:
    """An oracle, statsmodels, finds the same power at the smallest standardised effect."""
    effect = smallest_effect(1 / math.sqrt(items), items - 1, alpha, power)
    oracle = TTestPower().power(effect, items, alpha, alternative="larger")
    assert power == pytest.approx(oracle, abs=1e-5)


@given(sizes, st.floats(-3, 6), alphas)
def test_power_agrees_with_statsmodels(items: int, effect: float, alpha: float) -> None:
    """An oracle, statsmodels, finds the same power for any effect."""
    oracle = TTestPower().power(effect / math.sqrt(items), items, alpha, alternative="larger")
    assert power_of_t(effect, 1, items - 1, alpha) == pytest.approx(oracle, abs=1e-6)


@given(ses, sizes, alphas)
def test_power_at_no_effect_is_alpha(se: float, items: int, alpha: float) -> None:
    """Without an effect, the test rejects as often as its level says."""
    assert power_of_t(0.0, se, items - 1, alpha) == pytest.approx(alpha, abs=1e-6)


@given(st.floats(0.005, 0.5), st.floats(0, 0.5), st.floats(0.5, 2), alphas, powers)
def test_items_needed_are_enough_and_no_more(
    distance: float, variance: float, half_range: float, alpha: float, power: float
) -> None:
    """The number of items sees the distance, and one item fewer doesn't."""
    items = items_needed(distance, variance, half_range, alpha, power)

    def error(n: int) -> float:
        return quantiles(alpha, power) ** 2 * (n * variance + half_range**2) / (n * (n - 1))

    assert items >= 2
    assert error(items) <= distance**2 * (1 + 1e-9)
    assert items == 2 or error(items - 1) > distance**2 * (1 - 1e-9)


@given(
    distance=st.floats(0.01, 0.5),
    between=st.floats(0, 0.2),
    noise=st.floats(0.001, 0.2),
    items=st.integers(5, 1000),
    draws=st.integers(1, 64),
)
def test_draws_needed_are_enough_and_no_more(
    distance: float, between: float, noise: float, items: int, draws: int
) -> None:
    """The number of draws sees the distance, one draw fewer doesn't, and None means none does."""
    found = draws_needed(
        distance=distance, variance=between + noise, noise=noise, half_range=1.0, items=items,
        draws=draws, alpha=0.05, power=0.9,
    )  # fmt: skip
    target = (distance / quantiles(0.05, 0.9)) ** 2

    def error(n: float) -> float:
        return (between + noise * draws / n + 1 / items) / (items - 1)

    if found is None:
        assert error(math.inf) >= target * (1 - 1e-9)
    else:
        assert found > draws
        assert error(found) <= target * (1 + 1e-9)
        assert found == draws + 1 or error(found - 1) > target * (1 - 1e-9)


@pytest.mark.parametrize("noise", [0.0, -0.01, math.nan])
def test_no_draws_help_where_draws_make_no_noise(noise: float) -> None:
    """Where the noise of the draws is nil or unknown, more draws are no advice."""
    found = draws_needed(
        distance=0.1, variance=0.05, noise=noise, half_range=1.0, items=100, draws=4,
        alpha=0.05, power=0.9,
    )  # fmt: skip
    assert found is None


@pytest.mark.parametrize(
    ("variation", "groups", "ratio", "margin", "printed"),
    [
        (0.35, (52, 49), 0.95, 1.25, "0.8011186"),
        (0.36, (75, 70), 0.93, 1.25, "0.8256362"),
        (0.20, (20,), 0.95, 1.25, "0.834680"),
        (0.20, (26,), 0.95, 1.25, "0.9176333"),
        (0.125, (32,), 0.975, 1 / 0.9, "0.800218"),
    ],
)
def test_power_of_equivalence_is_powertosts(
    variation: float, groups: tuple[int, ...], ratio: float, margin: float, printed: str
) -> None:
    """The figures that the R package PowerTOST prints in its README come out to their digits."""
    # Two groups, or one of which each subject takes both treatments in turn.
    share = sum(1 / size for size in groups) * 2 / len(groups)
    se = math.sqrt(math.log(1 + variation**2) * share)
    df = sum(groups) - 2
    found = power_of_equivalence(math.log(margin), se, df, 0.05, math.log(ratio))
    assert f"{found:.{len(printed) - 2}f}" == printed


@given(st.floats(0.5, 8), st.floats(1, 10**4), st.floats(0.001, 0.3), st.floats(-1, 1))
def test_power_of_equivalence_agrees_with_quadrature(
    margin: float, df: float, alpha: float, share: float
) -> None:
    """An oracle, scipy's adaptive quadrature over the standard error, finds the same power."""
    critical, spread = stats.t(df).ppf(1 - alpha), stats.chi(df, scale=1 / math.sqrt(df))

    def inside(u: float) -> float:
        high = special.ndtr(margin * (1 - share) - critical * u)
        low = special.ndtr(critical * u - margin * (1 + share))
        return float((high - low) * spread.pdf(u))

    reach = 9 / math.sqrt(2 * df)
    low, high = max(0.0, 1 - reach), min(margin / critical, 1 + reach)
    oracle = integrate.quad(inside, low, high, limit=200)[0] if high > low else 0.0
    found = power_of_equivalence(margin, 1, df, alpha, share * margin)
    assert found == pytest.approx(oracle, abs=1e-7)


def test_power_of_equivalence_is_the_rate_of_it() -> None:
    """As many simulated pairs of one-sided t tests reject as the power says."""
    rng = np.random.default_rng(1)
    values = rng.normal(0.1, 1, (20_000, 12))
    se = values.std(axis=1, ddof=1) / math.sqrt(12)
    shown = np.abs(values.mean(axis=1)) + stats.t(11).ppf(0.95) * se < 0.8
    power = power_of_equivalence(0.8, 1 / math.sqrt(12), 11, 0.05, 0.1)
    assert shown.mean() == pytest.approx(power, abs=4 * math.sqrt(power * (1 - power) / 20_000))


@given(st.floats(0.5, 8), sizes, alphas, st.floats(0, 1))
def test_power_of_equivalence_is_bounded(
    margin: float, items: int, alpha: float, share: float
) -> None:
    """It is at most that of either test, at least what both must share, and alike either side."""
    effect, df = share * margin, items - 1
    found = power_of_equivalence(margin, 1, df, alpha, effect)
    either = [power_of_t(margin - effect, 1, df, alpha), power_of_t(margin + effect, 1, df, alpha)]
    assert max(sum(either) - 1, 0) - 1e-6 <= found <= min(either) + 1e-6
    mirrored = power_of_equivalence(margin, 1, df, alpha, -effect)
    assert found == pytest.approx(mirrored, abs=1e-12)


def test_power_of_equivalence_without_estimated_errors_is_normal() -> None:
    """With infinite degrees of freedom it is that of two z tests; with many, nearly so."""
    expected = 2 * special.ndtr(3 - special.ndtri(0.95)) - 1
    assert power_of_equivalence(3, 1, math.inf, 0.05) == pytest.approx(expected, abs=1e-12)
    assert power_of_equivalence(3, 1, 1e6, 0.05) == pytest.approx(expected, abs=1e-5)
    assert power_of_equivalence(1.5, 1, math.inf, 0.05) == 0


@pytest.mark.parametrize(
    ("margin", "se", "df", "alpha"),
    [
        (0.0, 0.1, 20, 0.05),
        (math.nan, 0.1, 20, 0.05),
        (0.1, 0.0, 20, 0.05),
        (0.1, 0.1, 0.5, 0.05),
        (0.1, 0.1, 20, 0.5),
    ],
)
def test_impossible_equivalences_are_refused(
    margin: float, se: float, df: float, alpha: float
) -> None:
    """No margin, no error and levels out of range are errors that name the values."""
    with pytest.raises(ValueError, match=f"got {margin}, {se}, {df}, {alpha}"):
        power_of_equivalence(margin, se, df, alpha)
