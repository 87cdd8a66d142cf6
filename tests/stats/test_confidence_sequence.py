"""Confidence sequences against the e-processes that they invert, ville, and simulation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ville import BettingCS

from harness.stats.bets import FLAT, Bets, tuned_bets
from harness.stats.confidence_sequence import confidence_sequence
from harness.stats.eprocess import Side, start, update

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

samples = st.lists(st.floats(-1, 1), min_size=1, max_size=60).map(np.array)
alphas = st.floats(0.001, 0.5)
mixtures = st.sampled_from([FLAT, tuned_bets(0.0, -1.0, 1.0, effect=0.1, variance=0.2)])


def log_e(values: FloatArray, mean: float, side: Side, bets: Bets) -> float:
    """Return the logarithm of the e-value against a mean."""
    return update(start(mean, -1.0, 1.0, side=side, bets=bets), values).log_e


@given(samples, alphas, mixtures, mixtures)
def test_bounds_are_where_the_evidence_reaches_its_level(
    values: FloatArray, alpha: float, above: Bets, below: Bets
) -> None:
    """Just outside a bound the e-value is at least 1 / alpha, and just inside below it."""
    lower, upper = confidence_sequence(values, -1.0, 1.0, alpha, above=above, below=below)
    level = -math.log(alpha)
    assert -1 <= lower <= values.mean() + 1e-12
    assert values.mean() - 1e-12 <= upper <= 1
    if lower > -0.999:
        assert log_e(values, lower - 1e-6, "above", above) >= level
    if upper < 0.999:
        assert log_e(values, upper + 1e-6, "below", below) >= level
    if lower < 0.999:
        assert log_e(values, lower + 1e-6, "above", above) < level
    if upper > -0.999:
        assert log_e(values, upper - 1e-6, "below", below) < level


@given(samples, mixtures, st.sampled_from(["above", "below"]))
def test_evidence_changes_one_way_with_the_mean(
    values: FloatArray, mixture: Bets, side: Side
) -> None:
    """The larger the mean that is tested, the less the evidence above it, and the more below."""
    means = np.linspace(-0.99, 0.99, 40)
    changes = np.diff([log_e(values, mean, side, mixture) for mean in means])
    assert (changes <= 1e-9).all() if side == "above" else (changes >= -1e-9).all()


@given(st.lists(st.floats(0.3, 0.7), min_size=20, max_size=30).map(np.array))
def test_single_bets_agree_with_ville(values: FloatArray) -> None:
    """An oracle, ville, has the same bounds where its cap on bets holds at every mean."""
    single = Bets(lambdas=(0.05,), weights=(1.0,))
    lower, upper = confidence_sequence(values, 0.0, 1.0, 0.05, above=single, below=single)
    # Half its wealth is on each side, and a small bet never reaches ville's own choice inside.
    oracle = BettingCS(alpha=0.1, c=0.05, theta=0.5, grid=10_001, intersect=False).fit(values)
    assert lower == pytest.approx(oracle.lower_[-1], abs=3e-4)
    assert upper == pytest.approx(oracle.upper_[-1], abs=3e-4)


@given(samples, alphas, st.floats(-3, 3), st.floats(0.1, 5))
def test_bounds_move_with_the_scale(
    values: FloatArray, alpha: float, shift: float, factor: float
) -> None:
    """In other units, the bounds are the same in those units."""
    ends = (shift - factor, shift + factor)
    found = confidence_sequence(np.clip(shift + factor * values, *ends), *ends, alpha)
    lower, upper = confidence_sequence(values, -1.0, 1.0, alpha)
    assert found == pytest.approx((shift + factor * lower, shift + factor * upper), abs=1e-6)


def test_bounds_hold_at_all_times() -> None:
    """Looked at after every fortieth value, each bound is ever wrong in at most 5 % of streams."""
    generator = np.random.default_rng(20_240_901)
    mean = 0.1
    streams = generator.choice([-1.0, 0.0, 1.0], (250, 200), p=[0.05, 0.8, 0.15])
    wrong = np.zeros(2)
    for stream in streams:
        bounds = [
            confidence_sequence(stream[:count], -1.0, 1.0, 0.05) for count in range(40, 201, 40)
        ]
        lower, upper = np.array(bounds).T
        wrong += [(lower > mean).any(), (upper < mean).any()]
    assert (wrong / len(streams) <= 0.05).all()
    assert (wrong > 0).all()


def test_bounds_close_in() -> None:
    """With more values the bounds come closer to the mean."""
    generator = np.random.default_rng(3)
    values = generator.choice([-1.0, 0.0, 1.0], 5_000, p=[0.1, 0.7, 0.2])
    lower, upper = confidence_sequence(values, -1.0, 1.0, 0.05)
    assert 0.05 < lower < 0.1 < upper < 0.15


@pytest.mark.parametrize("edge", [-1.0, 1.0])
def test_values_at_an_edge_are_bounded_on_one_side(edge: float) -> None:
    """Where all values are at an edge of the range, that edge is a bound."""
    bounds = confidence_sequence(np.full(50, edge), -1.0, 1.0, 0.05)
    assert edge in bounds
    inner = bounds[0] if edge > 0 else bounds[1]
    assert 0.7 < inner * edge < 1


@pytest.mark.parametrize(
    ("values", "alpha", "message"),
    [
        ([], 0.05, r"got \(0,\)"),
        ([0.0, 1.5], 0.05, "got 1.5"),
        ([math.nan], 0.05, "got nan"),
        ([0.5], 0.0, r"alpha must lie in \(0, 1\), got 0.0"),
        ([0.5], 1.0, "got 1.0"),
        ([0.5], math.nan, "got nan"),
    ],
)
def test_impossible_input_is_refused(values: list[float], alpha: float, message: str) -> None:
    """No values, values out of range and an alpha that is no chance are errors."""
    with pytest.raises(ValueError, match=message):
        confidence_sequence(np.array(values), -1.0, 1.0, alpha)
