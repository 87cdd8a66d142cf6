"""Bets that may be looked at whenever one likes: their error, their bounds, and their stakes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.decide.anytime import Betting, bet
from harness.errors import ClaimError
from harness.records import Direction, Part, Policy, Question, Sample
from harness.stats.bets import FLAT

POLICY = Policy(method="anytime", effect=0.1)


def placed(values: npt.ArrayLike, policy: Policy = POLICY, **question: Any) -> Betting:  # noqa: ANN401  any field
    """Bet on a difference of two arms, item by item."""
    part = Part(values=np.asarray(values, dtype=np.float64), half_range=1.0, noise=0.01)
    sample = Sample(parts=(part,), draws=8, low=-1.0, high=1.0)
    return bet(sample, Question(**{"direction": "greater", "threshold": 0.0, **question}), policy)


values = st.lists(st.floats(-1, 1), min_size=1, max_size=30)


@given(values, st.floats(-0.9, 0.9), st.sampled_from([0.01, 0.05, 0.2]))
def test_bounds_invert_the_bets(found: list[float], threshold: float, alpha: float) -> None:
    """A bound lies beyond a threshold exactly if the bet against it has won 1 / alpha."""
    bets = placed(found)
    for bound, p in (
        (bets.lower(alpha), bets.p_greater),
        (-bets.upper(alpha), lambda at: bets.p_less(-at)),
    ):
        if abs(bound - threshold) > 1e-9:
            assert (bound > threshold) == (p(threshold) <= alpha)
    assert -1 <= bets.lower(alpha) <= bets.upper(alpha) <= 1


@given(values, st.floats(-1, 1), st.floats(-0.9, 0.9))
def test_what_was_won_is_won(found: list[float], more: float, threshold: float) -> None:
    """Another item never takes evidence back: the p-value is by the best there ever was."""
    before, after = placed(found), placed([*found, more])
    assert after.p_greater(threshold) <= before.p_greater(threshold)
    assert after.p_less(threshold) <= before.p_less(threshold)


@pytest.mark.parametrize("threshold", [0.0, -0.2])
def test_looking_always_errs_seldom(threshold: float) -> None:
    """On values whose mean is the threshold, bets looked at after every item rarely ever win."""
    rng = np.random.default_rng(7)
    won = 0
    for _ in range(400):
        draws = rng.binomial(4, [[0.5 - threshold / 2], [0.5 + threshold / 2]], (2, 150)) / 4
        won += placed(draws[1] - draws[0]).p_greater(threshold) <= 0.05
    assert won / 400 < 0.06


def test_looking_always_finds_an_effect() -> None:
    """A gain of a fifth is mostly found: the bets have teeth."""
    rng = np.random.default_rng(8)
    won = 0
    for _ in range(100):
        draws = rng.binomial(4, [[0.4], [0.6]], (2, 150)) / 4
        won += placed(draws[1] - draws[0]).p_greater(0.0) <= 0.05
    assert won > 80


@pytest.mark.parametrize("direction", ["greater", "less"])
def test_half_a_stake_goes_by_the_plan(direction: Direction) -> None:
    """With a planned variance both bets are tuned: on the claim, and on no effect against it."""
    found = placed(np.linspace(-0.2, 0.3, 40), direction=direction, variance=0.5)
    towards, against = (
        (found.above, found.below) if direction == "greater" else (found.below, found.above)
    )
    # (D0 - lo) delta / (s^2 + delta^2), half of the weight; against it from .1 to the other end.
    assert towards.lambdas[0] == pytest.approx(0.1 / (0.5 + 0.1**2), rel=1e-4)
    assert against.lambdas[0] == pytest.approx(0.9 * 0.1 / (0.5 + 0.1**2), rel=1e-4)
    assert towards.weights[0] == against.weights[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("policy", "variance"), [(POLICY, None), (dataclasses.replace(POLICY, effect=None), 0.05)]
)
def test_without_a_plan_bets_are_flat(policy: Policy, variance: float | None) -> None:
    """Nothing is sized by the data at hand: without plan or effect the grid decides alone."""
    found = placed(np.linspace(-0.2, 0.3, 40), policy, variance=variance)
    assert (found.above, found.below) == (FLAT, FLAT)


def test_rounds_are_bet_on_in_their_order() -> None:
    """For these items alone it is the rounds of draws that are bet on, not the items."""
    part = Part(values=np.full(20, 0.3), half_range=1.0, noise=0.01)
    rounds = np.array([0.1, 0.4, 0.3, 0.4])
    sample = Sample(parts=(part,), draws=4, low=-1.0, high=1.0, rounds=rounds)
    found = bet(sample, Question(direction="greater", threshold=0.0, variance=0.05), POLICY)
    assert found.values is rounds
    assert (found.above, found.below) == (FLAT, FLAT)
    assert found.estimate == pytest.approx(0.3)


def test_clusters_are_refused_but_in_rounds() -> None:
    """Items that hang together can't be bet on one by one; rounds of draws of them can."""
    part = Part(
        values=np.zeros(20), half_range=1.0, noise=0.01, clusters=np.repeat(np.arange(10), 2)
    )
    sample = Sample(parts=(part,), draws=4, low=-1.0, high=1.0)
    with pytest.raises(ClaimError, match="these have clusters; use method: auto"):
        bet(sample, Question(direction="greater", threshold=0.0), POLICY)
    rounds = dataclasses.replace(sample, rounds=np.array([0.1, 0.4]))
    assert bet(rounds, Question(direction="greater", threshold=0.0), POLICY).estimate == 0.25
