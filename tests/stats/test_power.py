"""Power and sizes against printed digits, statsmodels and their own inequalities."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from statsmodels.stats.power import TTestPower  # type: ignore[import-untyped]

from harness.stats.power import draws_needed, items_needed, power_of_t, smallest_effect

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
