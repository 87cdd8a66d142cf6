"""Concordance of a score with gold, against scipy, an enumeration of pairs, and invariants."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, somersd

from harness.stats.concordance import concordance

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(1, 3)),
    max_size=24,
)


def counted(rows: list[tuple[int, int, int, int]]) -> tuple[FloatArray, FloatArray]:
    """Count the pairs of four items."""
    items, score, gold, counts = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return concordance(items, score / 4, gold / 4, counts, 4)


@given(ROWS)
def test_pairs_are_those_of_an_enumeration(rows: list[tuple[int, int, int, int]]) -> None:
    """Each two draws of one item that differ in gold count once; a tie of the score half."""
    alike, pairs = [0.0] * 4, [0.0] * 4
    draws = [row[:3] for row in rows for _ in range(row[3])]
    for one, two in itertools.combinations(draws, 2):
        if one[0] == two[0] and one[2] != two[2]:
            better, worse = (one, two) if one[2] > two[2] else (two, one)
            pairs[one[0]] += 1
            alike[one[0]] += (better[1] > worse[1]) + (better[1] == worse[1]) / 2
    found = counted(rows)
    assert found[0].tolist() == alike
    assert found[1].tolist() == pairs


def test_of_right_and_wrong_it_is_mann_whitneys_u() -> None:
    """U of the scores of right draws against wrong ones, with ties, on each of 20 items."""
    rng = np.random.default_rng(3)
    items = np.repeat(np.arange(20), 32)
    gold = rng.integers(0, 2, len(items)).astype(float)
    score = rng.integers(0, 6, len(items)) / 5 + gold / 5
    alike, pairs = concordance(items, score, gold, np.ones(len(items), np.int64), 20)
    for item in range(20):
        own = items == item
        right, wrong = score[own & (gold == 1)], score[own & (gold == 0)]
        assert alike[item] == pytest.approx(mannwhitneyu(right, wrong).statistic)
        assert pairs[item] == len(right) * len(wrong)


def test_of_graded_gold_it_is_somers_d() -> None:
    """2 C - 1 is Somers' D of the score given gold."""
    rng = np.random.default_rng(4)
    gold = rng.integers(0, 5, 60) / 4
    score = np.round(gold + rng.normal(0, 0.5, 60), 1)
    alike, pairs = concordance(np.zeros(60, np.int64), score, gold, np.ones(60, np.int64), 1)
    assert 2 * alike[0] / pairs[0] - 1 == pytest.approx(somersd(gold, score).statistic)
