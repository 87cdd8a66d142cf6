"""The studentised bootstrap: full enumeration, the t tests that it goes over to, and simulation."""

from __future__ import annotations

import itertools
import math
import time
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.stats.bootstrap import BootstrapT, bootstrap_t
from harness.stats.mean import t_floor, t_mean

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

samples = st.lists(st.floats(-1, 1), min_size=2, max_size=30).map(np.array)
alphas = st.floats(0.006, 0.4)


def bootstrap(
    values: FloatArray, *, seed: int = 1, resamples: int = 499, half_range: float = 0.0
) -> BootstrapT:
    """Resample with a generator of its own."""
    return bootstrap_t(
        values, generator=np.random.default_rng(seed), resamples=resamples, half_range=half_range
    )


@pytest.mark.parametrize("values", [[0.0, 0.1, 0.3, 0.35, 1.0], [0.0, 0.0, 0.0, 0.25, 0.25]])
def test_p_values_are_those_of_all_resamples(values: list[float]) -> None:
    """Of five items all 3,125 resamples are counted, those that all agree on either side."""
    sample = np.array(values)
    drawn = np.array(list(itertools.product(values, repeat=5)))
    same = np.ptp(drawn, axis=1) == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (drawn.mean(axis=1) - sample.mean()) / drawn.std(axis=1, ddof=1)
    found = bootstrap(sample, resamples=40_000)
    for threshold in (-0.5, 0.05, 0.2, 0.45, 0.9):
        seen = (sample.mean() - threshold) / sample.std(ddof=1)
        greater = np.mean(same | (t >= seen - 1e-9))
        less = np.mean(same | (t <= seen + 1e-9))
        assert found.p_greater(threshold) == pytest.approx(greater, abs=0.012)
        assert found.p_less(threshold) == pytest.approx(less, abs=0.012)


@given(samples, st.sampled_from([0.0, 0.5, 1.0]), st.floats(-1, 1), alphas)
def test_bounds_and_p_values_agree(
    values: FloatArray, half_range: float, threshold: float, alpha: float
) -> None:
    """A bound lies beyond a threshold exactly if the p-value is at most alpha."""
    assume(half_range > 0 or np.ptp(values) > 0)
    found = bootstrap(values, half_range=half_range, resamples=199)
    low, high = found.lower(alpha), found.upper(alpha)
    assert low <= high or alpha > 0.25
    neighbours = [math.nextafter(bound, end) for bound in (low, high) for end in (-9, 9)]
    for place in (threshold, low, high, float(values[0]), found.estimate, *neighbours):
        assert (low > place) == (found.p_greater(place) <= alpha)
        assert (high < place) == (found.p_less(place) <= alpha)


def test_the_phantom_is_in_each_resample() -> None:
    """With a half-range, bounds are those of a slow bootstrap with one phantom item."""
    rng = np.random.default_rng(2)
    values, count = rng.exponential(0.3, 12), 12
    mean, se, points = float(values.mean()), t_floor(values, 1.0).se, []
    for _ in range(10_000):
        sample = rng.choice(values, count)
        phantom = rng.standard_t(count - 1) / math.sqrt(count * (count - 1))
        points.append(mean - (sample.mean() + phantom - mean) / t_floor(sample, 1.0).se * se)
    found = bootstrap(values, resamples=20_000, half_range=1.0)
    for alpha in (0.01, 0.05, 0.25):
        assert found.lower(alpha) == pytest.approx(np.quantile(points, alpha), abs=0.3 * se)
        assert found.upper(alpha) == pytest.approx(np.quantile(points, 1 - alpha), abs=0.3 * se)


@given(samples, alphas, st.floats(-2, 2), st.floats(0.1, 10))
def test_bounds_move_and_stretch_with_the_values(
    values: FloatArray, alpha: float, shift: float, scale: float
) -> None:
    """Bounds of a + b x are a + b times those of x."""
    found = bootstrap(values, half_range=0.5, resamples=199)
    moved = bootstrap(shift + scale * values, half_range=scale * 0.5, resamples=199)
    assert moved.lower(alpha) == pytest.approx(shift + scale * found.lower(alpha), abs=1e-6)
    assert moved.upper(alpha) == pytest.approx(shift + scale * found.upper(alpha), abs=1e-6)


@settings(max_examples=20)
@given(st.integers(2, 60), st.floats(-1, 1), st.floats(0.1, 2))
def test_values_that_agree_have_the_bounds_of_the_stabilised_test(
    items: int, value: float, half_range: float
) -> None:
    """Where no item differs, the phantom item alone is left, with Student's quantiles."""
    values = np.full(items, value)
    found, floored = (
        bootstrap(values, resamples=4999, half_range=half_range),
        t_floor(values, half_range),
    )
    assert found.estimate == floored.estimate
    for threshold in (value - 1.5 * floored.se, value - 2.5 * floored.se, value + floored.se):
        assert found.p_greater(threshold) == pytest.approx(floored.p_greater(threshold), abs=0.03)
        assert found.p_less(threshold) == pytest.approx(floored.p_less(threshold), abs=0.03)


@pytest.mark.parametrize("half_range", [0.0, 1.0])
def test_with_many_items_it_is_the_t_test(half_range: float) -> None:
    """With 2,000 symmetric items bounds are those of the t test, but for chance."""
    values = np.random.default_rng(2).normal(0.1, 0.3, 2000)
    found, plain = bootstrap(values, half_range=half_range, resamples=3999), t_mean(values)
    for alpha in (0.05, 0.25, 0.4):
        assert found.lower(alpha) == pytest.approx(plain.lower(alpha), abs=0.15 * plain.se)
        assert found.upper(alpha) == pytest.approx(plain.upper(alpha), abs=0.15 * plain.se)


def test_bounds_follow_the_skewness() -> None:
    """For values with a long upper tail, errors are nearer to 5% than those of the t test."""
    rng = np.random.default_rng(3)
    tries = 1200
    wrong = np.zeros(4)
    for _ in range(tries):
        values = rng.exponential(1.0, 25)
        found, plain = bootstrap_t(values, generator=rng, resamples=399), t_mean(values)
        wrong += [
            found.lower(0.05) > 1, found.upper(0.05) < 1, plain.lower(0.05) > 1,
            plain.upper(0.05) < 1,
        ]  # fmt: skip
    low, high, plain_low, plain_high = wrong / tries
    assert plain_low < 0.03
    assert plain_high > 0.09
    assert 0.025 < low < 0.07
    assert high < 0.075


@pytest.mark.parametrize("items", [20, 50])
def test_rare_changes_are_not_mistaken_for_none(items: int) -> None:
    """If 1 item in 50 is lost, samples without a loss rarely prove that nothing is."""
    rng = np.random.default_rng(items)
    tries = 500
    wrong = 0
    for _ in range(tries):
        values = -(rng.random(items) < 0.02).astype(float)
        found = bootstrap_t(values, generator=rng, resamples=199, half_range=1.0)
        wrong += found.lower(0.05) > -0.02
    assert wrong / tries < 0.08


def test_resamples_without_an_error_count_on_either_side() -> None:
    """Of two items half of the resamples agree: no p-value is below a half, and bounds are open."""
    found = bootstrap(np.array([0.0, 1.0]), resamples=9_999)
    assert found.p_greater(-5) == pytest.approx(0.5, abs=0.03)
    assert found.p_less(5) == found.p_greater(-5)
    assert (found.lower(0.05), found.upper(0.05)) == (-math.inf, math.inf)


def test_a_bound_needs_enough_resamples() -> None:
    """The smallest p-value is 1 / (1 + M), so that smaller alphas have no bound."""
    values = np.random.default_rng(4).normal(size=30)
    found = bootstrap(values, resamples=99)
    assert found.p_greater(-100) == 1 / 100
    assert found.lower(0.01) > -math.inf
    assert found.lower(0.009) == -math.inf


def test_the_same_generator_gives_the_same_answers() -> None:
    """Answers depend on the generator's state alone."""
    values = np.random.default_rng(5).normal(size=30)
    assert bootstrap(values).lower(0.05) == bootstrap(values).lower(0.05)
    assert bootstrap(values).lower(0.05) != bootstrap(values, seed=2).lower(0.05)


def test_it_is_lean_and_quick() -> None:
    """1,999 resamples of 5,000 items take less than a second, and of 30 MB."""
    values = np.random.default_rng(6).normal(size=5_000)
    start = time.perf_counter()
    bootstrap(values, resamples=1_999)
    assert time.perf_counter() - start < 1
    tracemalloc.start()
    bootstrap(values, resamples=1_999)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30e6


@pytest.mark.parametrize(
    ("values", "half_range", "resamples", "message"),
    [
        ([], 1.0, 99, "at least 2 of them, got 0"),
        ([0.5], 1.0, 99, "at least 2 of them, got 1"),
        ([0.5, math.nan], 1.0, 99, "not finite: nan"),
        ([0.5, math.inf], 1.0, 99, "not finite: inf"),
        ([0.5, 0.5], 0.0, 99, "all 2 values are 0.5"),
        ([0.5, 0.6], -1.0, 99, "got 99, -1.0"),
        ([0.5, 0.6], math.nan, 99, "got 99, nan"),
        ([0.5, 0.6], math.inf, 99, "got 99, inf"),
        ([0.5, 0.6], 1.0, 0, "got 0, 1.0"),
    ],
)
def test_impossible_values_are_refused(
    values: list[float], half_range: float, resamples: int, message: str
) -> None:
    """Too few values, values that are no numbers or agree, and ranges that are none are errors."""
    with pytest.raises(ValueError, match=message):
        bootstrap(np.array(values), half_range=half_range, resamples=resamples)
