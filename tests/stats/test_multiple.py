"""Multiplicity: printed digits, statsmodels, scipy, and closed testing by enumeration."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

from harness.stats.multiple import benjamini_hochberg, e_benjamini_hochberg, holm

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

P = np.array([0.001, 0.008, 0.012, 0.03, 0.04, 0.2, 0.6])
E = np.array([400, 60, 50, 20, 8, 1.2, 0.3])

chances = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.05, 1.0]))
p_values = st.lists(chances, min_size=1, max_size=30).map(np.array)
few = st.lists(st.tuples(chances, st.floats(0.05, 1)), min_size=1, max_size=5)


def test_adjusted_p_values_have_the_printed_digits() -> None:
    """Holm's and Benjamini-Hochberg's values of a known example come out as printed."""
    adjusted = [f"{p:.6f}" for p in benjamini_hochberg(P)]
    assert holm(P).round(12).tolist() == [0.007, 0.048, 0.06, 0.12, 0.12, 0.4, 0.6]
    assert adjusted == [f"{p:.6f}" for p in (0.007, 0.028, 0.028, 0.0525, 0.056, 0.233333, 0.6)]


def test_three_e_values_are_discoveries() -> None:
    """In a known example the three largest are rejected, in whatever order they come."""
    assert e_benjamini_hochberg(E, 0.05).tolist() == [True] * 3 + [False] * 4
    assert e_benjamini_hochberg(E[::-1], 0.05).tolist() == [False] * 4 + [True] * 3


@settings(max_examples=12)  # the library takes its time
@given(p_values)
def test_holm_is_statsmodels(p: FloatArray) -> None:
    """Without weights, or with equal ones, the values are those of statsmodels."""
    oracle = multipletests(p, method="holm")[1]
    assert holm(p) == pytest.approx(oracle, rel=1e-9)
    assert holm(p, np.full(len(p), 1 / len(p))) == pytest.approx(oracle, rel=1e-9)


@given(few, st.floats(0.3, 1))
def test_weighted_holm_is_closed_testing(cases: list[tuple[float, float]], budget: float) -> None:
    """The values are the largest of the weighted Bonferroni p-values of all sets with each.

    Closed testing, enumerated; what is left of the weights stays with hypotheses elsewhere.
    """
    p, raw = np.array(cases).T
    weights = budget * raw / raw.sum()
    expected = np.zeros(len(p))
    for size in range(1, len(p) + 1):
        for chosen in map(list, itertools.combinations(range(len(p)), size)):
            total = weights[chosen].sum() + 1 - budget
            value = min(1.0, float((p[chosen] * total / weights[chosen]).min()))
            expected[chosen] = np.maximum(expected[chosen], value)
    assert holm(p, weights) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(few)
def test_the_first_step_is_bonferronis(cases: list[tuple[float, float]]) -> None:
    """The smallest value is the weighted Bonferroni one, and none is below its own."""
    p, raw = np.array(cases).T
    weights = raw / raw.sum()
    bonferroni = np.minimum(p / weights, 1.0)
    assert holm(p, weights).min() == pytest.approx(bonferroni.min(), rel=1e-9)
    assert (holm(p, weights) >= p * (1 - 1e-9)).all()
    assert (holm(p, weights) <= bonferroni * (1 + 1e-9)).all()


@given(few, st.randoms(use_true_random=False))
def test_the_order_of_hypotheses_does_not_matter(
    cases: list[tuple[float, float]], shuffler: np.random.Generator
) -> None:
    """Adjusted values follow their hypotheses to any place."""
    p, raw = np.array(cases).T
    order, weights = list(range(len(p))), raw / raw.sum()
    shuffler.shuffle(order)
    assert holm(p[order], weights[order]) == pytest.approx(holm(p, weights)[order], rel=1e-9)
    assert benjamini_hochberg(p[order]).tolist() == benjamini_hochberg(p)[order].tolist()


def test_tiny_weights_keep_their_digits() -> None:
    """A weight far below rounding is left over after all others, not lost in their sum."""
    found = holm(np.array([0.0, 1e-3, 3e-3]), np.array([1 - 2e-17, 1e-17, 1e-17]))
    assert found == pytest.approx([0.0, 2e-3, 3e-3], rel=1e-9)


@given(p_values)
def test_benjamini_hochberg_is_scipys(p: FloatArray) -> None:
    """The values are those of scipy."""
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p), rel=1e-9)


@given(
    st.lists(st.floats(0, 500) | st.sampled_from([20.0, math.inf]), min_size=1, max_size=20).map(
        np.array
    ),
    st.floats(0.01, 0.5),
)
def test_e_values_are_discoveries_as_their_reciprocals_are(e: FloatArray, alpha: float) -> None:
    """The discoveries are those of Benjamini and Hochberg's procedure on 1 / e."""
    with np.errstate(divide="ignore"):
        p = np.minimum(1 / e, 1.0)
    adjusted = stats.false_discovery_control(p)
    if not np.isclose(adjusted, alpha, rtol=1e-9).any():
        assert e_benjamini_hochberg(e, alpha).tolist() == (adjusted <= alpha).tolist()


def test_e_values_at_the_bar_are_discoveries() -> None:
    """Evidence of exactly m / (k alpha) suffices, for all that have it."""
    assert e_benjamini_hochberg(np.array([16.0, 16.0, 1.0, 1.0]), 0.125).tolist() == [
        True, True, False, False,
    ]  # fmt: skip
    assert not e_benjamini_hochberg(np.array([15.9, 15.9, 1.0, 1.0]), 0.125).any()


def test_the_false_discovery_rate_is_kept_whatever_depends() -> None:
    """With e-values that all hang together, the share of false discoveries stays below alpha."""
    rng = np.random.default_rng(5)
    rates = []
    for _ in range(2000):
        shared = rng.normal()
        z = shared + np.r_[np.zeros(15), np.full(5, 3.0)]
        found = e_benjamini_hochberg(np.exp(2 * z - 2), 0.2)
        rates.append(found[:15].sum() / max(found.sum(), 1))
    assert np.mean(rates) < 0.2
    assert np.mean(rates) > 0.01


@pytest.mark.parametrize("procedure", [holm, benjamini_hochberg])
@pytest.mark.parametrize(
    ("p", "message"),
    [
        (np.array([]), r"\[m\], m >= 1, got \(0,\)"),
        (np.zeros((2, 2)), r"got \(2, 2\)"),
        (np.array([0.5, 1.1]), "got 1.1"),
        (np.array([-0.1]), "got -0.1"),
        (np.array([0.5, math.nan]), "got nan"),
    ],
    ids=["none", "table", "above", "below", "nan"],
)
def test_impossible_p_values_are_refused(
    procedure: Callable[[FloatArray], FloatArray], p: FloatArray, message: str
) -> None:
    """No p-values, tables of them, and values that are no chances are errors."""
    with pytest.raises(ValueError, match=message):
        procedure(p)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.5], r"\(2,\), got \(1,\)"),
        ([0.5, 0.6], r"add up to 1 at most, got \[0.5, 0.6\]"),
        ([0.0, 1.0], "must be positive"),
        ([math.nan, 0.5], "must be positive"),
    ],
    ids=["shape", "too much", "zero", "nan"],
)
def test_impossible_weights_are_refused(weights: list[float], message: str) -> None:
    """Weights of another shape, above 1 together, zero or not numbers are errors."""
    with pytest.raises(ValueError, match=message):
        holm(np.array([0.1, 0.2]), np.array(weights))


@pytest.mark.parametrize(
    ("e", "alpha", "message"),
    [
        ([], 0.05, r"got \(0,\)"),
        ([-1.0], 0.05, "got -1"),
        ([math.nan], 0.05, "got nan"),
        ([5.0], 0.0, r"\(0, 1\), got 0.0"),
        ([5.0], 1.0, "got 1.0"),
    ],
)
def test_impossible_e_values_are_refused(e: list[float], alpha: float, message: str) -> None:
    """No e-values, negative ones, and rates that are none are errors."""
    with pytest.raises(ValueError, match=message):
        e_benjamini_hochberg(np.array(e), alpha)
