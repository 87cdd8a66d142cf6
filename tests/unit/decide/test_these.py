"""Claims about these items alone, and draws that are all alike."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.decide import decide
from harness.errors import ClaimError
from harness.records import Part, Policy
from tests.unit.decide.samples import (
    GREATER,
    PAIRED,
    Method,
    above,
    difference,
    level,
    singles,
)


@given(st.integers(5, 60), st.floats(0, 0.2), st.integers(2, 16), st.sampled_from([0.5, 1.0, 2.0]))
def test_these_items_have_the_noise_of_their_draws(
    count: int, noise: float, draws: int, half_range: float
) -> None:
    """For these items alone z has the draws' variance, and one flipped draw as a floor."""
    values = np.linspace(-0.4, 0.5, count)
    sample = difference(values, draws, noise=noise, half_range=half_range)
    found = decide(sample, GREATER, Policy(items="these"))
    se = math.sqrt(count * noise + half_range**2 / draws) / count
    assert found.method == "z over draws"
    assert found.p == pytest.approx(stats.norm.sf(values.mean() / se), abs=1e-12)
    assert found.low == pytest.approx(max(-1.0, values.mean() - stats.norm.ppf(0.95) * se))


def test_these_items_say_nothing_of_others() -> None:
    """Items that differ much, known well, decide a claim on themselves and not on others."""
    values = np.concatenate([np.full(20, 0.6), np.full(20, -0.5)])
    sample = difference(values, 16, noise=0.001)
    these = decide(sample, GREATER, Policy(items="these", effect=0.05))
    others = decide(sample, GREATER, Policy(effect=0.05))
    assert (these.verdict, others.verdict) == ("supported", "inconclusive")


def test_these_items_may_be_disjoint() -> None:
    """Across disjoint items the draws' variances add up."""
    one = Part(values=np.full(30, 0.6), half_range=0.5, noise=0.02)
    two = Part(values=np.full(20, -0.4), half_range=0.5, noise=0.01)
    found = decide(difference((), 8, parts=(one, two)), GREATER, Policy(items="these"))
    variance = (30 * 0.02 + 0.25 / 8) / 900 + (20 * 0.01 + 0.25 / 8) / 400
    assert found.p == pytest.approx(stats.norm.sf(0.2 / math.sqrt(variance)))


def test_these_items_need_a_known_noise() -> None:
    """A single draw does not tell its own noise: the claim is refused, with the number to take."""
    sample = difference(PAIRED, draws=1, noise=math.nan)
    with pytest.raises(ClaimError, match=r"from 1 per item; take 2 draws or more.*2 k"):
        decide(sample, GREATER, Policy(items="these"))


@pytest.mark.parametrize("method", ["t", "t-floor", "sign-flip", "bootstrap-t"])
def test_a_test_over_items_is_not_for_these_alone(method: Method) -> None:
    """Methods whose noise is the items' refuse the estimand of these items."""
    with pytest.raises(ClaimError, match=rf"'{method}' is for items that stand for others"):
        decide(difference(PAIRED), GREATER, Policy(items="these", method=method))


def test_identical_draws_of_two_arms_are_tangos() -> None:
    """Sixteen draws that are all alike, as at temperature 0, are one draw: Tango decides."""
    values = [1.0] * 24 + [-1.0] * 4 + [0.0] * 72
    found = decide(difference(values, 16, identical=True), GREATER, Policy())
    once = decide(singles(24, 4, 100), GREATER, Policy())
    assert (found.method, found.low, found.high) == ("Tango", once.low, once.high)
    assert found.warnings[-1] == "the 16 draws of each item are all alike: they count once"
    assert decide(difference(values, 16), GREATER, Policy()).method != "Tango"


def test_identical_draws_of_one_arm_count_once() -> None:
    """Many draws that are alike bound one arm's level no better than one draw does."""
    values = [1.0] * 45 + [0.0] * 5
    once, alike, told_apart = (
        decide(sample, above(0.5), Policy())
        for sample in (level(values, 1), level(values, 16, identical=True), level([1.0] * 50, 16))
    )
    assert (alike.low, alike.high) == (once.low, once.high)
    perfect = decide(level([1.0] * 50, 16, identical=True), above(0.5), Policy())
    assert perfect.low == pytest.approx(0.05 ** (1 / 50), abs=0.01)
    assert told_apart.low <= perfect.low


def test_identical_draws_of_these_items_count_once() -> None:
    """At temperature 0 the floor is one draw of an item, however often it was repeated."""
    these = Policy(items="these")
    once = decide(difference(np.zeros(50), draws=1, noise=0.0), GREATER, these)
    often = decide(difference(np.zeros(50), draws=16, noise=0.0, identical=True), GREATER, these)
    assert (often.low, often.high) == (once.low, once.high)
    assert often.low == pytest.approx(-1.6448536 / 50, rel=1e-6)
