"""Claims: decided when their truth is asked for, and turned into alarms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.claims import Arms, Claim, no_evidence
from harness.errors import ClaimError


@pytest.fixture
def claim(arms: Arms) -> Claim:
    """Return a claim that nobody has decided yet."""
    return arms["rl"].pass_at(1) < arms["base"].pass_at(1)


def test_building_a_claim_decides_nothing(claim: Claim, judge: Any) -> None:  # noqa: ANN401
    """A claim is noted when it is built, and ruled on when its truth is taken."""
    assert (judge.noted, judge.ruled) == ([claim], [])
    assert bool(claim)
    assert judge.ruled == [claim]


@pytest.mark.parametrize("truth", [True, False])
def test_the_judge_says_what_is_true(claim: Claim, judge: Any, *, truth: bool) -> None:  # noqa: ANN401
    """A claim has no truth of its own."""
    judge.truth = truth
    assert bool(claim) is truth


def test_an_equivalence_takes_the_truth_of_both_halves(arms: Arms, judge: Any) -> None:  # noqa: ANN401
    """Python's chained comparison asks for the first half, and asserts the second."""
    assert -0.03 < arms["rl"].pass_at(1) - arms["base"].pass_at(1) < 0.03
    low, high = judge.ruled
    assert (low.question.direction, low.question.threshold) == ("greater", -0.03)
    assert (high.question.direction, high.question.threshold) == ("less", 0.03)
    assert low.effect_text == high.effect_text == "rl.pass@1 - base.pass@1"


def test_an_alarm_asks_the_same_question(claim: Claim, judge: Any) -> None:  # noqa: ANN401
    """An alarm keeps effect and threshold, holds its claim, and decides nothing by itself."""
    alarm = no_evidence(claim)
    assert alarm.text == "no_evidence(rl.pass@1 < base.pass@1)"
    assert (alarm.terms, alarm.effect_text) == (claim.terms, claim.effect_text)
    assert alarm.question.alarm
    assert alarm.question.threshold == claim.question.threshold
    assert alarm.inner is claim
    assert (judge.noted, judge.ruled) == ([claim, alarm], [])


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda _: True, "takes a claim, got bool; write no_evidence"),
        (lambda claim: not claim, "takes a claim, got bool"),
        (lambda _: 0.5, "takes a claim, got float"),
        (no_evidence, "is an alarm already; take one no_evidence"),
    ],
    ids=["truth", "negation", "number", "alarm"],
)
def test_an_alarm_takes_an_open_claim(
    claim: Claim, misuse: Callable[[Claim], object], message: str
) -> None:
    """What is no claim, or an alarm already, is refused with the right spelling."""
    with pytest.raises(ClaimError, match=message):
        no_evidence(misuse(claim))


@pytest.mark.parametrize(
    ("write", "form"),
    [
        (lambda a, b: a > b + 0.05, "rl.pass@1 - base.pass@1 > 0.05"),
        (lambda a, b: a - b > 0.05, "rl.pass@1 - base.pass@1 > 0.05"),
        (lambda a, b: a - 0.05 >= b, "rl.pass@1 - base.pass@1 > 0.05"),
        (lambda a, b: 0.1 + a > b + 0.15, "rl.pass@1 - base.pass@1 > 0.05"),
        (lambda a, b: a < b - 0.02, "rl.pass@1 - base.pass@1 < -0.02"),
        (lambda a, _: a > 0.6, "rl.pass@1 > 0.6"),
        (lambda a, b: no_evidence(a < b), "no_evidence(rl.pass@1 - base.pass@1 < 0)"),
    ],
    ids=["margin", "difference", "margin on the left", "constants", "less", "level", "alarm"],
)
def test_a_claim_has_a_normal_form(
    arms: Arms, write: Callable[[object, object], Claim], form: str
) -> None:
    """Plans know a claim by what varies, on the left, and a number."""
    assert write(arms["rl"].pass_at(1), arms["base"].pass_at(1)).normal_form == form


def test_an_arm_or_a_quantity_is_no_claim(arms: Arms) -> None:
    """A forgotten comparison is named."""
    with pytest.raises(ClaimError, match="got Quantity; write no_evidence"):
        no_evidence(arms["rl"].pass_at(1))
