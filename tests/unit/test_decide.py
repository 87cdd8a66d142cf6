"""Verdicts, their reasons, and the promise that no number contradicts them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.decide import both, decide
from harness.errors import ClaimError
from harness.records import Decision, Direction, Part, Policy, Question, Sample

POLICY = Policy(effect=0.1)


def part(values: object, half_range: float = 1.0, noise: float = 0.01) -> Part:
    """Make the data of one set of items."""
    return Part(values=np.asarray(values, dtype=np.float64), half_range=half_range, noise=noise)


def sample(*parts: Part, low: float = -1.0, high: float = 1.0) -> Sample:
    """Make the data of a claim; of a difference of two shares, unless the range says otherwise."""
    return Sample(parts=parts, draws=8, low=low, high=high)


def spread(mean: float, width: float, count: int) -> Sample:
    """Make items that differ evenly around a mean."""
    return sample(part(np.linspace(mean - width, mean + width, count)))


def above(threshold: float) -> Question:
    """Ask whether the effect is above a threshold."""
    return Question(direction="greater", threshold=threshold)


def below(threshold: float) -> Question:
    """Ask whether the effect is below a threshold."""
    return Question(direction="less", threshold=threshold)


@pytest.mark.parametrize(
    ("mean", "question", "verdict"),
    [
        (0.2, above(0.05), "supported"),
        (-0.1, above(0.05), "refuted"),
        (0.06, above(0.05), "inconclusive"),
        (-0.2, below(0.05), "supported"),
        (0.2, below(0.05), "refuted"),
        (0.04, below(0.05), "inconclusive"),
    ],
)
def test_the_interval_gives_the_verdict(mean: float, question: Question, verdict: str) -> None:
    """A claim is supported, refuted or open by where the interval lies."""
    found = decide(spread(mean, 0.3, 100), question, POLICY)
    assert found.verdict == verdict
    assert found.effect == pytest.approx(mean)
    assert (found.items, found.draws, found.method) == (100, 8, "t-floor")
    assert bool(found.needs) == (verdict == "inconclusive")


@pytest.mark.parametrize("count", [2, 3, 4])
def test_too_few_items_never_decide(count: int) -> None:
    """Below five items a claim stays open, whatever the data."""
    for question in (above(-0.99), above(0.99), below(0.0)):
        found = decide(spread(0.0, 0.001, count), question, POLICY)
        assert found.verdict == "inconclusive"
        assert found.reason == f"{count} items are too few to decide on"


def test_the_smaller_part_counts() -> None:
    """Four items against a hundred are still too few."""
    found = decide(sample(part(np.zeros(100)), part(np.zeros(4))), above(-0.9), POLICY)
    assert "4 items are too few" in found.reason


@pytest.mark.parametrize("count", [0, 1])
def test_without_two_items_there_is_nothing_to_decide(count: int) -> None:
    """No items, or one, is an error and not a verdict."""
    with pytest.raises(ClaimError, match=f"at least 2 of them, got {count}"):
        decide(sample(part(np.zeros(count))), above(0), POLICY)


def test_a_value_that_is_no_number_is_an_error() -> None:
    """NaN among the values is named, not averaged."""
    with pytest.raises(ClaimError, match="not finite"):
        decide(sample(part([0.1] * 9 + [np.nan])), above(0), POLICY)


def test_a_wide_interval_is_underpowered() -> None:
    """An open claim on too small a sample says so, and what would do."""
    found = decide(spread(0.05, 0.5, 12), above(0.0), POLICY)
    assert found.reason == "underpowered for an effect 0.1 beyond the threshold"
    assert "more items" in found.needs


def test_a_narrow_interval_is_in_between() -> None:
    """An open claim on a large sample lies near its threshold, and size is not to blame."""
    found = decide(spread(0.05, 0.1, 400), above(0.05), POLICY)
    assert found.reason.startswith("in between")
    assert "as planned" in found.needs


def test_non_inferiority_is_planned_at_no_change() -> None:
    """The margin itself is the distance that a non-inferiority claim has to bridge."""
    found = decide(spread(-0.02, 0.3, 20), above(-0.03), POLICY)
    assert found.reason == "underpowered for an effect 0.03 beyond the threshold"


@pytest.mark.parametrize("threshold", [-5e-17, -1e-300])
def test_a_margin_of_rounding_error_gets_no_absurd_advice(threshold: float) -> None:
    """A margin that only rounding left over is no distance to plan for."""
    found = decide(spread(0.0, 0.5, 30), above(threshold), POLICY)
    assert found.reason == "underpowered for an effect 0.1 beyond the threshold"
    assert len(found.needs) < 100


def test_without_an_effect_of_interest_nothing_is_called_underpowered() -> None:
    """A policy that declares no effect gets no advice on size."""
    found = decide(spread(0.05, 0.5, 12), above(0.0), Policy())
    assert (found.reason, found.needs) == ("the interval holds the threshold", "")


def test_equivalence_takes_both_halves() -> None:
    """Both one-sided tests must be supported; the p-value is the larger one."""
    data = spread(0.01, 0.1, 400)
    low, high = decide(data, above(-0.05), POLICY), decide(data, below(0.05), POLICY)
    found = both(low, high)
    assert found.verdict == "supported"
    assert found.p == max(low.p, high.p)


@pytest.mark.parametrize(("mean", "verdict"), [(0.045, "inconclusive"), (0.2, "refuted")])
def test_equivalence_is_as_good_as_its_worse_half(mean: float, verdict: str) -> None:
    """One half that is open or refuted decides, in whichever order the halves stand."""
    data = spread(mean, 0.1, 400)
    low, high = decide(data, above(-0.05), POLICY), decide(data, below(0.05), POLICY)
    for found in (both(low, high), both(high, low)):
        assert found.verdict == verdict
        assert found.reason == high.reason
        assert (found.low, found.high) == (high.low, high.high)


def alarm(mean: float, width: float, count: int, policy: Policy = POLICY) -> Decision:
    """Decide an alarm that rings for a loss."""
    question = Question(direction="less", threshold=0.0, alarm=True)
    return decide(spread(mean, width, count), question, policy)


def test_an_alarm_rings_on_evidence() -> None:
    """Evidence for what should not be refutes the alarm."""
    found = alarm(-0.2, 0.1, 100)
    assert (found.verdict, found.reason[:14]) == ("refuted", "the alarm rang")


def test_an_alarm_is_quiet_without_evidence() -> None:
    """No evidence, where there could have been some, supports the alarm."""
    found = alarm(0.0, 0.1, 100)
    assert (found.verdict, found.reason[:5]) == ("supported", "quiet")
    assert found.detectable is not None
    assert found.detectable <= 0.1


def test_a_blind_alarm_is_open() -> None:
    """An alarm that could not see the effect of interest proves nothing."""
    found = alarm(0.0, 0.5, 12)
    assert (found.verdict, found.reason) == (
        "inconclusive",
        "blind: it could not see an effect of 0.1",
    )


@pytest.mark.parametrize("policy", [POLICY, Policy()])
def test_an_alarm_on_few_items_is_open(policy: Policy) -> None:
    """Too few items leave an alarm open, with or without an effect of interest."""
    assert alarm(0.0, 0.001, 4, policy).verdict == "inconclusive"


@pytest.mark.parametrize("threshold", [1.5, -1.5, 5.0, -30.0])
def test_a_margin_beyond_any_difference_is_refused(threshold: float) -> None:
    """A difference of two shares lies within +-1: no claim can ask for more, or always be met."""
    for question in (above(threshold), below(threshold)):
        with pytest.raises(ClaimError, match=r"lies in \[-1, 1\]; write the margin as a share"):
            decide(spread(0.0, 0.1, 50), question, POLICY)


@pytest.mark.parametrize("question", [above(1.0), below(-1.0)])
def test_a_margin_that_no_difference_exceeds_is_refused(question: Question) -> None:
    """Nothing lies beyond the end of the range."""
    with pytest.raises(ClaimError, match=r"lies in \[-1, 1\]"):
        decide(spread(0.0, 0.1, 50), question, POLICY)


def test_a_difference_of_differences_reaches_twice_as_far() -> None:
    """The range grows with the coefficients."""
    data = sample(part(np.linspace(-0.1, 0.1, 50), half_range=2.0), low=-2, high=2)
    assert decide(data, below(1.5), POLICY).verdict == "supported"
    with pytest.raises(ClaimError, match=r"lies in \[-2, 2\]"):
        decide(data, below(2.5), POLICY)


def test_a_level_in_per_cent_is_refused() -> None:
    """One arm's share can't be above 60, and is not below 60 in any sense that proves a thing."""
    data = sample(part(np.linspace(0.4, 0.8, 50), half_range=0.5), low=0)
    assert decide(data, above(0.5), POLICY).verdict == "supported"
    for question in (above(60), below(60), above(-0.1)):
        with pytest.raises(ClaimError, match=r"lies in \[0, 1\]; write the margin as a share"):
            decide(data, question, POLICY)


def test_few_differing_items_are_noted() -> None:
    """A verdict that rests on a handful of items says so."""
    found = decide(sample(part([0.5] * 3 + [0.0] * 97)), above(-0.1), POLICY)
    assert found.warnings == ("only 3 of 100 items differ",)


def test_disjoint_items_do_not_differ_from_each_other() -> None:
    """An arm that fails most of its items is no sign that few items differ between two sets."""
    values = np.zeros(40)
    values[:3] = 1
    found = decide(sample(part(values, 0.5), part(-values, 0.5)), above(0), POLICY)
    assert not any("differ" in warning for warning in found.warnings)


def test_without_knowing_the_noise_no_draws_are_advised() -> None:
    """From too few draws to tell their noise apart, only items are asked for."""
    data = sample(part(np.linspace(-0.5, 0.5, 20), noise=float("nan")))
    found = decide(data, above(0), POLICY)
    assert found.needs.endswith("more items")


def test_skewed_values_are_noted() -> None:
    """A verdict on values skewed for their number says so."""
    values = np.concatenate([np.full(15, 0.9), np.full(85, 0.01)])
    assert "skewed" in decide(sample(part(values)), above(0), POLICY).warnings[0]


def test_well_behaved_values_carry_no_note() -> None:
    """Symmetric values that mostly differ need no warning."""
    assert decide(spread(0.1, 0.3, 50), above(0), POLICY).warnings == ()


def test_disjoint_items_are_compared_by_welch() -> None:
    """Two parts are independent, and the method says so."""
    parts = part(np.linspace(0.5, 0.9, 60), 0.5), part(-np.linspace(0.1, 0.5, 40), 0.5)
    found = decide(sample(*parts), above(0.2), POLICY)
    assert (found.verdict, found.items) == ("supported", 100)
    assert found.method == "Welch t-floor"
    assert found.effect == pytest.approx(0.4)


values = st.lists(st.floats(-1, 1), min_size=2, max_size=40)
questions = st.builds(
    Question,
    direction=st.sampled_from(["greater", "less"]),
    threshold=st.integers(-900, 900).map(lambda step: step / 1000),
    alarm=st.booleans(),
)
policies = st.builds(
    Policy,
    alpha=st.sampled_from([0.01, 0.05, 0.1]),
    power=st.sampled_from([0.8, 0.9]),
    effect=st.sampled_from([None, 0.02, 0.3]),
)


@given(values, questions, policies)
def test_the_interval_never_contradicts_the_verdict(
    found: list[float], question: Question, policy: Policy
) -> None:
    """Verdict, interval and p-value tell one story."""
    decision = decide(sample(part(found)), question, policy)
    low, high = decision.low - question.threshold, decision.high - question.threshold
    shown, denied = (low > 0, high < 0) if question.direction == "greater" else (high < 0, low > 0)
    assert decision.low < decision.effect < decision.high
    if len(found) < 5:
        assert decision.verdict == "inconclusive"
    elif question.alarm:
        assert (decision.verdict == "refuted") == shown
    else:
        assert (decision.verdict == "supported") == shown
        assert (decision.verdict == "refuted") == denied
    assert abs(decision.p - policy.alpha) < 1e-9 or (decision.p < policy.alpha) == shown


@given(values, questions, policies)
def test_the_mirrored_claim_gets_the_mirrored_decision(
    found: list[float], question: Question, policy: Policy
) -> None:
    """Changing the sign of the data and the direction of the claim changes nothing else."""
    direction: Direction = "less" if question.direction == "greater" else "greater"
    mirrored = dataclasses.replace(question, direction=direction, threshold=-question.threshold)
    one = decide(sample(part(found)), question, policy)
    two = decide(sample(part(-np.array(found))), mirrored, policy)
    assert (one.verdict, one.reason, one.needs) == (two.verdict, two.reason, two.needs)
    assert (one.low, one.high, one.effect) == pytest.approx((-two.high, -two.low, -two.effect))
    assert one.p == pytest.approx(two.p)


@given(values, questions, policies)
def test_a_decision_is_the_same_twice(
    found: list[float], question: Question, policy: Policy
) -> None:
    """Nothing but data, question and policy enters a decision."""
    data = sample(part(found))
    assert decide(data, question, policy) == decide(data, question, policy)


def simulated(effect: float, repetitions: int) -> float:
    """Return how often a claim of any gain is supported: 50 items, 4 draws, U-shaped skills."""
    rng = np.random.default_rng(20)
    skill = rng.beta(0.5, 0.5, (repetitions, 50)) * (1 - effect)
    first = rng.binomial(4, skill) / 4
    second = rng.binomial(4, skill + effect) / 4
    decided = (decide(sample(part(row)), above(0), POLICY) for row in second - first)
    return sum(decision.verdict == "supported" for decision in decided) / repetitions


def test_a_false_claim_is_rarely_supported() -> None:
    """Without an effect, a one-sided claim at .05 is supported in about 5% of samples or less."""
    assert 0.01 < simulated(0.0, 1500) < 0.065


def test_a_true_claim_is_often_supported() -> None:
    """A gain of ten points is mostly seen, and not always: the simulation has teeth."""
    assert 0.5 < simulated(0.1, 300) < 0.999
