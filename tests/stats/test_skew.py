"""The skew-corrected t-floor against its formula, the rule of three, and simulated errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.mean import add_independent, t_floor
from harness.stats.skew import SkewedMean, skew_corrected

values = st.lists(st.floats(-1, 1), min_size=2, max_size=60).map(np.array)
levels = st.sampled_from([1e-9, 0.001, 0.01, 0.05, 0.2, 0.4])


def one(found: object, half_range: float = 1.0) -> SkewedMean:
    """Estimate the mean of one set of items."""
    return skew_corrected([(np.asarray(found, dtype=np.float64), half_range)])


def test_the_formula_is_halls() -> None:
    """Written out for one sample: g(t) with the skewness of the values and half a phantom."""
    data = np.random.default_rng(1).choice([-1.0, 0.0, 0.25], size=80, p=[0.05, 0.8, 0.15])
    count, centred = len(data), data - data.mean()
    variance = ((centred**2).sum() + 1) / (count - 1)
    skewness = ((centred**3).sum() - 0.5) / count / variance**1.5
    big_t = (data.mean() + 0.03) / np.sqrt(variance)
    g = big_t + skewness * big_t**2 / 3 + skewness**2 * big_t**3 / 27 + skewness / (6 * count)
    expected = stats.t.sf(np.sqrt(count) * g, count - 1)
    assert one(data).p_greater(-0.03) == pytest.approx(expected, rel=1e-12)


def test_symmetric_values_of_many_items_are_left_to_the_t_test() -> None:
    """Without skewness, and with the phantom long faded, nothing is corrected."""
    data = np.tile([-0.5, 0.5], 50_000)
    plain, found = t_floor(data, 1.0), one(data)
    assert found.lower(0.05) == pytest.approx(plain.lower(0.05), rel=1e-3)
    assert found.p_greater(0.002) == pytest.approx(plain.p_greater(0.002), rel=1e-3)


@pytest.mark.parametrize("count", [50, 100, 400, 2000])
def test_where_no_item_differs_the_rule_of_three_holds(count: int) -> None:
    """Nothing seen in N items leaves a loss of about 3 / N possible at 95%."""
    found = one(np.zeros(count))
    assert -found.lower(0.05) * count == pytest.approx(3.0, abs=0.1)
    assert found.upper(0.05) == pytest.approx(-found.lower(0.05))


@given(values, levels)
def test_a_bound_inverts_its_p_value(data: np.ndarray, alpha: float) -> None:
    """At a bound the p-value is the level."""
    found = one(data)
    assert found.p_greater(found.lower(alpha)) == pytest.approx(alpha, rel=1e-5)
    assert found.p_less(found.upper(alpha)) == pytest.approx(alpha, rel=1e-5)


@given(values, st.floats(-1, 1), st.floats(-1, 1))
def test_p_values_rise_with_the_threshold(data: np.ndarray, first: float, second: float) -> None:
    """A claim of more never has a smaller p-value."""
    found, (low, high) = one(data), sorted((first, second))
    assert found.p_greater(low) <= found.p_greater(high) + 1e-12
    assert found.p_less(high) <= found.p_less(low) + 1e-12


@given(values, levels)
def test_the_mirror_image_has_the_mirrored_bounds(data: np.ndarray, alpha: float) -> None:
    """Changing the sign of all values changes the signs of the bounds, and nothing else."""
    found, mirrored = one(data), one(-data)
    assert mirrored.lower(alpha) == pytest.approx(-found.upper(alpha), rel=1e-9, abs=1e-12)
    assert mirrored.p_less(0.1) == pytest.approx(found.p_greater(-0.1), rel=1e-9, abs=1e-15)


def test_disjoint_items_add_up() -> None:
    """The estimate, error and degrees of freedom are Welch's; third cumulants add."""
    rng = np.random.default_rng(2)
    first, second = rng.beta(5, 1, 60), -rng.beta(1, 4, 90)
    found = skew_corrected([(first, 0.5), (second, 0.5)])
    assert found.mean == add_independent([t_floor(first, 0.5), t_floor(second, 0.5)])
    third = sum(
        ((part - part.mean()) ** 3).sum() / len(part) ** 3 - 0.125 / 2 / len(part) ** 3
        for part in (first, second)
    )
    assert found.skewness_below == pytest.approx(third / found.mean.se**3)


def test_too_few_or_broken_values_are_refused() -> None:
    """What the t-floor refuses is refused."""
    with pytest.raises(ValueError, match="at least 2"):
        one([0.1])
    with pytest.raises(ValueError, match="not finite"):
        one([0.1, np.nan])


@pytest.mark.parametrize(("count", "loss"), [(100, 0.05), (100, 0.02), (200, 0.02), (50, 0.05)])
def test_losses_of_few_items_are_not_missed(count: int, loss: float) -> None:
    """Where a true loss is the margin, it is declared within it in 5% of samples; t: 8 to 13%."""
    lost = np.arange(count // 3)
    chance = stats.binom.pmf(lost, count, loss)
    rows = [np.concatenate([-np.ones(k), np.zeros(count - k)]) for k in lost]
    corrected = np.array([one(row).p_greater(-loss) < 0.05 for row in rows])
    plain = np.array([t_floor(row, 1.0).p_greater(-loss) < 0.05 for row in rows])
    assert chance[corrected].sum() < 0.055
    assert chance[plain].sum() > 0.07
