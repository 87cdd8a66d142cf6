"""Sign-flip tests: printed digits, scipy, exact enumeration in fractions, and simulation."""

from __future__ import annotations

import itertools
import math
import tracemalloc
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from harness.stats.cluster import cluster_sums, cluster_totals
from harness.stats.permutation import sign_flip, sign_flip_bound, sign_flip_mean

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

CORRECT_A = [0, 1, 2, 4, 4, 3, 0, 2, 1, 4, 3, 4, 0, 1, 2, 4, 3, 2, 4, 1]
CORRECT_B = [1, 1, 3, 4, 4, 4, 0, 3, 2, 4, 3, 4, 1, 0, 4, 4, 4, 2, 4, 2]
PAIRED = (np.array(CORRECT_B) - np.array(CORRECT_A)) / 4

tenths = st.lists(st.integers(-10, 10), min_size=2, max_size=9)
samples = st.lists(st.floats(-1, 1), min_size=2, max_size=40).map(np.array)
alphas = st.floats(0.002, 0.4)


def generator(seed: int = 1) -> np.random.Generator:
    """Make a generator of one's own."""
    return np.random.default_rng(seed)


def enumerated(shifted: list[Fraction]) -> tuple[float, float, float]:
    """Count the sign patterns whose sum is at least, at most, or as far as that of none."""
    sums = [
        sum((sign * value for sign, value in zip(signs, shifted, strict=True)), Fraction(0))
        for signs in itertools.product((1, -1), repeat=len(shifted))
    ]
    seen = sum(shifted, Fraction(0))
    return (
        sum(value >= seen for value in sums) / len(sums),
        sum(value <= seen for value in sums) / len(sums),
        sum(abs(value) >= abs(seen) for value in sums) / len(sums),
    )


def test_the_paired_example_has_the_printed_digits() -> None:
    """One- and two-sided p-values of a known example come out as printed, as in scipy."""
    found = sign_flip(PAIRED, generator=generator())
    assert found.exact
    assert (found.p_greater, found.p_two_sided) == (0.009765625, 0.01953125)
    assert sign_flip_mean(PAIRED, seed=1).p_greater(0.0) == 0.009765625
    moved = PAIRED[PAIRED != 0]
    sides: tuple[tuple[Literal["greater", "two-sided"], float], ...] = (
        ("greater", found.p_greater), ("two-sided", found.p_two_sided),
    )  # fmt: skip
    for alternative, p in sides:
        oracle = stats.permutation_test(
            (moved,), np.mean, permutation_type="samples", alternative=alternative
        )
        assert p == oracle.pvalue


@given(tenths, st.integers(-10, 10))
def test_p_values_are_counted_exactly(values: list[int], threshold: int) -> None:
    """With values that have no exact binary form, ties count as in fractions."""
    exact = [Fraction(value - threshold, 10) for value in values]
    greater, less, two_sided = enumerated(exact)
    found = sign_flip(np.array(values) / 10, threshold / 10, generator=generator())
    assert (found.p_greater, found.p_less, found.p_two_sided) == (greater, less, two_sided)
    mean = sign_flip_mean(np.array(values) / 10, seed=1)
    assert mean.p_greater(threshold / 10) == greater
    assert mean.p_less(threshold / 10) == less


@given(tenths, st.lists(st.integers(0, 3), min_size=9, max_size=9), st.integers(-10, 10))
def test_whole_clusters_flip_together(values: list[int], labels: list[int], threshold: int) -> None:
    """Flips of clusters are flips of their sums less the threshold, whatever their sizes."""
    clusters = np.array(labels[: len(values)])
    if len(np.unique(clusters)) < 2:
        return
    sums = {
        label: sum(
            (
                Fraction(value - threshold, 10)
                for value, own in zip(values, labels, strict=False)
                if own == label
            ),
            Fraction(0),
        )
        for label in sorted(set(clusters.tolist()))
    }
    greater, less, _ = enumerated(list(sums.values()))
    array = np.array(values) / 10
    mean = sign_flip_mean(array, seed=1, clusters=clusters)
    assert mean.estimate == pytest.approx(array.mean())
    assert (mean.p_greater(threshold / 10), mean.p_less(threshold / 10)) == (greater, less)
    summed = sign_flip(cluster_sums(array - threshold / 10, clusters), generator=generator())
    assert (summed.p_greater, summed.p_less) == (greater, less)


@given(samples, st.floats(-1, 1), alphas)
def test_bounds_and_p_values_agree(values: FloatArray, threshold: float, alpha: float) -> None:
    """A bound lies beyond a threshold exactly if the p-value is at most alpha."""
    found = sign_flip_mean(values, seed=3, resamples=499)
    low, high = found.lower(alpha), found.upper(alpha)
    assert low <= found.estimate + 1e-9
    assert high >= found.estimate - 1e-9
    for place in (threshold, low + 1e-9, low - 1e-9, high + 1e-9, high - 1e-9, *values[:3]):
        assert (low > place) == (found.p_greater(place) <= alpha)
        assert (high < place) == (found.p_less(place) <= alpha)


@given(samples | tenths.map(lambda values: np.array(values) / 10), alphas)
def test_they_agree_to_the_last_digit(values: FloatArray, alpha: float) -> None:
    """At a bound and at its neighbours, bound and p-value say the same."""
    found = sign_flip_mean(values, seed=3, resamples=199)
    for bound in (found.lower(alpha), found.upper(alpha)):
        for place in (bound, math.nextafter(bound, -math.inf), math.nextafter(bound, math.inf)):
            assert (found.lower(alpha) > place) == (found.p_greater(place) <= alpha)
            assert (found.upper(alpha) < place) == (found.p_less(place) <= alpha)


@given(samples, st.floats(-1, 1), st.floats(-1, 1))
def test_p_values_rise_with_the_threshold(values: FloatArray, first: float, second: float) -> None:
    """A higher threshold never lowers p_greater nor raises p_less, and none is zero."""
    found = sign_flip_mean(values, seed=3, resamples=199)
    low, high = sorted([first, second])
    assert 0 < found.p_greater(low) <= found.p_greater(high) <= 1
    assert 1 >= found.p_less(low) >= found.p_less(high) > 0


@given(samples, alphas)
def test_swapped_arms_swap_the_bounds(values: FloatArray, alpha: float) -> None:
    """With the same patterns, bounds of the negative values are the negative bounds."""
    found = sign_flip_mean(values, seed=3, resamples=499)
    other = sign_flip_mean(-values, seed=3, resamples=499)
    assert other.upper(alpha) == pytest.approx(-found.lower(alpha), abs=1e-11)
    assert other.p_less(-0.1) == found.p_greater(0.1)


@pytest.mark.parametrize("items", [12, 60])
def test_one_bound_at_a_time_is_that_of_the_mean(items: int) -> None:
    """A single bound is the mean's, and inverts the test with a generator in the same state."""
    values = generator(4).normal(0.2, 1, items)
    found = sign_flip_mean(values, seed=5)
    sides: tuple[Literal["lower", "upper"], ...] = ("lower", "upper")
    bounds = [sign_flip_bound(values, 0.05, side, generator=generator(5)) for side in sides]
    assert bounds == [found.lower(0.05), found.upper(0.05)]
    inside = sign_flip(values, bounds[0] + 1e-6, generator=generator(5))
    outside = sign_flip(values, bounds[0] - 1e-6, generator=generator(5))
    assert outside.p_greater <= 0.05 < inside.p_greater
    assert sign_flip(values, bounds[1] + 1e-6, generator=generator(5)).p_less <= 0.05


@settings(max_examples=10)
@given(st.integers(21, 80), st.integers(0, 10**6))
def test_random_patterns_estimate_the_exact_p_value(items: int, seed: int) -> None:
    """With more items the p-value is that of a convolution over all patterns, but for chance."""
    whole = generator(seed).integers(-4, 6, items)
    size = int(np.abs(whole).sum())
    ways = np.array([1.0])
    for value in np.abs(whole).tolist():
        ways = np.concatenate([ways, np.zeros(2 * value)]) + np.concatenate([
            np.zeros(2 * value), ways,
        ])  # fmt: skip
    exact = ways[size + int(whole.sum()) :].sum() / ways.sum()
    found = sign_flip(whole / 4, generator=generator(seed), resamples=9_999)
    error = math.sqrt(exact * (1 - exact) / 9_999) + 1e-4
    assert abs(found.p_greater - exact) < 4.5 * error
    assert found.p_greater > 0


def test_items_at_the_threshold_do_not_count() -> None:
    """Of many items, the few that differ are enumerated, and random patterns say about the same."""
    values = np.concatenate([np.zeros(300), PAIRED])
    found = sign_flip(values, generator=generator())
    assert found.exact
    assert found.p_greater == 0.009765625
    assert sign_flip_mean(values, seed=2).p_greater(0.0) == pytest.approx(0.0098, abs=0.004)
    assert not sign_flip(values, 0.01, generator=generator()).exact
    assert sign_flip(np.zeros(50), generator=generator()).p_two_sided == 1


def test_test_and_mean_flip_the_same_patterns() -> None:
    """With generators in the same state, random patterns of the test are those of the mean."""
    values = np.concatenate([np.zeros(40), generator(7).choice([-0.5, 0.25, 1.0], 30)])
    found = sign_flip(values, generator=generator(5), resamples=199)
    mean = sign_flip_mean(values, seed=5, resamples=199)
    assert not found.exact
    assert (found.p_greater, found.p_less) == (mean.p_greater(0.0), mean.p_less(0.0))


def test_random_patterns_include_what_was_seen() -> None:
    """No p-value is below 1 / (1 + M), as if the data were one more pattern."""
    found = sign_flip_mean(generator().random(30) + 1, seed=1, resamples=99)
    assert found.p_greater(0.0) == found.p_less(3.0) == 1 / 100
    assert found.lower(0.01) > 0
    assert found.lower(0.0099) == -math.inf


def test_too_few_items_have_no_bounds() -> None:
    """Four items have 16 patterns, so that no p-value is below 1/16, and bounds are infinite."""
    values = np.array([0.5, 0.25, 0.5, 1.0])
    found = sign_flip_mean(values, seed=1)
    assert found.p_greater(-5.0) == 1 / 16
    assert (found.lower(0.05), found.upper(0.05)) == (-math.inf, math.inf)
    assert found.lower(1 / 16) == pytest.approx(0.25)
    assert found.upper(1 / 16) == pytest.approx(1.0)


@pytest.mark.parametrize("items", [10, 40])
def test_symmetric_values_err_as_often_as_alpha_says(items: int) -> None:
    """Either bound misses the mean of a symmetric distribution in 5% of samples."""
    rng = generator(items)
    tries = 1500
    found = [
        sign_flip_mean(rng.laplace(0.3, 1, items), seed=rng, resamples=399) for _ in range(tries)
    ]
    for wrong in (
        np.mean([mean.lower(0.05) > 0.3 for mean in found]),
        np.mean([mean.upper(0.05) < 0.3 for mean in found]),
    ):
        assert wrong == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / tries))


def test_the_same_seed_gives_the_same_answers() -> None:
    """Answers depend on the generator's state alone, given as a seed or as a generator."""
    values = generator(8).normal(size=50)
    first, same = sign_flip_mean(values, seed=6), sign_flip_mean(values, seed=generator(6))
    assert first.lower(0.05) == same.lower(0.05)
    assert first.lower(0.05) != sign_flip_mean(values, seed=7).lower(0.05)


def test_random_patterns_count_what_was_seen() -> None:
    """Of 99 random patterns none is as extreme as 30 equal items, and the p-value is 1/100."""
    assert sign_flip(np.ones(30), generator=generator(), resamples=99).p_greater == 1 / 100
    assert sign_flip_mean(np.ones(30), seed=1, resamples=99).p_greater(0.5) == 1 / 100


def test_totals_flip_clusters_together() -> None:
    """On cluster totals the p-value at zero is that of whole clusters."""
    rng = generator(9)
    clusters = rng.permutation(np.repeat(np.arange(6), [1, 2, 3, 4, 5, 6]))
    values = rng.normal(0.3, 1, 21)
    seen = sum(
        (np.array(signs)[clusters] * values).mean() >= values.mean() - 1e-12
        for signs in itertools.product((1, -1), repeat=6)
    )
    totals = sign_flip(cluster_totals(values, clusters), generator=rng)
    assert totals.p_greater == seen / 2**6
    assert sign_flip_mean(values, seed=1, clusters=clusters).p_greater(0.0) == seen / 2**6


@pytest.mark.parametrize("items", [20, 4000])
def test_it_is_lean(items: int) -> None:
    """All patterns of 20 items, or 9,999 of thousands, take less than 50 MB."""
    values = generator().normal(size=items)
    tracemalloc.start()
    sign_flip_mean(values, seed=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50e6


@pytest.mark.parametrize(
    ("values", "threshold", "resamples", "message"),
    [
        ([], 0.0, 99, "at least 2 of them, got 0"),
        ([0.5], 0.0, 99, "at least 2 of them, got 1"),
        ([0.5, math.nan], 0.0, 99, "not finite: nan"),
        ([0.5, math.inf], 0.0, 99, "not finite: inf"),
        ([0.5, 0.5], math.nan, 99, "threshold must be finite, got nan"),
        ([0.5, 0.5], 0.0, 0, "at least 1 random pattern, got 0"),
    ],
    ids=["none", "one", "nan", "inf", "threshold", "resamples"],
)
def test_impossible_values_are_refused(
    values: list[float], threshold: float, resamples: int, message: str
) -> None:
    """Too few values, values or thresholds that are no numbers, and no patterns are errors."""
    with pytest.raises(ValueError, match=message):
        sign_flip(np.array(values), threshold, generator=generator(), resamples=resamples)
    if math.isfinite(threshold):
        with pytest.raises(ValueError, match=message):
            sign_flip_mean(np.array(values), seed=1, resamples=resamples)


def test_one_cluster_is_refused() -> None:
    """A single cluster can't be told from chance."""
    with pytest.raises(ValueError, match="over clusters needs at least 2 of them, got 1"):
        sign_flip_mean(np.array([0.1, 0.2]), seed=1, clusters=np.array([3, 3]))


@pytest.mark.parametrize("alpha", [0.0, 1.0, math.nan])
def test_an_alpha_that_is_no_error_rate_is_refused(alpha: float) -> None:
    """There is no bound without an error, or without confidence."""
    found = sign_flip_mean(PAIRED, seed=1)
    for bound in (found.lower, found.upper):
        with pytest.raises(ValueError, match=rf"\(0, 1\), got {alpha}"):
            bound(alpha)
