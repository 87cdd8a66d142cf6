"""Whatever the data and the method: verdict, interval and p-value tell one story."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.decide import decide
from harness.errors import ClaimError
from harness.records import Decision, Direction, Policy, Question, Sample
from tests.unit.decide.samples import (
    above,
    difference,
    level,
)

samples = st.one_of(
    st.lists(st.floats(-1, 1), min_size=2, max_size=30).map(difference),
    st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=2, max_size=30).map(
        lambda values: difference(values, draws=1)
    ),
    st.lists(st.floats(0, 1), min_size=2, max_size=30).map(lambda values: level(values, 4)),
    st.lists(st.floats(-1, 1), min_size=12, max_size=40).map(
        lambda values: difference(values, clusters=np.arange(len(values)) % 7)
    ),
)


policies = st.builds(
    Policy,
    alpha=st.sampled_from([0.01, 0.05, 0.1]),
    effect=st.sampled_from([None, 0.1]),
    method=st.sampled_from(["auto", "t", "t-floor", "sign-flip", "anytime"]),
)


thresholds = st.integers(0, 900).map(lambda step: step / 1000)


def agrees(decision: Decision, question: Question, policy: Policy) -> bool:
    """Say whether verdict, interval and p-value tell one story."""
    low, high = decision.low - question.threshold, decision.high - question.threshold
    shown, denied = (low > 0, high < 0) if question.direction == "greater" else (high < 0, low > 0)
    if "too few" in decision.reason:
        return decision.verdict == "inconclusive"
    p_agrees = abs(decision.p - policy.alpha) < 1e-9 or (decision.p < policy.alpha) == shown
    if question.alarm:
        return p_agrees and (decision.verdict == "refuted") == shown
    verdict = "supported" if shown else "refuted" if denied else "inconclusive"
    return p_agrees and decision.verdict == verdict


@given(
    sample=samples, policy=policies, threshold=thresholds,
    direction=st.sampled_from(["greater", "less"]), alarm=st.booleans(),
)  # fmt: skip
@settings(max_examples=300)
def test_no_interval_contradicts_its_verdict(
    sample: Sample, policy: Policy, threshold: float, direction: Direction, *, alarm: bool
) -> None:
    """Whatever the data and the method: verdict, interval and p-value tell one story."""
    assume(threshold > sample.low)
    question = Question(direction=direction, threshold=threshold, alarm=alarm)
    try:
        decision = decide(sample, question, policy)
    except ClaimError:
        assume(condition=False)
    assert decision.low <= decision.effect + 1e-12
    assert decision.high >= decision.effect - 1e-12
    assert agrees(decision, question, policy)


@given(samples, thresholds)
@settings(max_examples=20)
def test_bootstrap_t_never_contradicts_itself(sample: Sample, threshold: float) -> None:
    """The studentised bootstrap's bound and its p-value tell one story."""
    assume(threshold > sample.low)
    policy = Policy(method="bootstrap-t")
    assert agrees(decide(sample, above(threshold), policy), above(threshold), policy)


@given(samples, thresholds, st.sampled_from(["greater", "less"]))
def test_neither_do_these_items(sample: Sample, threshold: float, direction: Direction) -> None:
    """For these items alone, too, verdict, interval and p-value tell one story."""
    assume(threshold > sample.low)
    question, policy = Question(direction=direction, threshold=threshold), Policy(items="these")
    assert agrees(decide(sample, question, policy), question, policy)
