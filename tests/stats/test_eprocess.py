"""Betting e-processes against printed digits, direct products, ville and Ville's inequality."""

from __future__ import annotations

import itertools
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ville import BettingTest

from harness.stats.bets import FLAT, LAMBDAS, Bets, tuned_bets
from harness.stats.eprocess import (
    EProcess,
    Side,
    combine,
    from_state,
    running_log_e,
    start,
    update,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

CORRECT_A = [0, 1, 2, 4, 4, 3, 0, 2, 1, 4, 3, 4, 0, 1, 2, 4, 3, 2, 4, 1]
CORRECT_B = [1, 1, 3, 4, 4, 4, 0, 3, 2, 4, 3, 4, 1, 0, 4, 4, 4, 2, 4, 2]
PAIRED = (np.array(CORRECT_B) - np.array(CORRECT_A)) / 4

samples = st.lists(st.floats(-1, 1), min_size=1, max_size=40).map(np.array)
thresholds = st.floats(-0.9, 0.9)
sides: st.SearchStrategy[Side] = st.sampled_from(["above", "below"])
bets = st.one_of(
    st.just(FLAT),
    st.builds(
        tuned_bets, st.just(0.0), st.just(-1.0), st.just(1.0), effect=st.floats(0.01, 0.9),
        variance=st.floats(0, 1),
    ),
)  # fmt: skip


def test_the_paired_example_has_the_printed_digits() -> None:
    """The e-value of a known example comes out as printed."""
    found = update(start(0.0, -1.0, 1.0), PAIRED)
    assert f"{math.exp(found.log_e):.10f}" == "2.5514071539"
    assert found.count == 20


def test_nothing_is_known_before_the_first_value() -> None:
    """An e-process starts at 1."""
    assert start(0.1, -1.0, 1.0).log_e == pytest.approx(0, abs=1e-15)


@given(samples, thresholds, bets)
def test_it_is_the_weighted_sum_of_products(
    values: FloatArray, threshold: float, mixture: Bets
) -> None:
    """On both sides, the e-value is the sum of products that defines it."""
    above = update(start(threshold, -1.0, 1.0, bets=mixture), values)
    below = update(start(threshold, -1.0, 1.0, side="below", bets=mixture), values)
    pairs = list(zip(mixture.weights, mixture.lambdas, strict=True))
    direct_above = sum(
        weight * math.prod(1 + bet * (d - threshold) / (threshold + 1) for d in values)
        for weight, bet in pairs
    )
    direct_below = sum(
        weight * math.prod(1 + bet * (threshold - d) / (1 - threshold) for d in values)
        for weight, bet in pairs
    )
    assert math.exp(above.log_e) == pytest.approx(direct_above, rel=1e-10)
    assert math.exp(below.log_e) == pytest.approx(direct_below, rel=1e-10)


@given(samples, thresholds, sides)
def test_each_bet_agrees_with_ville(values: FloatArray, threshold: float, side: Side) -> None:
    """An oracle, ville, finds the same wealth of each bet once its cap on bets holds."""
    found = update(start(threshold, -1.0, 1.0, side=side), values)
    alternative = "greater" if side == "above" else "less"
    for bet, wealth in zip(LAMBDAS, found.log_wealth, strict=True):
        # At so small an alpha, ville would bet more than its cap, always.
        oracle = BettingTest(threshold, (-1, 1), alternative, alpha=1e-300, c=bet).fit(values)
        assert wealth == pytest.approx(oracle.log_e_values_[-1], rel=1e-9, abs=1e-9)


@given(samples, thresholds, sides, bets)
def test_the_sides_mirror_each_other(
    values: FloatArray, threshold: float, side: Side, mixture: Bets
) -> None:
    """Evidence above is evidence below once everything has changed its sign."""
    other: Side = "below" if side == "above" else "above"
    found = update(start(threshold, -1.0, 1.0, side=side, bets=mixture), values)
    mirrored = update(start(-threshold, -1.0, 1.0, side=other, bets=mixture), -values)
    assert mirrored.log_e == pytest.approx(found.log_e, abs=1e-9)


@pytest.mark.parametrize("side", ["above", "below"])
@pytest.mark.parametrize("mixture", [FLAT, tuned_bets(0.2, -1, 1, effect=0.3, variance=0.3)])
def test_it_expects_no_gain_at_the_threshold(side: Side, mixture: Bets) -> None:
    """Over all sequences of six values with mean at the threshold, the mean e-value is 1."""
    chances = {-1.0: 0.2, 0.0: 0.2, 0.5: 0.4, 1.0: 0.2}
    before = start(0.2, -1.0, 1.0, side=side, bets=mixture)
    mean = 0.0
    for values in itertools.product(chances, repeat=6):
        chance = math.prod(chances[value] for value in values)
        mean += chance * math.exp(update(before, np.array(values)).log_e)
    assert mean == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("side", ["above", "below"])
def test_looking_after_every_value_keeps_the_level(side: Side) -> None:
    """Ville's inequality: at the threshold, 20 is ever reached in at most 5 % of streams."""
    generator = np.random.default_rng(20_240_815)
    streams = generator.choice([-1.0, 0.0, 1.0], (2_000, 400), p=[0.1, 0.8, 0.1])
    mixture = tuned_bets(0.0, -1.0, 1.0, effect=0.1, variance=0.2)
    before = start(0.0, -1.0, 1.0, side=side, bets=mixture)
    peaks = np.array([running_log_e(before, stream).max() for stream in streams])
    assert 0.015 < (peaks >= math.log(20)).mean() <= 0.05


def test_planned_effects_are_seen_sooner_with_tuned_bets() -> None:
    """With half the weight on the planned effect, evidence for it comes sooner on average."""
    generator = np.random.default_rng(7)
    values = generator.choice([-1.0, 0.0, 1.0], 20_000, p=[0.1, 0.7, 0.2])
    tuned = tuned_bets(0.0, -1.0, 1.0, effect=0.1, variance=0.29)
    sooner = [
        update(start(0.0, -1.0, 1.0, bets=tuned), part).log_e
        - update(start(0.0, -1.0, 1.0), part).log_e
        for part in values.reshape(100, 200)
    ]
    assert np.mean(sooner) > 0.1


@given(samples, thresholds, sides, bets, st.data())
def test_batches_and_shards_add_up(
    values: FloatArray, threshold: float, side: Side, mixture: Bets, data: st.DataObject
) -> None:
    """In batches, in shards, through a file or one by one, the values come to the same."""
    before = start(threshold, -1.0, 1.0, side=side, bets=mixture)
    whole = update(before, values)
    running = running_log_e(before, values)
    assert running.shape == values.shape
    assert running[-1] == pytest.approx(whole.log_e, abs=1e-9)
    cut = data.draw(st.integers(0, len(values) - 1))
    if cut == 0:
        return
    first = from_state(json.loads(json.dumps(update(before, values[:cut]).to_state())))
    assert first.log_e == pytest.approx(running[cut - 1], abs=1e-9)
    continued = update(first, values[cut:])
    merged = combine(update(before, values[cut:]), first)
    for found in (continued, merged):
        assert found.count == whole.count
        assert found.log_wealth == pytest.approx(whole.log_wealth, abs=1e-9)
    assert running_log_e(first, values[cut:]) == pytest.approx(running[cut:], abs=1e-9)


@given(samples, thresholds, sides, bets)
def test_a_state_is_read_as_it_was_written(
    values: FloatArray, threshold: float, side: Side, mixture: Bets
) -> None:
    """Through JSON and back, nothing is lost, not even a rounding error."""
    process = update(start(threshold, -1.0, 1.0, side=side, bets=mixture), values)
    assert from_state(json.loads(json.dumps(process.to_state()))) == process


def test_rounding_is_no_error() -> None:
    """A value that is out of range by a rounding error counts as on its edge."""
    process = start(0.3, -1.0, 1.0)
    over = update(process, np.array([1.0 + 1e-12, -1.0 - 1e-12]))
    assert over.log_e == pytest.approx(update(process, np.array([1.0, -1.0])).log_e, abs=1e-9)
    daring = start(0.3, -1.0, 1.0, bets=Bets(lambdas=(1 - 1e-12,), weights=(1.0,)))
    assert math.isfinite(update(daring, np.array([-1.0 - 1e-10])).log_e)


STATE = update(start(0.0, -1.0, 1.0), PAIRED).to_state()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"threshold": 1.0}, r"threshold must lie in \(-1.0, 1.0\), got 1.0"),
        ({"threshold": "0"}, "needs lists of numbers"),
        ({"threshold": math.nan}, "threshold must lie"),
        ({"low": -math.inf}, "threshold must lie"),
        ({"low": 10**400}, "needs lists of numbers"),
        ({"side": "left"}, "needs a side and a count, got 'left'"),
        ({"side": ["above"]}, "needs a side and a count"),
        ({"count": -1}, "11 bets need as many wealths, got 11 of -1"),
        ({"count": 1.5}, "needs a side and a count"),
        ({"count": True}, "needs a side and a count"),
        ({"count": 10**400}, "needs lists of numbers"),
        ({"count": 1}, "1 values cannot bring"),
        ({"log_wealth": [0.0] * 10}, "11 bets need as many wealths, got 10 of 20"),
        ({"log_wealth": [math.nan] * 11}, "20 values cannot bring"),
        ({"log_wealth": [math.inf] * 11}, "20 values cannot bring"),
        ({"log_wealth": [14.0] * 11}, "20 values cannot bring"),
        ({"log_wealth": None}, "needs lists of numbers, got None"),
        ({"lambdas": [1.0] * 11}, r"bets must lie in \(0, 1\)"),
        ({"lambdas": []}, r"bets must lie in \(0, 1\)"),
        ({"weights": [0.0] * 11}, "11 bets need as many positive weights"),
        ({"weights": [0.5] * 11}, "must sum to 1, got 5.5"),
        ({"weights": [1.0]}, "11 bets need as many positive weights"),
        ({"more": 1}, "the state of an e-process has"),
    ],
)
def test_nonsense_is_no_state(change: dict[str, Any], message: str) -> None:
    """A state with a wrong part is refused."""
    with pytest.raises(ValueError, match=message):
        from_state(STATE | change)


@pytest.mark.parametrize("name", STATE)
def test_a_state_with_a_part_missing_is_refused(name: str) -> None:
    """A state needs all its parts."""
    with pytest.raises(ValueError, match="the state of an e-process has"):
        from_state({key: part for key, part in STATE.items() if key != name})


@pytest.mark.parametrize(
    "other",
    [
        start(0.1, -1.0, 1.0),
        start(0.0, -2.0, 1.0),
        start(0.0, -1.0, 2.0),
        start(0.0, -1.0, 1.0, side="below"),
        start(0.0, -1.0, 1.0, bets=tuned_bets(0, -1, 1, effect=0.1, variance=0.1)),
    ],
)
def test_different_bets_are_not_combined(other: EProcess) -> None:
    """Shards must have bet on the same thing in the same way."""
    with pytest.raises(ValueError, match="only e-processes of the same bets can be combined"):
        combine(start(0.0, -1.0, 1.0), other)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], r"shape \[m\], m >= 1, got \(0,\)"),
        ([[0.5]], r"got \(1, 1\)"),
        ([0.5, 1.1], r"must lie in \[-1.0, 1.0\], got 1.1"),
        ([-1.1], r"got -1.1"),
        ([math.nan], "got nan"),
        ([-math.inf], "got -inf"),
    ],
)
def test_impossible_values_are_refused(values: list[Any], message: str) -> None:
    """No values, values of the wrong shape and values out of range are errors."""
    process = start(0.0, -1.0, 1.0)
    with pytest.raises(ValueError, match=message):
        update(process, np.array(values))
    with pytest.raises(ValueError, match=message):
        running_log_e(process, np.array(values))


@given(thresholds, st.floats(-1, 1), st.floats(0.001, 1))
def test_the_tuned_bet_is_best_to_second_order(
    threshold: float, effect: float, variance: float
) -> None:
    """No other bet has a larger mean of lambda x - (lambda x)^2 / 2 under the plan."""
    if abs(effect - threshold) < 1e-3:
        return
    found = tuned_bets(threshold, -1.0, 1.0, effect=effect, variance=variance)
    reach = 1 + threshold if effect > threshold else 1 - threshold
    mean = abs(effect - threshold) / reach
    square = variance / reach**2 + mean**2
    shares = np.linspace(0, 0.95, 20_001)
    best = shares[np.argmax(shares * mean - shares**2 * square / 2)]
    assert found.lambdas[0] == pytest.approx(best, abs=1e-4)
    assert found.lambdas[1:] == LAMBDAS
    assert found.weights == pytest.approx([0.5] + [0.5 / 11] * 11)


@pytest.mark.parametrize(
    ("threshold", "effect", "variance", "message"),
    [
        (0.0, 0.0, 0.1, "must differ"),
        (1.0, 0.0, 0.1, "within"),
        (0.0, 1.5, 0.1, r"within \[-1, 1\], got 1.5"),
        (0.0, math.nan, 0.1, "within"),
        (0.0, 0.1, -0.1, "not negative, got -0.1"),
        (0.0, 0.1, math.nan, "not negative, got nan"),
        (0.0, 0.1, math.inf, "not negative, got inf"),
    ],
)
def test_impossible_plans_are_refused(
    threshold: float, effect: float, variance: float, message: str
) -> None:
    """A plan has an effect other than the threshold, and a variance."""
    with pytest.raises(ValueError, match=message):
        tuned_bets(threshold, -1, 1, effect=effect, variance=variance)


def test_an_unknown_side_is_refused() -> None:
    """Evidence is for above or for below."""
    with pytest.raises(ValueError, match="'above' or 'below', got 'two-sided'"):
        start(0.0, -1.0, 1.0, side="two-sided")  # type: ignore[arg-type]
