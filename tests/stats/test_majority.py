"""majority@k: what is exact, what is simulated, and how sure that is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.majority import Majority, majority_at_k, majority_of_items

if TYPE_CHECKING:
    import numpy.typing as npt

answers_of_one = st.lists(st.integers(0, 30), min_size=1, max_size=8).filter(any).map(np.array)


def majority(
    answers: npt.NDArray[np.int64], right: int | None, k: int, *, cost: float = math.inf
) -> Majority:
    """Compute majority@k with a generator of its own, exactly unless `cost` is small."""
    generator = np.random.default_rng(5)
    return majority_at_k(answers, right, k, generator=generator, resamples=4000, exact_cost=cost)


@given(answers_of_one, st.data())
def test_a_simulated_value_agrees_with_the_exact_one(
    answers: npt.NDArray[np.int64], data: st.DataObject
) -> None:
    """The simulation is within five of its standard errors, and says that it is one."""
    right = data.draw(st.integers(0, len(answers) - 1))
    k = data.draw(st.integers(1, int(answers.sum())))
    exact, simulated = majority(answers, right, k), majority(answers, right, k, cost=-1)
    assert (exact.exact, exact.se) == (True, 0)
    assert abs(simulated.value - exact.value) <= 5 * simulated.se
    if answers[right]:
        assert not simulated.exact
        assert simulated.se > 0


@given(answers_of_one, st.data())
def test_answers_that_none_gave_don_t_matter(
    answers: npt.NDArray[np.int64], data: st.DataObject
) -> None:
    """Neither the order of the answers nor those with a count of 0 change the value."""
    k = data.draw(st.integers(1, int(answers.sum())))
    longer = np.concatenate([[0], answers[::-1], [0]])
    found = majority(longer, len(answers), k)
    assert found.value == pytest.approx(majority(answers, 0, k).value, abs=1e-12)


def test_a_right_answer_that_none_gave_never_wins() -> None:
    """Without a right draw the vote is wrong for sure."""
    for right in (None, 1):
        found = majority(np.array([3, 0, 5]), right, 4, cost=-1)
        assert found == Majority(value=0.0, se=0.0, exact=True)


def test_large_votes_are_simulated_in_batches() -> None:
    """A vote that is too large is simulated, and agrees with the exact value."""
    answers = np.array([60] + [3] * 300)
    simulated, exact = majority(answers, 0, 64, cost=0), majority(answers, 0, 64)
    assert (simulated.exact, exact.exact) == (False, True)
    assert abs(simulated.value - exact.value) < 4 * simulated.se
    assert simulated.se < 0.01


def test_it_estimates_the_vote_over_fresh_draws_without_bias() -> None:
    """Over items of 12 draws, majority@5 averages to the chance of a vote over 5 fresh draws."""
    generator = np.random.default_rng(1)
    chances = [0.4, 0.35, 0.25]
    items = generator.multinomial(12, chances, size=4000)
    found = majority_of_items(list(items), [0] * len(items), 5, generator=generator)
    fresh = generator.multinomial(5, chances, size=200_000)
    best = fresh.max(axis=1, keepdims=True)
    truth = ((fresh[:, 0] == best[:, 0]) / (fresh == best).sum(axis=1)).mean()
    assert found.exact.all()
    assert abs(found.values.mean() - truth) < 4 * stats.sem(found.values)


def test_each_item_has_a_stream_of_its_own() -> None:
    """An item's simulated value stays when the item before it changes, and none equals another."""
    large, trivial = np.array([900, 800, *[2] * 700]), np.array([1000])
    first, second = (
        majority_of_items(
            [before, large, large], [0, 0, 0], 1000, generator=np.random.default_rng(3),
            resamples=50,
        )
        for before in (large, trivial)
    )  # fmt: skip
    assert first.exact.tolist() == [False, False, False]
    assert second.exact.tolist() == [True, False, False]
    assert first.values[1:].tolist() == second.values[1:].tolist()
    assert first.values[1] != first.values[2]
    assert (first.ses > 0).all()


def test_usual_items_are_exact() -> None:
    """An item of 64 draws costs little enough to be told without simulation."""
    generator = np.random.default_rng(2)
    items = list(generator.multinomial(64, generator.dirichlet(np.ones(10)), size=20))
    found = majority_of_items(items, [0] * 20, 16, generator=generator)
    assert found.exact.all()
    assert (found.ses == 0).all()


@pytest.mark.parametrize(
    ("answers", "right", "k", "message"),
    [
        ([3, -1], 0, 1, "negative: -1"),
        ([3, 1], 2, 1, "one of 2, got index 2"),
        ([3, 1], -1, 1, "one of 2, got index -1"),
        ([3, 1], 0, 5, "k = 5, n = 4"),
        ([3, 1], None, 0, "k = 0, n = 4"),
        ([], None, 1, "k = 1, n = 0"),
    ],
)
def test_impossible_votes_are_refused(
    answers: list[int], right: int | None, k: int, message: str
) -> None:
    """Negative counts, answers that there aren't and too few draws are errors."""
    with pytest.raises(ValueError, match=message):
        majority(np.array(answers, dtype=np.int64), right, k)


@pytest.mark.parametrize("items", [0, 2])
def test_items_without_a_right_answer_each_are_refused(items: int) -> None:
    """Unlike numbers of items and right answers are an error, and so is no item."""
    answers = [np.array([1, 2])] * items
    with pytest.raises(ValueError, match=f"got {items} and {items // 2}"):
        majority_of_items(answers, [0] * (items // 2), 1, generator=np.random.default_rng(1))


def test_a_single_resample_is_refused() -> None:
    """One simulated vote has no standard error."""
    with pytest.raises(ValueError, match="over resamples needs at least 2 of them, got 1"):
        majority_at_k(
            np.array([3, 2]), 0, 2, generator=np.random.default_rng(1), resamples=1, exact_cost=0
        )
