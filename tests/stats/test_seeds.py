"""Claims about recipes: Welch over seeds against scipy, and simulated error rates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.mean import t_floor
from harness.stats.seeds import recipe_difference, recipe_difference_by_item

if TYPE_CHECKING:
    import numpy.typing as npt

seed_means = st.lists(st.floats(0, 1), min_size=2, max_size=8).map(np.array)


def crossed(
    rng: np.random.Generator, seeds: int, items: int, *, spread: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Simulate two arms without a difference: item, item by arm, seed and residual effects."""
    easy = rng.normal(0, 0.3, items)
    return (
        easy
        + rng.normal(0, 0.3, items)
        + rng.normal(0, spread, (seeds, 1))
        + rng.normal(0, 0.2, (seeds, items)),
        easy + rng.normal(0, spread, (seeds, 1)) + rng.normal(0, 0.2, (seeds, items)),
    )


@given(seed_means, seed_means, st.floats(-1, 1))
def test_seed_means_are_compared_as_by_welch(
    treated: npt.NDArray[np.float64], control: npt.NDArray[np.float64], threshold: float
) -> None:
    """An oracle, scipy's t test of unequal variances, has the same p-value and degrees."""
    assume(min(np.var(treated), np.var(control)) > 1e-6)
    found = recipe_difference(treated, control)
    oracle = stats.ttest_ind(treated - threshold, control, equal_var=False, alternative="greater")
    assert found.estimate == pytest.approx(treated.mean() - control.mean(), abs=1e-12)
    assert found.df == pytest.approx(oracle.df, rel=1e-6)
    assert found.p_greater(threshold) == pytest.approx(oracle.pvalue, rel=1e-6, abs=1e-12)


@given(seed_means, seed_means)
def test_degrees_of_freedom_are_about_those_of_the_seeds(
    treated: npt.NDArray[np.float64], control: npt.NDArray[np.float64]
) -> None:
    """They lie between those of the smaller arm and those of both."""
    assume(max(np.ptp(treated), np.ptp(control)) > 1e-3)
    found = recipe_difference(treated, control)
    sizes = len(treated), len(control)
    assert min(sizes) - 1 - 1e-9 <= found.df <= sum(sizes) - 2 + 1e-9


def test_one_arm_may_have_seeds_that_agree() -> None:
    """If the seeds of one arm agree, the variance is that of the other."""
    found = recipe_difference(np.array([0.5, 0.6, 0.7]), np.array([0.4, 0.4]))
    assert found.se == pytest.approx(0.1 / math.sqrt(3))
    assert found.df == pytest.approx(2)


def test_seeds_that_all_agree_are_refused() -> None:
    """If no seed differs from another there is no error to go by, and the error says so."""
    with pytest.raises(ValueError, match=r"all score 0\.5 and 0\.4"):
        recipe_difference(np.array([0.5, 0.5]), np.array([0.4, 0.4]))


def test_one_seed_is_no_claim_about_a_recipe() -> None:
    """An arm with a single seed is refused, and the error says what could be claimed instead."""
    several, one = np.array([0.5, 0.6]), np.array([0.4])
    for arms in ((several, one), (one, several)):
        with pytest.raises(ValueError, match="about these checkpoints only"):
            recipe_difference(*arms)
    with pytest.raises(ValueError, match="about these checkpoints only"):
        recipe_difference_by_item(np.zeros((3, 10)), np.zeros((1, 10)))


@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(2, 30))
def test_both_variances_are_in_it(seed: int, seeds: int, items: int) -> None:
    """The variance is the sum of the items' stabilised one and of the seed means'."""
    treated, control = crossed(np.random.default_rng(seed), seeds, items, spread=0.1)
    found = recipe_difference_by_item(treated, control)
    over_items = t_floor(treated.mean(axis=0) - control.mean(axis=0), 1.0)
    over_seeds = recipe_difference(treated.mean(axis=1), control.mean(axis=1))
    assert found.estimate == pytest.approx(over_items.estimate, abs=1e-12)
    assert found.estimate == pytest.approx(over_seeds.estimate, abs=1e-12)
    assert found.se == pytest.approx(math.hypot(over_items.se, over_seeds.se))
    assert found.df >= min(seeds, items) - 1 - 1e-9


def test_seeds_that_agree_on_every_item_leave_the_paired_test() -> None:
    """If the seeds of an arm are copies, the test is the stabilised one over items."""
    rng = np.random.default_rng(3)
    treated, control = rng.random(40), rng.random(40)
    found = recipe_difference_by_item(np.tile(treated, (3, 1)), np.tile(control, (4, 1)))
    over_items = t_floor(treated - control, 1.0)
    assert found.se == pytest.approx(over_items.se)
    assert found.df == pytest.approx(over_items.df)


@pytest.mark.parametrize("spread", [0.03, 0.1])
@pytest.mark.parametrize("seeds", [3, 5])
def test_errors_are_as_rare_as_alpha_says(seeds: int, spread: float) -> None:
    """With effects of items and of seeds, one-sided bounds err near the nominal rate."""
    rng = np.random.default_rng(seeds)
    tries = 1500
    found = [
        recipe_difference_by_item(*crossed(rng, seeds, 200, spread=spread)) for _ in range(tries)
    ]
    for errors in (
        np.mean([mean.lower(0.05) > 0 for mean in found]),
        np.mean([mean.upper(0.05) < 0 for mean in found]),
    ):
        assert 0.02 < errors < 0.05 + 3 * math.sqrt(0.05 * 0.95 / tries)


def test_the_variance_is_at_most_doubled() -> None:
    """Where all the variance is of seeds by items, counting it twice doubles it, and no more."""
    rng = np.random.default_rng(7)
    truth = 2 * 0.2**2 / (3 * 200)
    found = [
        recipe_difference_by_item(
            rng.normal(0, 0.2, (3, 200)), rng.normal(0, 0.2, (3, 200)), half_range=1e-9
        ).se
        ** 2
        for _ in range(1000)
    ]
    assert np.mean(found) == pytest.approx(2 * truth, rel=0.05)


@pytest.mark.parametrize(
    ("treated", "control", "message"),
    [
        (np.zeros((3, 10)), np.zeros((3, 9)), r"\(3, 10\), \(3, 9\)"),
        (np.zeros(3), np.zeros((3, 9)), r"\(3,\), \(3, 9\)"),
        (np.zeros((3, 1)), np.zeros((3, 1)), "over items needs at least 2 of them, got 1"),
        (np.zeros((0, 4)), np.zeros((3, 4)), "over seeds needs at least 2 of them, got 0"),
        (np.full((3, 4), math.nan), np.zeros((3, 4)), "not finite: nan"),
    ],
    ids=["items", "axes", "one item", "no seed", "nan"],
)
def test_impossible_arms_are_refused(
    treated: npt.NDArray[np.float64], control: npt.NDArray[np.float64], message: str
) -> None:
    """Unlike items, too few of them or of seeds, and values that are no numbers are errors."""
    with pytest.raises(ValueError, match=message):
        recipe_difference_by_item(treated, control)
