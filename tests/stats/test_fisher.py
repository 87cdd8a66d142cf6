"""Fisher's exact test of many items against scipy, its published table, and its own level."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.fisher import fisher_exact, least_p


def arrays(*values: int) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return one table as arrays of one item."""
    return [np.array([value]) for value in values]


def test_the_lady_tasting_tea() -> None:
    """Fisher's own example: 3 of 4 cups right on one side, 1 of 4 on the other."""
    assert fisher_exact(*arrays(3, 4, 1, 4))[0] == pytest.approx(34 / 70)
    assert fisher_exact(*arrays(4, 4, 0, 4))[0] == pytest.approx(2 / 70)


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=20))
def test_it_is_scipys(tables: list[tuple[int, int, int, int]]) -> None:
    """Items of unlike draws, all at once, have the p-values that scipy gives each by itself."""
    right_a, wrong_a, right_b, wrong_b = np.array(tables).T
    found = fisher_exact(right_a, right_a + wrong_a, right_b, right_b + wrong_b)
    oracle = [stats.fisher_exact(np.array([[a, b], [c, d]]))[1] for a, b, c, d in tables]
    assert found == pytest.approx(oracle, rel=1e-9)


def test_at_most_alpha_of_like_items_are_found() -> None:
    """Where both sides are alike, p <= alpha has at most that chance, whatever the skill."""
    rng = np.random.default_rng(1)
    count, draws = 20_000, np.full(20_000, 16)
    for skill in (0.05, 0.3, 0.5):
        right_a, right_b = rng.binomial(16, skill, (2, count))
        p = fisher_exact(right_a, draws, right_b, draws)
        assert (p <= 0.05).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / count)


def test_the_least_p_is_that_of_all_against_none() -> None:
    """With equal draws it is 2 / C(2n, n); no table of such margins comes to less."""
    assert least_p(4, 4) == pytest.approx(2 / 70)
    every = np.arange(6)
    right_a, right_b = (grid.ravel() for grid in np.meshgrid(every, np.arange(10)))
    found = fisher_exact(right_a, np.full(60, 5), right_b, np.full(60, 9))
    assert least_p(5, 9) == pytest.approx(found.min())


def test_many_items_take_little_time() -> None:
    """100,000 items of 64 draws have few margins; each is computed once."""
    rng = np.random.default_rng(2)
    right_a, right_b = rng.integers(0, 65, (2, 100_000))
    draws = np.full(100_000, 64)
    start = time.process_time()
    fisher_exact(right_a, draws, right_b, draws)
    assert time.process_time() - start < 3


def test_impossible_counts_are_refused() -> None:
    """More right draws than draws, or sides of unlike length, are an error."""
    with pytest.raises(ValueError, match="among the draws"):
        fisher_exact(*arrays(5, 4, 1, 4))
    with pytest.raises(ValueError, match="one shape"):
        fisher_exact(np.array([1, 2]), *arrays(4, 1, 4))
