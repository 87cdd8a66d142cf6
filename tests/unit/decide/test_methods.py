"""Which method decides: by the kind of data, or as the policy says; each against its own oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.decide import decide
from harness.errors import ClaimError
from harness.records import Part, Policy, Question, Sample
from harness.stats.bets import FLAT
from harness.stats.paired_binary import Tango
from harness.stats.skew import skew_corrected
from tests.unit.decide.samples import (
    GREATER,
    PAIRED,
    Method,
    above,
    difference,
    level,
    singles,
)


def test_single_draws_are_tangos() -> None:
    """One draw per item and side is decided by Tango's score test, with its printed bounds."""
    better, worse, same = (
        decide(singles(*counts, 50), GREATER, Policy(alpha=0.025))
        for counts in ((12, 2), (2, 12), (0, 0))
    )
    assert (better.method, better.verdict, better.effect) == ("Tango", "supported", 0.2)
    assert better.p == Tango(gained=12, lost=2, items=50).p_greater(0.0)
    assert (better.high, worse.low) == pytest.approx((0.34470875, -0.34470875), abs=1e-8)
    assert (same.low, same.high) == pytest.approx((-0.0713476, 0.0713476), abs=1e-7)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(5, 60), st.floats(-0.5, 0.5))
def test_tango_is_held_back_beyond_zero(
    gained: int, lost: int, unchanged: int, threshold: float
) -> None:
    """No change and losses are Tango's; a gain beyond zero takes the corrected t-floor, too."""
    count = gained + lost + unchanged
    sample = singles(gained, lost, count)
    found = decide(sample, above(threshold), Policy())
    score = Tango(gained=gained, lost=lost, items=count)
    other = skew_corrected([(sample.parts[0].values, 1.0)])
    alone = score.p_greater(threshold)
    assert found.p == (alone if threshold <= 0 else max(alone, other.p_greater(threshold)))
    low = score.lower(0.05)
    assert found.low == (low if low <= 0 else max(1e-6, min(low, other.lower(0.05))))


@given(st.lists(st.floats(-1, 1), min_size=5, max_size=40), st.floats(-0.5, 0.5))
def test_the_t_floor_is_held_back_before_zero(values: list[float], threshold: float) -> None:
    """A gain takes the skewness seen, too; that little is lost takes that of the phantom, too."""
    found = decide(difference(values), above(threshold), Policy())
    corrected = skew_corrected([(np.array(values), 1.0)])

    def plain(level: float) -> float:
        return max(corrected.mean.p_greater(level), corrected.observed.p_greater(level))

    assert found.method == "t-floor"
    if threshold >= 0:
        assert found.p == plain(threshold)
    else:
        both = max(plain(threshold), corrected.p_greater(threshold))
        assert found.p == min(both, plain(0.0))


def test_mcnemar_stands_beside_tango() -> None:
    """McNemar's exact and mid-p tests are shown as second opinions, on the claim's own side."""
    better = decide(singles(16, 6, 50), GREATER, Policy())
    assert {check.method: check.p for check in better.checks} == pytest.approx(
        {"McNemar exact": 0.05247879028 / 2, "McNemar mid-p": 0.03468966484 / 2}
    )
    less = Question(direction="less", threshold=0.0)
    worse = decide(singles(6, 16, 50), less, Policy())
    assert [check.p for check in worse.checks] == [check.p for check in better.checks]
    wrong = decide(singles(16, 6, 50), less, Policy())
    assert wrong.checks[0].p == pytest.approx(stats.binom(22, 0.5).cdf(16))


@pytest.mark.parametrize("threshold", [-0.1, 0.1])
def test_mcnemar_knows_no_margin(threshold: float) -> None:
    """Against a margin Tango decides alone: McNemar's tests are of no difference."""
    found = decide(singles(24, 4, 100), above(threshold), Policy())
    assert (found.method, found.checks) == ("Tango", ())


@pytest.mark.parametrize(
    "sample",
    [
        difference([1.0, -1.0, 0.0] * 10, draws=2),
        difference([0.5, -0.5, 0.0] * 10, draws=1, half_range=0.5, low=-0.5, high=0.5),
        difference([1.0, -1.0, 0.0] * 10, draws=1, clusters=np.arange(30)),
        difference([0.9, -1.0, 0.0] * 10, draws=1),
    ],
    ids=["two draws", "half a difference", "clusters", "graded"],
)
def test_other_data_are_not_tangos(sample: Sample) -> None:
    """Several draws, other weights, clusters and graded scores go by the t-floor."""
    found = decide(sample, GREATER, Policy())
    assert "t-floor" in found.method
    assert found.checks == ()


@pytest.mark.parametrize(
    ("method", "name", "p"),
    [
        ("t", "t", 0.0085510240 / 2),
        ("auto", "t-floor", 0.0475823910),
        ("t-floor", "uncorrected t-floor", 0.0475823910),
        ("sign-flip", "sign-flip", 0.009765625),
    ],
)
def test_the_policy_can_name_the_method(method: Method, name: str, p: float) -> None:
    """The paired vector has the printed p-value of the method that was asked for."""
    found = decide(difference(PAIRED), GREATER, Policy(method=method))
    assert found.method == name
    assert found.p == pytest.approx(p, abs=1e-10)
    assert found.verdict == "supported"


def test_the_interval_is_that_of_the_method() -> None:
    """The t-floor's bound and its non-inferiority p-value are the printed ones."""
    found = decide(difference(PAIRED), above(-0.05), Policy(method="t-floor"))
    assert found.low == pytest.approx(0.0017326318, abs=1e-10)
    assert found.p == pytest.approx(0.0100590304, abs=1e-10)
    plain = decide(difference(PAIRED), above(-0.05), Policy(method="t", alpha=0.025))
    assert (plain.low, plain.high) == pytest.approx((0.0321965974, 0.1928034026), abs=1e-10)


def test_bootstrap_t_is_near_the_t_test() -> None:
    """On many well-behaved items the studentised bootstrap bounds the mean as t does."""
    values = np.random.default_rng(5).normal(0.03, 0.2, 300)
    boot = decide(difference(values), GREATER, Policy(method="bootstrap-t"))
    other = decide(difference(values), GREATER, Policy(method="t-floor"))
    assert boot.method == "bootstrap-t"
    assert (boot.low, boot.high) == pytest.approx((other.low, other.high), abs=0.003)
    assert boot.p == pytest.approx(other.p, abs=0.01)


def test_bootstrap_t_is_the_same_twice() -> None:
    """Resampling has a seed of its own: the same data get the same verdict."""
    sample, policy = difference(PAIRED), Policy(method="bootstrap-t")
    assert decide(sample, GREATER, policy) == decide(sample, GREATER, policy)


def test_anytime_is_a_bet() -> None:
    """The p-value is one over the most that flat bets on the items ever won, in their order."""
    found = decide(difference(PAIRED), GREATER, Policy(method="anytime"))
    lambdas, weights = np.array(FLAT.lambdas), np.array(FLAT.weights)
    wealth = np.cumprod(1 + lambdas * PAIRED[:, None], axis=0) @ weights
    assert found.method == "betting e-process"
    assert wealth[-1] == pytest.approx(2.5514071539, abs=1e-10)
    assert found.p == pytest.approx(1 / wealth.max())
    assert found.verdict == "inconclusive"


@pytest.mark.parametrize("method", ["sign-flip", "bootstrap-t", "anytime"])
def test_some_methods_take_one_set_of_items(method: Method) -> None:
    """Resampling and bets refuse a claim across disjoint items, and say which methods do."""
    half = Part(values=np.linspace(0, 0.5, 30), half_range=0.5, noise=0.01)
    with pytest.raises(ClaimError, match=rf"method '{method}' takes one set .*t-floor or t"):
        decide(difference((), parts=(half, half)), GREATER, Policy(method=method))


def test_the_plain_t_test_is_named_for_disjoint_items() -> None:
    """The t tests take disjoint items, by Welch."""
    one = Part(values=np.linspace(0.2, 0.9, 30), half_range=0.5, noise=0.01)
    two = Part(values=-np.linspace(0.1, 0.5, 20), half_range=0.5, noise=0.01)
    found = decide(difference((), parts=(one, two)), GREATER, Policy(method="t"))
    expected = stats.ttest_ind(one.values, -two.values, equal_var=False, alternative="greater")
    assert found.method == "Welch t"
    assert found.p == pytest.approx(expected.pvalue)


def test_the_plain_t_test_needs_a_spread() -> None:
    """Where all items agree the plain t test would be certain of anything: it refuses."""
    with pytest.raises(ClaimError, match=r"all 20 values are 0\.1"):
        decide(difference([0.1] * 20), GREATER, Policy(method="t"))


@pytest.mark.parametrize(
    ("means", "end"),
    [((0.95, 0.85), "0.95, near the ceiling"), ((0.3, 0.05), "0.05, near the floor"),
     ((0.9, 0.1), None), ((0.5, 0.4), None)],
)  # fmt: skip
@pytest.mark.parametrize("method", ["t", "t-floor", "sign-flip"])
def test_levels_near_an_end_are_noted(
    means: tuple[float, float], end: str | None, method: Method
) -> None:  # fmt: skip
    """Where errors of a method are above their nominal rate, near 0 or 1, the verdict says so."""
    sample = difference(np.linspace(-0.4, 0.5, 40), means=means)
    notes = [
        note for note in decide(sample, GREATER, Policy(method=method)).warnings if "near" in note
    ]
    assert len(notes) == (end is not None)
    assert all(end in note for note in notes if end)


@pytest.mark.parametrize(
    ("sample", "policy"),
    [
        (difference(np.linspace(-0.4, 0.5, 40), means=(0.97, 0.96)), Policy(items="these")),
        (difference(np.linspace(-0.4, 0.5, 40), means=(0.97, 0.96)), Policy(method="anytime")),
        (level(np.linspace(0.9, 1.0, 40), 4, means=(0.95,)), Policy()),
        (singles(12, 2, 50), Policy()),
    ],
    ids=["these items", "bets", "one arm", "single draws"],
)
def test_exact_methods_need_no_such_note(sample: Sample, policy: Policy) -> None:
    """Methods that keep their level near the ends carry no note of it."""
    assert not any("near" in note for note in decide(sample, GREATER, policy).warnings)
