"""Clustered items: printed digits, statsmodels, matrix algebra and simulation."""

from __future__ import annotations

import math
import tracemalloc
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import linalg, stats
from statsmodels.regression.linear_model import OLS  # type: ignore[import-untyped]

from harness.stats.cluster import (
    cluster_sums,
    cluster_totals,
    cr0,
    cr1,
    cr2,
    linearised_totals,
    random_effects,
)
from harness.stats.mean import Mean, t_mean

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]
    Method = Callable[[FloatArray, IntArray], FloatArray | float | Mean]

CORRECT_A = [0, 1, 2, 4, 4, 3, 0, 2, 1, 4, 3, 4, 0, 1, 2, 4, 3, 2, 4, 1]
CORRECT_B = [1, 1, 3, 4, 4, 4, 0, 3, 2, 4, 3, 4, 1, 0, 4, 4, 4, 2, 4, 2]
PAIRED = (np.array(CORRECT_B) - np.array(CORRECT_A)) / 4
METHODS: list[Method] = [cluster_sums, cluster_totals, linearised_totals, cr0, cr1, cr2]
METHODS += [random_effects]

items = st.lists(st.tuples(st.floats(-1, 1), st.integers(-3, 6)), min_size=3, max_size=40)


def split(cases: list[tuple[float, int]]) -> tuple[FloatArray, IntArray]:
    """Return the values and the labels of items in two clusters or more that differ."""
    values, labels = np.array([case[0] for case in cases]), np.array([case[1] for case in cases])
    assume(len(np.unique(labels)) > 1)
    means = [values[labels == label].mean() for label in np.unique(labels)]
    assume(np.ptp(means) > 1e-3)
    return values, labels


def test_the_paired_example_has_the_printed_digits() -> None:
    """Standard errors of a known example in five clusters come out as printed."""
    clusters = np.repeat(np.arange(5), 4)
    assert f"{cr0(PAIRED, clusters):.10f}" == "0.0111803399"
    assert f"{cr1(PAIRED, clusters):.4f}" == "0.0125"
    assert cr1(PAIRED, clusters) == pytest.approx(0.0125, abs=1e-12)


@settings(max_examples=30)
@given(items)
def test_standard_errors_are_statsmodels(cases: list[tuple[float, int]]) -> None:
    """CR0 and CR1 are those of a regression on a constant, in which (N - 1) / (N - 1) drops out."""
    values, labels = split(cases)
    model = OLS(values, np.ones(len(values)))
    for found, correction in ((cr0(values, labels), False), (cr1(values, labels), True)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # few clusters: that is what is compared
            oracle = model.fit(
                cov_type="cluster",
                cov_kwds={
                    "groups": labels + 3,
                    "use_correction": correction,
                    "df_correction": False,
                },
            )
        assert found == pytest.approx(float(oracle.bse[0]), rel=1e-6, abs=1e-9)


@given(items)
def test_cr2_is_its_definition(cases: list[tuple[float, int]]) -> None:
    """Variance and degrees of freedom are those of Bell and McCaffrey's matrices."""
    values, labels = split(cases)
    count = len(values)
    design = np.ones((count, 1))
    bread = linalg.inv(design.T @ design)
    residual_maker = np.eye(count) - design @ bread @ design.T
    variance, vectors = 0.0, []
    for label in np.unique(labels):
        own = labels == label
        block = residual_maker[np.ix_(own, own)]
        scales, axes = linalg.eigh(block)
        adjusted = axes @ np.diag(scales**-0.5) @ axes.T
        row = (bread @ design[own].T @ adjusted @ residual_maker[own]).ravel()
        vectors.append(row)
        variance += float(row @ values) ** 2
    gram = np.array(vectors) @ np.array(vectors).T
    found = cr2(values, labels)
    assert found.estimate == pytest.approx(values.mean(), abs=1e-12)
    assert found.se == pytest.approx(math.sqrt(variance), rel=1e-6)
    assert found.df == pytest.approx(np.trace(gram) ** 2 / np.square(gram).sum(), rel=1e-6)
    # Unbiased where items are independent with one variance: its mean is that of the mean.
    assert np.trace(gram) == pytest.approx(1 / count, rel=1e-6)


@given(st.integers(2, 8), st.integers(1, 6), st.integers(0, 10**6))
def test_clusters_of_one_size_are_a_t_test_of_their_means(count: int, size: int, seed: int) -> None:
    """If sizes agree, totals are cluster means, CR1 and CR2 agree, and degrees are G - 1."""
    values = np.random.default_rng(seed).normal(size=(count, size))
    clusters = np.repeat(np.arange(count), size)
    oracle = t_mean(values.mean(axis=1))
    flat = values.ravel()
    for totals in (cluster_totals(flat, clusters), linearised_totals(flat, clusters)):
        assert totals == pytest.approx(values.mean(axis=1))
    found = cr2(flat, clusters)
    assert (found.se, found.df) == pytest.approx((oracle.se, oracle.df))
    assert cr1(flat, clusters) == pytest.approx(oracle.se)


@given(items)
def test_random_effects_have_the_analysis_of_variance(cases: list[tuple[float, int]]) -> None:
    """F, by which the components are told apart, is scipy's; the rest follows by definition."""
    values, labels = split(cases)
    groups = [values[labels == label] for label in np.unique(labels)]
    sizes, count = np.array([len(group) for group in groups]), len(values)
    found = random_effects(values, labels)
    assert (found.estimate, found.df) == pytest.approx((values.mean(), cr2(values, labels).df))
    within = sum(len(group) * group.var() for group in groups) / max(count - len(groups), 1)
    assume(within > 1e-6)
    f = stats.f_oneway(*groups).statistic
    average = (count - np.square(sizes).sum() / count) / (len(groups) - 1)
    component = max((f - 1) * within / average, 0.0)
    variance = (component * np.square(sizes).sum() + within * count) / count**2
    assert found.se == pytest.approx(math.sqrt(variance), rel=1e-6)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30).map(np.array))
def test_clusters_of_one_item_are_no_clusters(values: FloatArray) -> None:
    """Items that are clusters of their own have the plain t test, by whichever method."""
    labels = np.arange(len(values))
    assert cluster_totals(values, labels).tolist() == values.tolist()
    assert linearised_totals(values, labels) == pytest.approx(values, abs=1e-12)
    assume(np.var(values) > 1e-6)
    plain = t_mean(values)
    assert cr1(values, labels) == pytest.approx(plain.se)
    for found in (cr2(values, labels), random_effects(values, labels)):
        assert (found.se, found.df) == pytest.approx((plain.se, plain.df))


@given(items, st.floats(-3, 3))
def test_totals_have_the_mean_of_the_values(cases: list[tuple[float, int]], shift: float) -> None:
    """Both totals average to the mean; only the linearised ones move with it, and give CR1."""
    values, labels = split(cases)
    for totals in (cluster_totals(values, labels), linearised_totals(values, labels)):
        assert totals.mean() == pytest.approx(values.mean(), abs=1e-12)
    found = linearised_totals(values, labels)
    assert linearised_totals(values + shift, labels) == pytest.approx(found + shift, abs=1e-9)
    assert t_mean(found).se == pytest.approx(cr1(values, labels), rel=1e-9)


def test_plain_totals_hold_the_spread_of_the_sizes() -> None:
    """If every value is the same, totals of unlike clusters differ, and linearised ones do not."""
    values, clusters = np.full(10, 0.8), np.array([0] * 7 + [1, 2, 2])
    assert cluster_totals(values, clusters) == pytest.approx(np.array([7, 1, 2]) * 0.8 * 0.3)
    assert linearised_totals(values, clusters) == pytest.approx(np.full(3, 0.8))


@given(items, st.randoms(use_true_random=False))
def test_neither_order_nor_labels_matter(
    cases: list[tuple[float, int]], shuffler: np.random.Generator
) -> None:
    """Shuffled items and other labels in the same order have the same sums and errors."""
    values, labels = split(cases)
    order = list(range(len(values)))
    shuffler.shuffle(order)
    again, relabelled = values[order], labels[order] * 10 - 7
    assert cluster_sums(again, relabelled) == pytest.approx(cluster_sums(values, labels))
    assert cr2(again, relabelled).se == pytest.approx(cr2(values, labels).se)
    assert cr2(again, relabelled).df == pytest.approx(cr2(values, labels).df)


def test_sums_of_ones_are_the_sizes() -> None:
    """The clusters come in the order of their labels."""
    labels = np.array([5, -2, 5, 5, 9])
    assert cluster_sums(np.ones(5), labels).tolist() == [1, 3, 1]
    assert cluster_sums(np.arange(5.0), labels).tolist() == [1, 5, 4]


def test_errors_are_near_the_nominal_rate() -> None:
    """In clusters of unlike sizes that hang together, CR2 errs less often than CR1."""
    rng = np.random.default_rng(11)
    sizes = np.array([1, 1, 2, 2, 5, 5, 10, 20])
    clusters = np.repeat(np.arange(8), sizes)
    wrong = np.zeros(2)
    tries = 1500
    for _ in range(tries):
        values = rng.normal(0, 1, 8)[clusters] + rng.normal(0, 1, len(clusters))
        plain = Mean(estimate=float(values.mean()), se=cr1(values, clusters), df=7)
        wrong += [cr2(values, clusters).lower(0.05) > 0, plain.lower(0.05) > 0]
    assert wrong[0] / tries < 0.08
    assert wrong[1] / tries > 0.08


def test_many_clusters_are_lean() -> None:
    """20,000 clusters take no matrix of clusters by clusters."""
    values = np.random.default_rng(4).normal(size=40_000)
    clusters = np.repeat(np.arange(20_000), 2)
    tracemalloc.start()
    found = cr2(values, clusters)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20e6
    assert found.df == pytest.approx(19_999)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("values", "clusters", "message"),
    [
        ([0.1, 0.2], [0], r"got \(1,\) for \(2,\)"),
        ([], [], r"got \(0,\) for \(0,\)"),
        ([[0.1, 0.2]], [[0, 1]], r"got \(1, 2\) for \(1, 2\)"),
        ([0.1, math.nan], [0, 1], "not finite: nan"),
        ([-math.inf, 0.2], [0, 1], "not finite: -inf"),
    ],
    ids=["shapes", "none", "table", "nan", "inf"],
)
def test_impossible_items_are_refused(
    method: Method, values: list[float], clusters: list[int], message: str
) -> None:
    """Unlike shapes, no items, and values that are no numbers are errors."""
    with pytest.raises(ValueError, match=message):
        method(np.array(values, dtype=float), np.array(clusters, dtype=int))


@pytest.mark.parametrize("method", [cr0, cr1, cr2, random_effects])
def test_one_cluster_is_refused(method: Method) -> None:
    """One cluster has no variance."""
    with pytest.raises(ValueError, match="over clusters needs at least 2 of them, got 1"):
        method(np.array([0.1, 0.2]), np.array([4, 4]))


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3])
def test_clusters_that_agree_are_refused(value: float) -> None:
    """If all clusters have one mean, CR2 has no error to go by, and says so."""
    values = value + np.array([0.1, -0.1, 0.0, 0.2, -0.1, -0.1])
    with pytest.raises(ValueError, match=r"all 3 clusters have the mean .*: no error to go by"):
        cr2(values, np.array([0, 0, 1, 2, 2, 2]))
