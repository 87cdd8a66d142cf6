"""Format and substance: which gains are held to lenient scoring, and what that takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.claims import Arms, Claim, Quantity, held_to_substance, no_evidence
from harness.config import load_config
from harness.errors import ConfigError
from harness.judge import Judge
from harness.records import SeriesSpec

Write = Callable[[str, str | bytes], Path]
Courts = Callable[..., Judge]

LENIENT = "  lenient: {regex: '.*?(\\d+)', equals: reference}\n"
TASK = """\
schema: 1
items: sums.jsonl
metrics:
  correct: {regex: '\\A(\\d+)', equals: reference}
"""


def companions(
    *claims: Claim, share: float = 0.5, lenient: str = "lenient", candidate: bool = True
) -> list[Claim]:
    """Return the claims that follow."""
    ruled = [(claim, f"a:{place}") for place, claim in enumerate(claims, start=1)]
    return list(held_to_substance(ruled, share, lambda _: candidate, lambda _: lenient))


def sides(arms: Arms, **options: str) -> tuple[Quantity, Quantity]:
    """Return pass@1 of rl and of base."""
    return arms["rl"].pass_at(1, **options), arms["base"].pass_at(1, **options)


def test_the_companion_is_the_gain_that_lenient_scoring_sees(arms: Arms) -> None:
    """It stands at the gain's place, and is the claim that one would write by hand."""
    rl, base = sides(arms)
    (found,) = companions(rl > base + 0.3, share=0.8)
    assert (found.text, found.place) == (
        "rl.pass@1[lenient] - base.pass@1[lenient] > 0.2 * (rl.pass@1 - base.pass@1) (substance)",
        "a:1",
    )
    seen, before = sides(arms, metric="lenient")
    by_hand = seen - before > 0.2 * (rl - base)
    assert found.normal_form == by_hand.normal_form
    assert {one: weight for weight, one in found.terms} == pytest.approx(
        {one: weight for weight, one in by_hand.terms}
    )
    assert not companions(rl > base + 0.3, by_hand, share=0.8)
    turned = 0.2 * (rl - base) < seen - before
    assert not companions(rl > base + 0.3, turned, share=0.8)
    assert len(companions(rl > base + 0.3, by_hand, share=0.5)) == 1  # it asks for less


def test_all_may_be_format_but_something_must_be_seen(arms: Arms) -> None:
    """At a share of 1 the lenient score has to rise at all; the metric goes by the task."""
    rl, base = sides(arms)
    (found,) = companions(rl > base, share=1.0, lenient="loose")
    assert found.text == "rl.pass@1[loose] > base.pass@1[loose] (substance)"
    assert len(found.terms) == 2


def test_the_companion_of_a_trend_is_written_out(arms: Arms) -> None:
    """The name of a trend over two arms stands for the gain, and for nothing in its companion."""
    spec = SeriesSpec(name="training", arms=("base", "rl"), at=(0.0, 1.0))
    gain = (
        dataclasses.replace(arms, ordered={"training": spec}).series("training").pass_at(1).trend()
        > 0
    )
    (found,) = companions(gain)
    assert gain.defined
    assert not found.defined


def test_gains_of_other_scores_have_none(arms: Arms) -> None:
    """Only a candidate's gain of `correct` on `correct` is held to it, by its own statistic."""
    rl, base = sides(arms)
    seen, before = sides(arms, metric="lenient")
    stored = Arms(arms.judge, dataclasses.replace(arms.source, baseline="baseline"), arms.known)
    others = {
        "lenient": seen > before,
        "strict on lenient": rl > before,
        "vote": arms["rl"].majority_at(3) > arms["base"].majority_at(3),
        "spared": rl > base - 0.1,
        "alarm": no_evidence(rl > base),
        "level": rl > 0.5,
    }
    for name, claim in others.items():
        assert not companions(claim), name
    assert not companions(rl > base, candidate=False)
    assert not companions(rl > base, lenient="")
    gains = companions(
        arms["rl"].pass_at(4) > arms["base"].pass_at(4),
        arms["rl"].mean() > stored["rl"].mean() + 0.02,
    )
    assert [str(one.terms[1][1]) for one in gains] == [
        "base.pass@4[lenient]", "baseline[rl].mean(lenient)",
    ]  # fmt: skip
    mostly = arms["rl"].g_pass_at(4, tau=0.5) > arms["base"].g_pass_at(4, tau=0.5)
    assert len(companions(mostly)) == 1


def asserted(judge: Judge) -> list[str]:
    """Let a test claim that rl gains, and return the verdicts."""
    arms = judge.arms("sums", 4, ())
    assert arms["rl"].pass_at(1) > arms["base"].pass_at(1)
    judge.hold_to_policy()
    return [one.decision.verdict for one in judge.docket.rulings]


def test_the_policy_adds_the_claim(courts: Courts, write: Write) -> None:
    """It is decided as any other; what lacks a lenient metric is told with the next step."""
    policy = ("effect: 0.1", "effect: 0.1, max_format_share: 0.5")
    judge = courts(policy)
    assert asserted(judge) == ["supported"]
    (error,) = judge.docket.unmet
    assert str(error).endswith(
        "how much of the gain in rl.pass@1 > base.pass@1 is format can't be told: task 'sums' has "
        "no lenient metric; give it one that takes a right answer in any form, and name it: "
        "`lenient: NAME`"
    )
    for more in (LENIENT, f"{LENIENT.replace('lenient', 'loose')}lenient: loose\n"):
        write("evals/tasks/sums.yaml", TASK + more)
        judge = courts(policy)
        assert asserted(judge) == ["supported", "supported"]
        assert not judge.docket.unmet
    assert judge.docket.rulings[1].text.startswith("rl.pass@1[loose] - base.pass@1[loose] > 0.5 *")


def test_the_gain_of_a_hacked_reward_is_none(courts: Courts) -> None:
    """What says that a reward rose in vain asks for neither substance nor a control."""
    judge = courts(("effect: 0.1", "effect: 0.1, max_format_share: 0.5, require_control: true"))
    arms = judge.arms("sums", 4, ())
    assert not arms["rl"].hacks(arms["base"], reward="correct", gold="formatted", within=0.02)
    assert len(judge.docket.rulings) == 2
    judge.hold_to_policy()
    assert len(judge.docket.rulings) == 2
    assert not judge.docket.unmet


def test_verdicts_are_recalled_under_any_share(courts: Courts) -> None:
    """The policy decides which claims there are, and is no part of what a verdict rests on."""
    plain, bound = courts(), courts(("effect: 0.1", "effect: 0.1, max_format_share: 0.5"))
    for judge in (plain, bound):
        arms = judge.arms("sums", 4, ())
        assert arms["rl"].pass_at(1) > arms["base"].pass_at(1)
    assert plain.record.news == bound.record.news


@pytest.mark.parametrize("share", ["0", "1.1", "half"])
def test_a_share_lies_above_zero_and_up_to_one(write: Write, share: str) -> None:
    """What is no share is refused with its line."""
    arms = 'arms: {a: {engine: python, function: "m:f"}}'
    text = f"schema: 1\npolicy: {{max_format_share: {share}}}\n{arms}\n"
    with pytest.raises(ConfigError, match=r":2: policy.max_format_share: "):
        load_config(write("evals/harness.yaml", text))
