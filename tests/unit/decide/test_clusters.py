"""Clusters are the units: their methods, how few can decide, and the error that they keep."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from harness.decide import decide
from harness.records import Part, Policy, Sample
from tests.unit.decide.samples import (
    GREATER,
    above,
    difference,
    level,
)


def clustered(count: int, size: int = 4, seed: int = 3) -> tuple[Sample, npt.NDArray[np.float64]]:
    """Make items in clusters of one size that hang together, and the clusters' means."""
    rng = np.random.default_rng(seed)
    means = rng.uniform(-0.05, 0.5, count)
    values = np.repeat(means, size) + np.tile(np.linspace(-0.1, 0.1, size), count)
    return difference(values, clusters=np.repeat(np.arange(count), size)), means


def test_clusters_are_the_units_of_the_t_floor() -> None:
    """From ten clusters on, the t-floor is that of the clusters' means, with G - 1 df."""
    sample, means = clustered(12)
    found = decide(sample, GREATER, Policy(method="t-floor"))
    se = math.sqrt((((means - means.mean()) ** 2).sum() + 1) / (12 * 11))
    assert found.method == "uncorrected t-floor over clusters"
    assert found.effect == pytest.approx(means.mean())
    assert found.p == pytest.approx(stats.t(11).sf(means.mean() / se))
    assert found.items == 48


def test_ten_clusters_are_enough_for_a_t_test() -> None:
    """The method changes at ten clusters."""
    names = [decide(clustered(count)[0], GREATER, Policy()).method for count in (9, 10)]
    assert names == ["sign-flip and t-floor over clusters", "t-floor over clusters"]


@pytest.mark.parametrize("count", [6, 7, 8, 9])
def test_few_clusters_are_flipped(count: int) -> None:
    """Whole clusters change their sign: all patterns, counted by hand."""
    sample, means = clustered(count)
    found = decide(sample, GREATER, Policy(method="sign-flip"))
    patterns = np.array(list(itertools.product((1, -1), repeat=count)))
    as_extreme = patterns @ means >= means.sum() - 1e-12
    assert found.method == "sign-flip over clusters"
    assert found.p == pytest.approx(as_extreme.mean())


@pytest.mark.parametrize("count", [6, 7, 8, 9])
@pytest.mark.parametrize("threshold", [-0.4, 0.0, 0.1])
def test_few_clusters_take_two_tests(count: int, threshold: float) -> None:
    """Under ten clusters the sign-flip test is believed no further than a t test of clusters."""
    sample, means = clustered(count)
    found = decide(sample, above(threshold), Policy())
    flipped = decide(sample, above(threshold), Policy(method="sign-flip"))
    assert found.method == "sign-flip and t-floor over clusters"
    assert found.p >= max(flipped.p, stats.ttest_1samp(means, threshold, alternative="greater")[1])
    assert found.low <= flipped.low


def test_few_clusters_without_a_difference_prove_little() -> None:
    """Where no item differs the sign-flip test alone would be certain: the other is not."""
    sample = difference(np.zeros(80), clusters=np.repeat(np.arange(8), 10))
    found = decide(sample, above(-0.1), Policy())
    assert found.verdict == "inconclusive"
    assert found.low < -0.1


@pytest.mark.parametrize("count", [7, 15])
@pytest.mark.parametrize("sizes", [(6, 6), (2, 14)], ids=["equal sizes", "other sizes"])
def test_clusters_keep_the_error(count: int, sizes: tuple[int, int]) -> None:
    """Without an effect, a claim on items that hang together is supported in 5% at most."""
    rng = np.random.default_rng(11)
    wrong = 0
    for _ in range(400):
        clusters = np.repeat(np.arange(count), rng.integers(sizes[0], sizes[1] + 1, count))
        values = rng.uniform(-0.6, 0.6, count)[clusters] + rng.uniform(-0.3, 0.3, len(clusters))
        found = decide(difference(values, clusters=clusters), GREATER, Policy())
        wrong += found.verdict == "supported"
    assert wrong / 400 < 0.075


def test_a_large_cluster_may_break_that_no_one_saw_break() -> None:
    """No loss among clusters of unlike sizes excludes less than none among clusters of one size."""
    alike = difference(np.zeros(500), clusters=np.repeat(np.arange(100), 5))
    sizes = np.tile([1, 2, 4, 13], 25)
    unlike = difference(np.zeros(500), clusters=np.repeat(np.arange(100), sizes))
    items = decide(difference(np.zeros(100)), GREATER, Policy()).low
    low = decide(alike, GREATER, Policy()).low
    assert low == pytest.approx(items, rel=1e-6)
    scale = np.cbrt(np.mean((sizes / 5.0) ** 3))
    assert decide(unlike, GREATER, Policy()).low == pytest.approx(scale * low, rel=1e-6)


def test_disjoint_clusters_of_unlike_sizes_are_compared_carefully() -> None:
    """What one large cluster could have done widens the interval on either side."""
    values = np.zeros(100)
    parts = [
        tuple(
            Part(values=values, half_range=0.5, low=low, noise=0.01, clusters=np.repeat(
                np.arange(20), sizes))
            for low in (0.0, -1.0)
        )
        for sizes in ([5] * 20, [1, 2, 4, 13] * 5)
    ]  # fmt: skip
    alike, unlike = (
        decide(Sample(parts=found, draws=4, low=-1.0, high=1.0), GREATER, Policy())
        for found in parts
    )
    assert unlike.low < alike.low < 0 < alike.high < unlike.high


def test_six_clusters_can_decide() -> None:
    """Six clusters that all agree are enough to prove something, and the least."""
    values = np.repeat([0.7, 0.75, 0.8, 0.8, 0.85, 0.9], 5)
    sample = difference(values, clusters=np.repeat(np.arange(6), 5))
    assert decide(sample, GREATER, Policy()).verdict == "supported"


@pytest.mark.parametrize("count", [2, 5])
def test_too_few_clusters_never_decide(count: int) -> None:
    """Under six clusters a claim stays open, however many items there are in them."""
    sample, _ = clustered(count, size=40)
    for threshold in (-0.9, 0.9):
        found = decide(sample, above(threshold), Policy(effect=0.1))
        assert found.verdict == "inconclusive"
        assert found.reason == f"{count} clusters are too few to decide on"
        assert found.detectable is None


def test_a_few_large_clusters_are_not_many_items() -> None:
    """The error of clusters that hang together is that of the clusters, not of the items."""
    sample, _ = clustered(20, size=10)
    apart = difference(sample.parts[0].values)
    wide, narrow = (decide(one, GREATER, Policy()) for one in (sample, apart))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_one_arm_of_clustered_items_is_korn_and_graubards() -> None:
    """One arm against a bar has exact bounds, over clusters where there are any."""
    values = np.repeat(np.linspace(0.3, 0.9, 20), 3)
    found = decide(level(values, 8, clusters=np.repeat(np.arange(20), 3)), above(0.4), Policy())
    alone = decide(level(values, 8), above(0.4), Policy())
    assert (found.method, alone.method) == ("Korn-Graubard over clusters", "Korn-Graubard")
    assert found.low < alone.low
