"""What training seeds differ by: against scipy and the analysis of variance, and error rates."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS  # type: ignore[import-untyped]

from harness.stats.mean import Mean, add_independent, t_mean
from harness.stats.power import smallest_effect
from harness.stats.seeds import as_one, more_items, more_seeds, over_seeds, pooled, reach_of

seed_means = st.lists(st.floats(0, 1), min_size=2, max_size=8).map(np.array)
parts = st.builds(
    Mean, estimate=st.just(0.0), se=st.floats(1e-3, 0.3), df=st.integers(1, 300).map(float)
)
levels = st.floats(1e-4, 0.4)


@given(seed_means, levels)
def test_seeds_alone_are_students_t(means: npt.NDArray[np.float64], alpha: float) -> None:
    """With nothing but seeds a bound is that of the t test over their means, by scipy."""
    assume(np.ptp(means) > 1e-6)
    found = over_seeds(means)
    oracle = stats.ttest_1samp(means, 0.0, alternative="greater")
    interval = oracle.confidence_interval(1 - alpha)
    assert found.estimate - reach_of([found], alpha) == pytest.approx(interval.low, abs=1e-9)
    assert found.p_greater(0.0) == pytest.approx(oracle.pvalue, abs=1e-12)


def test_seeds_that_agree_have_no_error() -> None:
    """Where all seeds have one mean there is nothing to add."""
    assert over_seeds(np.array([0.5, 0.5, 0.5])) == Mean(estimate=0.5, se=0.0, df=2)


@given(seed_means, seed_means, levels)
def test_recipes_of_equally_many_seeds_are_compared_as_by_welch(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], alpha: float
) -> None:
    """From three seeds each, at 5% or more, it is scipy's Welch test; others stay apart."""
    assume(min(np.var(first), np.var(second)) > 1e-6)
    found = pooled([over_seeds(first), over_seeds(-second)], alpha)
    if len(first) != len(second) or len(first) < 3 or alpha < 0.05:
        assert len(found) == 2
        return
    oracle = stats.ttest_ind(first, second, equal_var=False, alternative="greater")
    low = oracle.confidence_interval(1 - alpha).low
    assert found[0].estimate - reach_of(found, alpha) == pytest.approx(low, abs=1e-8)


@given(st.lists(parts, min_size=1, max_size=4), levels)
def test_a_sum_reaches_as_far_as_its_parts_together(found: list[Mean], alpha: float) -> None:
    """The root of their squared reaches, by scipy's t; joined as one mean it is the same."""
    reach = reach_of(found, alpha)
    own = [float(stats.t.ppf(1 - alpha, part.df)) * part.se for part in found]
    assert reach == pytest.approx(math.hypot(*own))
    joint = as_one(found, alpha)
    assert joint.se == pytest.approx(math.hypot(*(part.se for part in found)))
    assert min(part.df for part in found) <= joint.df <= max(part.df for part in found)
    assert joint.estimate - joint.lower(alpha) == pytest.approx(reach, rel=1e-5)


def test_items_and_seeds_are_crossed_random_samples() -> None:
    """Both variances are those of the two-way analysis of variance, by statsmodels.

    There MS_items + MS_seeds - MS_residual over S N is unbiased: their sum is on the careful side.
    """
    rng = np.random.default_rng(5)
    seeds, items = 4, 25
    scores = rng.normal(0, 0.3, items) + rng.normal(0, 0.1, (seeds, 1))
    scores = scores + rng.normal(0, 0.1, (seeds, items))
    y, seed, item = (
        scores.ravel(),
        np.kron(np.eye(seeds), np.ones((items, 1))),
        np.kron(np.ones((seeds, 1)), np.eye(items)),
    )
    left = OLS(y, np.hstack([seed, item[:, 1:]])).fit()
    of_seeds = (OLS(y, item).fit().ssr - left.ssr) / (seeds - 1)
    of_items = (OLS(y, seed).fit().ssr - left.ssr) / (items - 1)
    residual = left.ssr / ((seeds - 1) * (items - 1))
    over_items, found = t_mean(scores.mean(axis=0)), over_seeds(scores.mean(axis=1))
    whole = seeds * items
    assert over_items.se**2 == pytest.approx(of_items / whole)
    assert found.se**2 == pytest.approx(of_seeds / whole)
    unbiased = (of_items + of_seeds - residual) / whole
    assert as_one([over_items, found], 0.05).se ** 2 > unbiased


@pytest.mark.parametrize("seeds", [2, 3, 5])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_the_sum_errs_no_more_than_alpha_says(seeds: int, share: float) -> None:
    """Whatever share the seeds have of the variance; with Satterthwaite's degrees it errs more."""
    rng, tries = np.random.default_rng([seeds, int(10 * share)]), 6000
    of_seeds = share * rng.chisquare(seeds - 1, tries) / (seeds - 1)
    of_items = (1 - share) * rng.chisquare(199, tries) / 199
    errors = rng.standard_normal(tries)
    found = np.mean([
        error > reach_of(_apart(seed, item, seeds), 0.05)
        for error, seed, item in zip(errors, of_seeds, of_items, strict=True)
    ])  # fmt: skip
    assert found < 0.05 + 3 * math.sqrt(0.05 * 0.95 / tries)
    if seeds == 2 and share == 0.9:
        liberal = np.mean([
            add_independent(_apart(seed, item, seeds)).lower(0.05) > -error
            for error, seed, item in zip(errors, of_seeds, of_items, strict=True)
        ])  # fmt: skip
        assert liberal > 0.07


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.002])
@pytest.mark.parametrize("ratio", [0.01, 0.05, 1.0])
def test_two_recipes_err_no_more_than_alpha_says(alpha: float, ratio: float) -> None:
    """Of three seeds each, at each level, whatever the ratio of their variances."""
    rng, tries = np.random.default_rng(7), 400_000
    first, second = (size * rng.chisquare(2, tries) / 2 for size in (1.0, ratio))
    errors = math.sqrt(1 + ratio) * rng.standard_normal(tries)
    near = np.flatnonzero(errors**2 > 2 * (first + second))  # t is at least that
    found = sum(
        errors[one]
        > reach_of(pooled([_of_three(first[one]), _of_three(second[one])], alpha), alpha)
        for one in near[errors[near] > 0]
    )
    assert found / tries < 1.09 * alpha + 3 * math.sqrt(alpha / tries)


def _of_three(variance: float) -> Mean:
    return Mean(estimate=0.0, se=math.sqrt(variance), df=2)


def _apart(of_seeds: float, of_items: float, seeds: int) -> list[Mean]:
    return [
        Mean(estimate=0.0, se=math.sqrt(of_items), df=199),
        Mean(estimate=0.0, se=math.sqrt(of_seeds), df=seeds - 1),
    ]


def test_what_more_would_do_is_what_would_be_seen() -> None:
    """The advised number of seeds, or of items, sees the effect, and one fewer does not."""
    items = Mean(estimate=0.0, se=0.01, df=99)
    seeds = Mean(estimate=0.0, se=0.03, df=2)
    added = more_seeds(items, [seeds], 0.08, 0.05, 0.9)
    assert added is not None
    assert added > 1
    reached = [_seen([items, _with(seeds, more)]) for more in (added, added - 1)]
    assert reached[0] <= 0.08 < reached[1]
    assert more_items(items, [seeds], 0.08, 0.05, 0.9) is None
    assert more_seeds(items, [seeds], 0.02, 0.05, 0.9) is None
    wide = replace(items, se=0.05)
    factor = more_items(wide, [replace(seeds, se=0.005)], 0.08, 0.05, 0.9)
    assert factor is not None
    at_factor = replace(wide, se=wide.se / math.sqrt(factor))
    assert _seen([at_factor, replace(seeds, se=0.005)]) == pytest.approx(0.08, rel=1e-4)


def _with(seeds: Mean, more: int) -> Mean:
    count = seeds.df + 1
    return replace(seeds, se=seeds.se * math.sqrt(count / (count + more)), df=seeds.df + more)


def _seen(found: list[Mean]) -> float:
    joint = as_one(found, 0.05)
    return smallest_effect(joint.se, joint.df, 0.05, 0.9)


@pytest.mark.parametrize(
    ("means", "message"),
    [([0.5], "over seeds needs at least 2"), ([0.5, math.nan], "seeds is not finite: nan")],
)
def test_what_has_no_variance_is_refused(means: list[float], message: str) -> None:
    """One seed is no recipe, and a value that is no number has no mean."""
    with pytest.raises(ValueError, match=message):
        over_seeds(np.array(means))
