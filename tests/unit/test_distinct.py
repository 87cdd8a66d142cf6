"""distinct@k of each item: by hand, against enumeration, and with what it owes to the draws."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.errors import ClaimError
from harness.estimate import Figure, figure
from harness.estimate.noise import noise_of
from harness.records import UNKNOWN, Statistic, Tally

MakeStatistic = Callable[..., Statistic]


def tally_of(answers: Sequence[Mapping[str, int]]) -> Tally:
    """Tally items by how often each answer was given."""
    draws = np.array([sum(found.values()) for found in answers], dtype=np.int64)
    sums = np.zeros((len(answers), 1))
    return Tally(
        ids=tuple("abcdefghijkl"[: len(answers)]), draws=draws, metrics=("closeness",),
        sums=sums, products=sums[:, :, None], answers=tuple(answers),
    )  # fmt: skip


@pytest.fixture
def distinct(statistic: MakeStatistic) -> Callable[..., Figure]:
    """Return a reader of distinct@k off a tally, which needs no metric of its name."""
    return lambda tally, k: figure(statistic(kind="distinct_at", k=k), tally)


def test_distinct_answers_by_hand(distinct: Callable[..., Figure]) -> None:
    """Two of three draws alike: one pair in three has one answer, the others two."""
    found = distinct(tally_of([{"r": 2, "w": 1}, {"w": 3}, {"r": 1, "w": 1, "x": 1}]), 2)
    assert found.values.tolist() == pytest.approx([(1 + 2 + 2) / 3 / 2, 1 / 2, 1])
    assert not found.linear


@given(st.lists(st.sampled_from(["r", "w", "x", ""]), min_size=2, max_size=8), st.data())
def test_it_is_the_mean_over_all_choices_of_draws(
    statistic: MakeStatistic, drawn: list[str], data: st.DataObject
) -> None:
    """The value is the average over all sets of k draws, no answer being one answer."""
    k = data.draw(st.integers(2, len(drawn)))
    (found,) = figure(statistic(kind="distinct_at", k=k), tally_of([Counter(drawn)])).values
    expected = np.mean([len(set(chosen)) / k for chosen in combinations(drawn, k)])
    assert found == pytest.approx(expected, abs=1e-12)
    assert 1 / k - 1e-12 <= found <= 1


def test_of_two_draws_it_is_simpsons_diversity(distinct: Callable[..., Figure]) -> None:
    """At k = 2 it is (1 + D) / 2, D the unbiased chance that two draws differ."""
    counts = np.array([5, 2, 1])
    n = counts.sum()
    differ = 1 - (counts * (counts - 1)).sum() / (n * (n - 1))
    found = distinct(tally_of([{"r": 5, "w": 2, "x": 1}]), 2)
    assert found.values.tolist() == pytest.approx([(1 + differ) / 2])


def test_no_answer_is_one_kind(distinct: Callable[..., Figure]) -> None:
    """Draws without an answer give one together, counted as such or not counted at all."""
    told = tally_of([{"r": 2, "": 3}, {"": 5}])
    assert distinct(told, 5).values.tolist() == pytest.approx([2 / 5, 1 / 5])
    left_out = dataclasses.replace(told, answers=({"r": 2}, {}))
    assert distinct(left_out, 5).values.tolist() == pytest.approx([2 / 5, 1 / 5])


@pytest.mark.parametrize("answers", [[{UNKNOWN: 4}], [{}]])
def test_unknown_answers_are_refused(
    statistic: MakeStatistic, distinct: Callable[..., Figure], answers: list[dict[str, int]]
) -> None:
    """Where nobody knows the answers, they are neither counted as one nor voted for as wrong."""
    tally = dataclasses.replace(tally_of(answers), draws=np.array([4]))
    with pytest.raises(ClaimError, match=r"rl\.distinct@2: which answers .* is not known; compare"):
        distinct(tally, 2)
    with pytest.raises(ClaimError, match=r"rl\.majority@2: which answers"):
        figure(statistic(kind="majority_at", k=2), tally)


def test_k_takes_as_many_draws(distinct: Callable[..., Figure]) -> None:
    """More draws than there are is refused as for any figure of k."""
    with pytest.raises(ClaimError, match=r"rl\.distinct@4 needs at least 4 draws .*there are 3"):
        distinct(tally_of([{"r": 4}, {"r": 3}]), 4)


@pytest.mark.parametrize("k", [2, 3])
def test_its_noise_is_unbiased(distinct: Callable[..., Figure], k: int) -> None:
    """Over all outcomes of 6 draws the noise averages to the variance of the value."""
    outcomes = [(a, b, 6 - a - b) for a in range(7) for b in range(7 - a)]
    weights = stats.multinomial.pmf(outcomes, 6, [0.5, 0.3, 0.2])
    values, noises = [], []
    for counts in outcomes:
        found = distinct(tally_of([dict(zip("rwx", counts, strict=True))]), k)
        values.append(found.values[0])
        noises.append(noise_of([(1.0, found)])[0])
    mean = weights @ np.array(values)
    assert weights @ np.array(noises) == pytest.approx(weights @ (np.array(values) - mean) ** 2)


def test_its_noise_is_known_at_these_draws_alone(
    statistic: MakeStatistic, distinct: Callable[..., Figure]
) -> None:
    """From 2 k draws on it is known, at these; what others would give is not told."""
    tally = tally_of([{"r": 4, "w": 4}, {"r": 8}])
    one = [(1.0, distinct(tally, 2))]
    assert noise_of(one, 8).tolist() == pytest.approx(noise_of(one).tolist())
    assert np.isnan(noise_of(one, 16)).all()
    assert np.isnan(noise_of([(1.0, distinct(tally, 5))])).all()
    beside = [*one, (-1.0, figure(statistic(kind="mean", metric="closeness"), tally))]
    assert (noise_of(beside) >= noise_of(one)).all()
