"""One arm against a bar: Korn-Graubard bounds, against scipy, published numbers and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.proportion import Proportion, korn_graubard

COUNTS = st.lists(st.integers(0, 8), min_size=2, max_size=60)


@given(st.integers(1, 400), st.data(), st.floats(0.001, 0.4))
def test_bounds_are_clopper_and_pearsons(trials: int, data: st.DataObject, alpha: float) -> None:
    """On whole trials the bounds are those of scipy's exact binomial test."""
    hits = data.draw(st.integers(0, trials))
    found = Proportion(estimate=hits / trials, trials=trials)
    greater = stats.binomtest(hits, trials, alternative="greater")
    less = stats.binomtest(hits, trials, alternative="less")
    low, high = greater.proportion_ci(1 - alpha).low, less.proportion_ci(1 - alpha).high
    assert found.lower(alpha) == pytest.approx(low, abs=1e-7)
    assert found.upper(alpha) == pytest.approx(high, abs=1e-7)


def test_the_upper_bound_of_no_hit_in_twenty() -> None:
    """The published upper bound of a two-sided 95% interval for 0 of 20."""
    assert Proportion(estimate=0.0, trials=20).upper(0.025) == pytest.approx(0.16843347, abs=1e-8)


@given(st.integers(1, 200), st.data(), st.floats(0.01, 0.99))
def test_p_values_are_the_binomial_tails(trials: int, data: st.DataObject, bar: float) -> None:
    """On whole trials the p-values are the exact tails."""
    hits = data.draw(st.integers(0, trials))
    found = Proportion(estimate=hits / trials, trials=trials)
    assert found.p_greater(bar) == pytest.approx(stats.binom.sf(hits - 1, trials, bar), abs=1e-9)
    assert found.p_less(bar) == pytest.approx(stats.binom.cdf(hits, trials, bar), abs=1e-9)


@given(COUNTS, st.floats(0.01, 0.99), st.floats(0.01, 0.4))
def test_bound_and_p_value_agree(counts: list[int], bar: float, alpha: float) -> None:
    """A bound lies beyond the bar exactly where the p-value is below alpha."""
    found = korn_graubard(np.array(counts) / 8, 8, alpha)
    for bound, p in (
        (found.lower(alpha) - bar, found.p_greater(bar)),
        (bar - found.upper(alpha), found.p_less(bar)),
    ):
        if abs(bound) > 1e-9:
            assert (bound > 0) == (p < alpha)


@given(COUNTS)
def test_trials_lie_between_the_items_and_the_draws(counts: list[int]) -> None:
    """Draws of one item are never worth more than as many, nor less than one."""
    items = len(counts)
    trials = korn_graubard(np.array(counts) / 8, 8, 0.05).trials
    shrunk = (stats.norm.ppf(0.95) / stats.t.ppf(0.95, items - 1)) ** 2
    assert items * shrunk * (1 - 1e-9) <= trials <= 8 * items * shrunk * (1 + 1e-9)


@pytest.mark.parametrize(
    ("items", "draws", "bar"), [(50, 1, 0.98), (100, 1, 0.95), (20, 4, 0.9), (50, 16, 0.95)]
)
def test_a_ceiling_is_not_mistaken_for_proof(items: int, draws: int, bar: float) -> None:
    """An arm exactly at a high bar is rarely shown to be above it."""
    rng = np.random.default_rng(7)
    skill = np.minimum(rng.beta(bar * 20, (1 - bar) * 20, (2000, items)), 1)
    values = rng.binomial(draws, skill) / draws
    shown = np.mean([korn_graubard(row, draws, 0.05).lower(0.05) > bar for row in values])
    assert shown < 0.065
