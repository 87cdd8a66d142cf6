"""Diversity of answers: against enumeration, scipy, and simulated draws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.diversity import AnswerCounts, entropy, plurality_share, unique_answers

COUNTS = [[3, 2, 1], [6], [1, 1, 1, 1, 1, 1], [2, 2, 2, 2]]


def answers(counts: list[list[int]]) -> AnswerCounts:
    """Return counts of several items as they are stored."""
    return AnswerCounts(
        items=np.repeat(np.arange(len(counts)), [len(one) for one in counts]),
        counts=np.array([c for one in counts for c in one]),
        draws=np.array([sum(one) for one in counts]),
    )


def choices(counts: list[int], m: int) -> list[list[int]]:
    """Enumerate the counts of all choices of m draws."""
    draws = [place for place, count in enumerate(counts) for _ in range(count)]
    return [
        [one.count(place) for place in range(len(counts))]
        for one in itertools.combinations(draws, m)
    ]


@pytest.mark.parametrize("m", [1, 2, 4, 6])
def test_all_choices_of_draws_are_averaged(m: int) -> None:
    """Unique answers and entropy are means over every choice of m draws, enumerated."""
    found = answers(COUNTS)
    unique = [np.mean([np.count_nonzero(one) for one in choices(c, m)]) for c in COUNTS]
    plain = [np.mean([stats.entropy(one) for one in choices(c, m)]) for c in COUNTS]
    corrected = np.array(plain) + (np.array(unique) - 1) / (2 * m)
    assert unique_answers(found, m) == pytest.approx(unique)
    assert entropy(found, m) == pytest.approx(corrected)


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=6), min_size=1, max_size=8))
def test_with_all_draws_they_are_the_plain_figures(counts: list[list[int]]) -> None:
    """With all of an item's draws nothing is averaged: numbers, entropy and share as counted."""
    m = min(map(sum, counts))
    chosen = [one for one in counts if sum(one) == m]
    found = answers(chosen)
    generator = np.random.default_rng(0)
    assert unique_answers(found, m) == pytest.approx([len(one) for one in chosen])
    plain = [stats.entropy(one) + (len(one) - 1) / (2 * m) for one in chosen]
    assert entropy(found, m) == pytest.approx(plain, abs=1e-9)
    assert plurality_share(found, m, generator).tolist() == [max(one) / m for one in chosen]


def test_the_share_of_the_plurality_is_that_of_m_draws() -> None:
    """Where there are more draws, the mean is that of all choices of m of them."""
    generator = np.random.default_rng(1)
    found = answers(COUNTS * 2000)
    share = plurality_share(found, 3, generator).reshape(-1, len(COUNTS)).mean(axis=0)
    wanted = [np.mean([max(one) / 3 for one in choices(c, 3)]) for c in COUNTS]
    assert share == pytest.approx(wanted, abs=0.02)


def test_more_draws_of_one_model_are_no_more_diverse() -> None:
    """64 draws against 16 of the same distribution: at equal draws no figure moves."""
    rng = np.random.default_rng(2)
    chances = rng.dirichlet(np.full(12, 0.4), 4000)
    sides = []
    for draws in (16, 64):
        counts = rng.multinomial(draws, chances)
        items, _ = np.nonzero(counts)
        found = AnswerCounts(items=items, counts=counts[counts > 0], draws=counts.sum(axis=1))
        sides.append(
            (unique_answers(found, 16), entropy(found, 16), plurality_share(found, 16, rng))
        )
    for few, many in zip(*sides, strict=True):
        gap = many - few
        assert abs(gap.mean()) < 4 * gap.std() / np.sqrt(len(gap))


@pytest.mark.parametrize("m", [0, 7])
def test_more_draws_than_there_are_is_refused(m: int) -> None:
    """M must be among the draws of every item."""
    found, generator = answers(COUNTS), np.random.default_rng(0)
    for figure in (
        unique_answers, entropy, lambda one, m: plurality_share(one, m, generator),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"chosen among|1 <= k <= n"):
            figure(found, m)
