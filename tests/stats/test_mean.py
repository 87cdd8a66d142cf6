"""The stabilised t test against printed digits, scipy and itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lm_eval.api.metrics import mean_stderr
from scipy import stats

from harness.stats.mean import Mean, add_independent, check_values, floored_se, t_floor, t_mean

if TYPE_CHECKING:
    import numpy.typing as npt

CORRECT_A = [0, 1, 2, 4, 4, 3, 0, 2, 1, 4, 3, 4, 0, 1, 2, 4, 3, 2, 4, 1]
CORRECT_B = [1, 1, 3, 4, 4, 4, 0, 3, 2, 4, 3, 4, 1, 0, 4, 4, 4, 2, 4, 2]
PAIRED = (np.array(CORRECT_B) - np.array(CORRECT_A)) / 4

samples = st.lists(st.floats(-1, 1), min_size=2, max_size=60).map(np.array)
alphas = st.floats(0.001, 0.49)
thresholds = st.floats(-1, 1)
half_ranges = st.floats(0.1, 3)


def test_the_paired_example_has_the_printed_digits() -> None:
    """Estimate, standard error, bound and p-values of a known example come out as printed."""
    found = t_floor(PAIRED, 1.0)
    assert f"{found.estimate:.4f}" == "0.1125"
    assert f"{found.se:.10f}" == "0.0640594913"
    assert f"{found.estimate / found.se:.10f}" == "1.7561800411"
    assert f"{found.p_greater(0):.10f}" == "0.0475823910"
    assert f"{found.lower(0.05):.10f}" == "0.0017326318"
    assert f"{found.p_greater(-0.05):.10f}" == "0.0100590304"
    assert found.df == 19


def test_the_plain_test_has_the_printed_digits() -> None:
    """Interval and p-values of a known paired example come out as printed."""
    found = t_mean(PAIRED)
    assert f"{found.estimate:.4f}" == "0.1125"
    assert f"{PAIRED.std(ddof=1):.10f}" == "0.1715831853"
    assert f"{found.se:.10f}" == "0.0383671666"
    assert f"{found.estimate / found.se:.10f}" == "2.9321946325"
    assert f"{2 * found.p_greater(0):.10f}" == "0.0085510240"
    assert f"{found.lower(0.025):.10f}" == "0.0321965974"
    assert f"{found.upper(0.025):.10f}" == "0.1928034026"
    assert f"{max(found.p_greater(-0.2), found.p_less(0.2)):.10f}" == "0.0171436287"
    assert f"{found.p_greater(-0.05):.10f}" == "0.0002238397"


def test_the_plain_error_of_a_score_is_lm_evals() -> None:
    """37 right of 200 have the standard error that lm-eval reports."""
    scores = np.repeat([1.0, 0.0], [37, 163])
    assert f"{t_mean(scores).se:.10f}" == "0.0275256847"
    assert t_mean(scores).se == pytest.approx(mean_stderr(scores.tolist()), rel=1e-12)


@given(samples, thresholds, alphas)
def test_the_plain_test_is_scipys(
    values: npt.NDArray[np.float64], threshold: float, alpha: float
) -> None:
    """Bounds and p-values are those of scipy's one-sample t test."""
    assume(np.var(values) > 1e-6)
    found = t_mean(values)
    greater = stats.ttest_1samp(values, threshold, alternative="greater")
    less = stats.ttest_1samp(values, threshold, alternative="less")
    assert found.df == greater.df
    assert found.p_greater(threshold) == pytest.approx(greater.pvalue, rel=1e-6, abs=1e-12)
    assert found.p_less(threshold) == pytest.approx(less.pvalue, rel=1e-6, abs=1e-12)
    low = greater.confidence_interval(1 - alpha).low
    high = less.confidence_interval(1 - alpha).high
    assert found.lower(alpha) == pytest.approx(low, rel=1e-6, abs=1e-9)
    assert found.upper(alpha) == pytest.approx(high, rel=1e-6, abs=1e-9)


@given(samples)
def test_without_its_floor_it_is_the_plain_test(values: npt.NDArray[np.float64]) -> None:
    """As the half-range vanishes, the stabilised standard error becomes the plain one."""
    assume(np.var(values) > 1e-6)
    found, plain = t_floor(values, 1e-9), t_mean(values)
    assert (found.estimate, found.df) == (plain.estimate, plain.df)
    assert found.se == pytest.approx(plain.se, rel=1e-6)


@given(st.integers(2, 50), st.floats(-1, 1))
def test_the_plain_test_refuses_values_that_agree(n: int, value: float) -> None:
    """Items that all agree give the plain test no error to go by, so it says so."""
    with pytest.raises(ValueError, match=f"all {n} values are"):
        t_mean(np.full(n, value))


@given(samples, samples, half_ranges)
def test_several_means_have_each_its_error(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], half_range: float
) -> None:
    """Standard errors of several columns at once are those of each column."""
    count = min(len(first), len(second))
    columns = np.stack([first[:count], second[:count]], axis=1)
    squares = np.square(columns - columns.mean(axis=0)).sum(axis=0)
    expected = [t_floor(column, half_range).se for column in columns.T]
    assert floored_se(squares, count, half_range) == pytest.approx(expected)


@given(samples, half_ranges, thresholds, alphas)
def test_it_agrees_with_scipy(
    values: npt.NDArray[np.float64], half_range: float, threshold: float, alpha: float
) -> None:
    """Bounds and p-values are Student's t with one phantom item in the variance."""
    n = len(values)
    se = math.sqrt((np.var(values) * n + half_range**2) / (n * (n - 1)))
    oracle = stats.t(df=n - 1, loc=values.mean(), scale=se)
    found = t_floor(values, half_range)
    assert found.lower(alpha) == pytest.approx(oracle.ppf(alpha), rel=1e-6, abs=1e-9)
    assert found.upper(alpha) == pytest.approx(oracle.ppf(1 - alpha), rel=1e-6, abs=1e-9)
    assert found.p_greater(threshold) == pytest.approx(oracle.cdf(threshold), abs=1e-9)
    assert found.p_less(threshold) == pytest.approx(oracle.sf(threshold), abs=1e-9)


@given(samples, half_ranges, thresholds, alphas)
def test_bounds_and_p_values_agree(
    values: npt.NDArray[np.float64], half_range: float, threshold: float, alpha: float
) -> None:
    """A bound lies beyond a threshold exactly if the p-value is below alpha."""
    found = t_floor(values, half_range)
    assume(abs(found.p_greater(threshold) - alpha) > 1e-9)
    assume(abs(found.p_less(threshold) - alpha) > 1e-9)
    assert (found.lower(alpha) > threshold) == (found.p_greater(threshold) < alpha)
    assert (found.upper(alpha) < threshold) == (found.p_less(threshold) < alpha)


@given(st.integers(2, 400), st.floats(-1, 1), half_ranges)
def test_identical_values_still_have_an_error(n: int, value: float, half_range: float) -> None:
    """Items that all agree never give a standard error of zero."""
    found = t_floor(np.full(n, value), half_range)
    assert found.se >= half_range / n
    assert found.lower(0.05) < value < found.upper(0.05)


@pytest.mark.parametrize(("margin", "fewest"), [(0.01, 166), (0.02, 84), (0.03, 57)])
def test_identical_arms_need_items_for_a_margin(margin: float, fewest: int) -> None:
    """Arms that never differ are shown equal within a margin from a known number of items on."""
    assert t_floor(np.zeros(fewest), 1.0).upper(0.05) < margin
    assert t_floor(np.zeros(fewest - 1), 1.0).upper(0.05) > margin


@given(samples, samples, thresholds)
def test_disjoint_items_are_compared_as_by_welch(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], threshold: float
) -> None:
    """A difference of two independent means is Welch's test, once the floor vanishes."""
    assume(min(np.var(first), np.var(second)) > 1e-4)
    found = add_independent([t_floor(first, 1e-9), t_floor(-second, 1e-9)])
    oracle = stats.ttest_ind(first - threshold, second, equal_var=False, alternative="greater")
    assert found.estimate == pytest.approx(first.mean() - second.mean(), abs=1e-12)
    assert found.df == pytest.approx(oracle.df, rel=1e-6)
    assert found.p_greater(threshold) == pytest.approx(oracle.pvalue, rel=1e-6, abs=1e-12)


def test_one_mean_is_left_as_it_is() -> None:
    """There is nothing to add to a single mean."""
    mean = Mean(estimate=0.1, se=0.02, df=49)
    assert add_independent([mean]) is mean


@pytest.mark.parametrize(
    ("values", "half_range", "message"),
    [
        ([], 1.0, "at least 2 of them, got 0"),
        ([0.5], 1.0, "at least 2 of them, got 1"),
        ([0.5, math.nan], 1.0, "not finite"),
        ([0.5, -math.inf], 1.0, "not finite: -inf"),
        ([0.5, 0.5], 0.0, "must be positive, got 0"),
        ([0.5, 0.5], -1.0, "must be positive, got -1"),
        ([0.5, 0.5], math.nan, "must be positive, got nan"),
    ],
    ids=["none", "one", "nan", "inf", "no range", "negative range", "nan range"],
)
def test_impossible_values_are_refused(
    values: list[float], half_range: float, message: str
) -> None:
    """Too few values, values that are no numbers, and no range are errors."""
    with pytest.raises(ValueError, match=message):
        t_floor(np.array(values), half_range)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((1, 3)), "over seeds needs at least 2 of them, got 1"),
        (np.array([[0.0, 1.0], [math.nan, 0.0]]), "of the seeds is not finite: nan"),
    ],
    ids=["one row", "nan"],
)
def test_errors_name_what_is_wrong(values: npt.NDArray[np.float64], message: str) -> None:
    """An error says of what there are too few, and which value is none."""
    with pytest.raises(ValueError, match=message):
        check_values(values, "seeds")
