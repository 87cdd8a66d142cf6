"""Exact plurality votes against full enumeration, known chances and scipy."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.plurality import plurality_chance, plurality_cost

counts = st.lists(st.integers(1, 4), min_size=0, max_size=4)


def enumerated(hits: int, others: list[int], k: int) -> float:
    """Vote over every k-subset of the draws, ties split evenly."""
    draws = [answer for answer, count in enumerate([hits, *others]) for _ in range(count)]
    total, subsets = Fraction(0), 0
    for subset in itertools.combinations(draws, k):
        votes = Counter(subset)
        best = max(votes.values())
        subsets += 1
        if votes[0] == best:
            total += Fraction(1, list(votes.values()).count(best))
    return float(total / subsets)


def chance(hits: int, others: list[int], k: int) -> float:
    """Compute the chance of the first answer."""
    return plurality_chance(hits, np.array(others, dtype=np.int64), k)


@given(st.integers(1, 5), counts, st.data())
def test_it_is_the_share_of_subsets_won(hits: int, others: list[int], data: st.DataObject) -> None:
    """The chance is that over all k-subsets of the draws, ties split evenly."""
    k = data.draw(st.integers(1, min(hits + sum(others), 7)))
    assert chance(hits, others, k) == pytest.approx(enumerated(hits, others, k), abs=1e-12)


@pytest.mark.parametrize(("singles", "k"), [(1, 2), (9, 5), (40, 30), (300, 200)])
def test_answers_that_all_differ_win_alike(singles: int, k: int) -> None:
    """Among answers given once each, each wins with chance 1 / n, over ties of any number."""
    assert chance(1, [1] * singles, k) == pytest.approx(1 / (singles + 1), rel=1e-10)


@given(st.integers(1, 300), st.integers(0, 300), st.data())
def test_two_answers_are_hypergeometric(hits: int, misses: int, data: st.DataObject) -> None:
    """Between two answers it is scipy's hypergeometric tail beyond half, and half of a tie."""
    k = data.draw(st.integers(1, hits + misses))
    draw = stats.hypergeom(hits + misses, hits, k)
    expected = draw.sf(k // 2) + (draw.pmf(k // 2) * (0.5 if k % 2 == 0 else 0))
    assert chance(hits, [misses] if misses else [], k) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.integers(1, 40), min_size=2, max_size=12), st.data())
def test_chances_of_all_answers_add_up_to_one(votes: list[int], data: st.DataObject) -> None:
    """Some answer always wins."""
    k = data.draw(st.integers(1, sum(votes)))
    total = sum(chance(votes[i], votes[:i] + votes[i + 1 :], k) for i in range(len(votes)))
    assert total == pytest.approx(1, abs=1e-10)


@given(st.integers(1, 20), counts)
def test_one_vote_is_the_share(hits: int, others: list[int]) -> None:
    """At k = 1 the chance is the share of the draws, and at k = n the winner is known."""
    total = hits + sum(others)
    assert chance(hits, others, 1) == pytest.approx(hits / total, abs=1e-12)
    most = max([hits, *others])
    known = 1 / [hits, *others].count(most) if hits == most else 0.0
    assert chance(hits, others, total) == pytest.approx(known, abs=1e-12)


def test_many_draws_neither_overflow_nor_lose_digits() -> None:
    """With 2,048 draws and k = 512, the chances of all answers still add up to one."""
    votes = [900, 880, 268]
    total = sum(chance(votes[i], votes[:i] + votes[i + 1 :], 512) for i in range(3))
    assert total == pytest.approx(1, abs=1e-9)


def test_cost_grows_with_the_draws() -> None:
    """The cost of usual sizes is small, and that of large ones is known to be large."""
    assert plurality_cost(20, np.ones(44, dtype=np.int64), 16) < 1e5
    assert plurality_cost(500, np.full(100, 15), 1000) > 1e8
