"""Proportions: bounds against scipy, printed digits and enumeration, Korn-Graubard's simulated."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.cluster import cr2
from harness.stats.proportion import Proportion, clopper_pearson, korn_graubard, wilson

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


@pytest.mark.parametrize("alpha", [0.05, 1e-9, 1e-18, 1e-100])
def test_no_hit_has_a_bound_in_closed_form(alpha: float) -> None:
    """The upper bound of 0 of n is 1 - alpha^(1/n), however small alpha; swapped, the lower one."""
    assert clopper_pearson(0, 20, alpha)[1] == pytest.approx(-math.expm1(math.log(alpha) / 20))
    assert clopper_pearson(20, 20, alpha)[0] == pytest.approx(alpha**0.05)


def test_clusters_are_the_units() -> None:
    """Items that are copies of each other in clusters count as one, with as many draws."""
    rng = np.random.default_rng(8)
    values = rng.binomial(4, rng.beta(1, 1, 30)) / 4
    clusters = np.repeat(np.arange(30), 3)
    copied = korn_graubard(np.repeat(values, 3), 4, 0.05, clusters)
    assert copied.lower(0.05) == pytest.approx(korn_graubard(values, 12, 0.05).lower(0.05))
    assert copied.trials < korn_graubard(np.repeat(values, 3), 4, 0.05).trials / 2


@given(COUNTS)
def test_clusters_of_one_item_are_no_clusters(counts: list[int]) -> None:
    """Items that are clusters of their own have the bounds of items."""
    values = np.array(counts) / 8
    found = korn_graubard(values, 8, 0.05, np.arange(len(values)))
    plain = korn_graubard(values, 8, 0.05)
    assert (found.estimate, found.trials) == pytest.approx((plain.estimate, plain.trials))


@pytest.mark.parametrize(
    ("concentration", "most"), [(5.0, 0.9), (1.0, 1.3)], ids=["some", "all or nothing"]
)
def test_clusters_of_unlike_sizes_keep_the_error(concentration: float, most: float) -> None:
    """Clusters of 1 to 20 items, all of a kind or not: errors stay below 5%, bounds are of use.

    The totals of such clusters vary with their sizes, and would leave one trial for a cluster.
    """
    rng = np.random.default_rng(9)
    wrong, wide, tries = np.zeros(2), [], 1000
    for _ in range(tries):
        sizes = rng.choice([1, 2, 5, 20], 20)
        skill = rng.beta(0.9 * concentration, 0.1 * concentration, 20)
        clusters = np.repeat(np.arange(20), sizes)
        values = rng.binomial(1, skill[clusters]).astype(np.float64)
        found = korn_graubard(values, 1, 0.05, clusters)
        wrong += [found.lower(0.05) > 0.9, found.upper(0.05) < 0.9]
        wide.append(found.upper(0.05) - found.lower(0.05))
    assert (wrong / tries < 0.05 + 3 * math.sqrt(0.05 * 0.95 / tries)).all()
    assert np.mean(wide) < most * 0.27  # the width that the totals would have given


@pytest.mark.parametrize("right", [0, 4, 8])
def test_items_that_agree_are_worth_one_trial_each(right: int) -> None:
    """Without any spread between items nothing shows that their draws are independent."""
    values = np.full(30, right / 8)
    unspread = 30 * (stats.norm.ppf(0.95) / stats.t.ppf(0.95, 29)) ** 2
    assert korn_graubard(values, 8, 0.05).trials == pytest.approx(unspread)
    clusters = np.repeat(np.arange(10), 3)
    unspread = 10 * (stats.norm.ppf(0.95) / stats.t.ppf(0.95, 9)) ** 2
    assert korn_graubard(values, 8, 0.05, clusters).trials == pytest.approx(unspread)
    clusters = np.array([0] * 20 + [1] * 4 + [2] * 6)
    df = cr2(np.arange(30.0), clusters).df
    unspread = 30**2 / (20**2 + 4**2 + 6**2) * (stats.norm.ppf(0.95) / stats.t.ppf(0.95, df)) ** 2
    assert korn_graubard(values, 8, 0.05, clusters).trials == pytest.approx(unspread)


def test_rounding_is_no_score_out_of_range() -> None:
    """A score that is above 1 by rounding counts as 1."""
    values = np.array([1 + 1e-15, 1.0, 0.5, 1.0])
    assert korn_graubard(values, 2, 0.05) == korn_graubard(values.clip(0, 1), 2, 0.05)


def test_items_that_nearly_agree_are_worth_all_draws() -> None:
    """Items that vary less than independent draws would are worth as many, and no more."""
    values = np.repeat([0.5, 0.625], 15)
    all_draws = 30 * 8 * (stats.norm.ppf(0.95) / stats.t.ppf(0.95, 29)) ** 2
    assert korn_graubard(values, 8, 0.05).trials == pytest.approx(all_draws)


@given(COUNTS, st.sampled_from([1e-15, 1e-9, 1e-4]))
def test_tiny_errors_have_wide_bounds(counts: list[int], alpha: float) -> None:
    """At tiny alphas bounds stay in [0, 1], and beyond those of a larger one."""
    found = Proportion(estimate=sum(counts) / 8 / len(counts), trials=len(counts))
    assert 0 <= found.lower(alpha) <= found.lower(0.05) <= found.estimate + 1e-12
    assert found.estimate - 1e-12 <= found.upper(0.05) <= found.upper(alpha) <= 1
    careful = korn_graubard(np.array(counts) / 8, 8, alpha)
    assert 0 <= careful.lower(alpha) <= careful.upper(alpha) <= 1
    if found.lower(alpha) > 0:
        assert found.p_greater(found.lower(alpha)) == pytest.approx(alpha, rel=1e-6)
    if found.upper(alpha) < 1 - 1e-9:
        assert found.p_less(found.upper(alpha)) == pytest.approx(alpha, rel=1e-3)


@pytest.mark.parametrize("estimate", [0.0, 0.3, 1.0])
def test_beyond_the_range_nothing_is_left_open(estimate: float) -> None:
    """Every mean is above -0.1 and below 1.1, whatever was seen."""
    found = Proportion(estimate=estimate, trials=20)
    assert (found.p_greater(-0.1), found.p_less(-0.1)) == (0, 1)
    assert (found.p_greater(1.1), found.p_less(1.1)) == (1, 0)


@pytest.mark.parametrize(
    ("values", "draws", "alpha", "message"),
    [
        ([0.5], 4, 0.05, "at least 2 of them, got 1"),
        ([0.5, math.nan], 4, 0.05, "not finite: nan"),
        ([0.5, 1.1], 4, 0.05, r"in \[0, 1\].*got \[1.1\]"),
        ([0.5, -0.1], 4, 0.05, r"got \[-0.1\]"),
        ([0.5, 0.1], 0, 0.05, "0 and 0.05"),
        ([0.5, 0.1], 4, 0.0, "4 and 0.0"),
        ([0.5, 0.1], 4, 0.5, "4 and 0.5"),
    ],
    ids=["one", "nan", "above", "below", "no draws", "no error", "half"],
)
def test_impossible_scores_are_refused(
    values: list[float], draws: int, alpha: float, message: str
) -> None:
    """Too few items, scores that are none, no draws and levels out of range are errors."""
    with pytest.raises(ValueError, match=message):
        korn_graubard(np.array(values), draws, alpha)


def test_no_hit_in_twenty_has_the_printed_digits() -> None:
    """The upper bounds of 95% intervals for 0 of 20 come out as printed, the lower ones as zero."""
    assert f"{wilson(0, 20, 0.025)[1]:.8f}" == "0.16112516"
    assert f"{clopper_pearson(0, 20, 0.025)[1]:.8f}" == "0.16843347"
    assert wilson(0, 20, 0.025)[0] == clopper_pearson(0, 20, 0.025)[0] == 0
    assert wilson(20, 20, 0.025)[1] == clopper_pearson(20, 20, 0.025)[1] == 1


@given(st.integers(1, 500), st.data(), st.floats(0.001, 0.4))
def test_intervals_are_scipys(trials: int, data: st.DataObject, alpha: float) -> None:
    """Both intervals are those of scipy at twice the one-sided error rate."""
    hits = data.draw(st.integers(0, trials))
    oracle = stats.binomtest(hits, trials)
    exact = oracle.proportion_ci(1 - 2 * alpha, "exact")
    score = oracle.proportion_ci(1 - 2 * alpha, "wilson")
    assert clopper_pearson(hits, trials, alpha) == pytest.approx((exact.low, exact.high), abs=1e-7)
    assert wilson(hits, trials, alpha) == pytest.approx((score.low, score.high), abs=1e-9)


@given(st.integers(1, 200), st.data(), st.floats(0.001, 0.4))
def test_wilsons_bounds_are_where_the_score_test_rejects(
    trials: int, data: st.DataObject, alpha: float
) -> None:
    """At a bound inside (0, 1) the score statistic is the normal quantile; hits and misses swap."""
    hits = data.draw(st.integers(0, trials))
    low, high = wilson(hits, trials, alpha)
    for bound, sign in ((low, 1), (high, -1)):
        if 0 < bound < 1:
            z = sign * (hits / trials - bound) / math.sqrt(bound * (1 - bound) / trials)
            assert z == pytest.approx(stats.norm.isf(alpha), rel=1e-6)
    assert wilson(trials - hits, trials, alpha) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.77])
@pytest.mark.parametrize("trials", [5, 40])
def test_exact_bounds_err_at_most_as_often_as_alpha_says(trials: int, rate: float) -> None:
    """Enumerated over all outcomes, either bound misses the truth with chance at most alpha."""
    hits = range(trials + 1)
    lows, highs = np.array([clopper_pearson(count, trials, 0.05) for count in hits]).T
    chances = np.asarray(stats.binom.pmf(hits, trials, rate))
    assert chances[lows > rate].sum() <= 0.05
    assert chances[highs < rate].sum() <= 0.05


@pytest.mark.parametrize(
    ("hits", "trials", "alpha", "message"),
    [
        (-1, 5, 0.05, "got -1 of 5"),
        (6, 5, 0.05, "got 6 of 5"),
        (0, 0, 0.05, "got 0 of 0"),
        (1, 5, 0.0, r"\(0, 1\), got 0.0"),
        (1, 5, 1.0, "got 1.0"),
        (1, 5, math.nan, "got nan"),
    ],
)
def test_impossible_counts_are_refused(hits: int, trials: int, alpha: float, message: str) -> None:
    """No trials, hits that are not among them, and levels that are none are errors."""
    for interval in (wilson, clopper_pearson):
        with pytest.raises(ValueError, match=message):
            interval(hits, trials, alpha)
