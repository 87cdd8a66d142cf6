"""The variance of the number of different answers against all outcomes of the draws."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.diversity import AnswerCounts, unique_answers
from harness.stats.diversity_variance import unique_answers_variance


def of(counts: list[list[int]]) -> AnswerCounts:
    """Return counts of several items as they are stored."""
    return AnswerCounts(
        items=np.repeat(np.arange(len(counts)), [len(one) for one in counts]),
        counts=np.array([count for one in counts for count in one]),
        draws=np.array([sum(one) for one in counts]),
    )


def outcomes(n: int, chances: list[float]) -> tuple[list[list[int]], list[float]]:
    """Return the counts of all outcomes of n draws, and the chance of each."""
    found = [
        [*one, n - sum(one)]
        for one in itertools.product(range(n + 1), repeat=len(chances) - 1)
        if sum(one) <= n
    ]
    weights = stats.multinomial.pmf(found, n, chances).tolist()
    return [[count for count in one if count] for one in found], weights


@pytest.mark.parametrize("chances", [[0.5, 0.5], [0.7, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1], [1.0, 0.0]])
@pytest.mark.parametrize(("n", "m"), [(4, 2), (7, 2), (6, 3), (7, 3)])
def test_it_is_unbiased(n: int, m: int, chances: list[float]) -> None:
    """Over all outcomes of n >= 2m draws, the estimate averages to the variance of the figure."""
    counts, weights = outcomes(n, chances)
    values = unique_answers(of(counts), m)
    mean = np.dot(weights, values)
    assert np.dot(weights, unique_answers_variance(of(counts), m)) == pytest.approx(
        np.dot(weights, (values - mean) ** 2), abs=1e-12
    )


@given(st.lists(st.sampled_from("abcd"), min_size=4, max_size=7))
def test_it_is_the_mean_over_pairs_of_subsets(drawn: list[str]) -> None:
    """The squared mean is estimated by all pairs of two draws apart, enumerated."""
    counts = of([list(Counter(drawn).values())])
    products = [
        len({drawn[a], drawn[b]}) * len({drawn[c], drawn[d]})
        for a, b, c, d in itertools.permutations(range(len(drawn)), 4)
    ]
    expected = unique_answers(counts, 2) ** 2 - np.mean(products)
    assert unique_answers_variance(counts, 2) == pytest.approx(expected, abs=1e-12)


def test_items_do_not_mix() -> None:
    """Each item has the value that it has alone, whatever the draws of the others."""
    counts = [[3, 2, 1], [6], [1] * 6, [2, 2], [4, 4], [1, 5], [2, 1]]
    alone = [unique_answers_variance(of([one]), 2)[0] for one in counts]
    found = unique_answers_variance(of(counts), 2)
    assert found.tolist() == pytest.approx(alone, nan_ok=True)
    assert np.isnan(found).tolist() == [False] * 6 + [True]
    assert found[1:3] == pytest.approx([0.0, 0.0], abs=1e-12)
