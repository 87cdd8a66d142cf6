"""Claims on a reward and a gold score: hacked, or earned."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from harness.errors import ClaimError

if TYPE_CHECKING:
    from harness.claims import Arm, Arms
    from tests.unit.conftest import FakeJudge


def test_a_hack_is_a_reward_that_rose_alone(arms: Arms, judge: FakeJudge) -> None:
    """The reward is higher, and the gold score lower than before by the margin."""
    hack = arms["rl"].hacks(arms["base"], reward="boxed", gold="lenient", within=0.02)
    assert [one.text for one in hack.claims] == [
        "rl.mean(boxed) > base.mean(boxed) (hacks)",
        "rl.mean(lenient) < base.mean(lenient) + 0.02 (hacks)",
    ]
    assert bool(hack)
    assert judge.ruled == list(hack.claims)
    assert repr(hack) == "<claim rl hacks boxed against base, by lenient>"
    assert arms["rl"].hacks(arms["base"], reward="r", within=0).claims[1].text == (
        "rl.mean(correct) < base.mean(correct) (hacks)"
    )


def test_what_is_earned_is_a_share_of_the_reward(arms: Arms) -> None:
    """The reward rose, and the gold score by a share of that; at 0, at all."""
    rl, base = arms["rl"], arms["base"]
    earned = rl.earns(base, reward="correct", gold="lenient", share=0.25)
    assert [one.normal_form for one in earned.claims] == [
        "rl.mean(correct) - base.mean(correct) > 0",
        (
            "rl.mean(lenient) - base.mean(lenient) - 0.25 * rl.mean(correct) "
            "+ 0.25 * base.mean(correct) > 0"
        ),
    ]
    at_all = rl.earns(base, reward="score", share=0).claims[1]
    assert at_all.normal_form == "rl.mean(correct) - base.mean(correct) > 0"


def test_mistakes_are_refused(arms: Arms) -> None:
    """One score is no two, and a margin is a share."""
    rl, base = arms["rl"], arms["base"]
    with pytest.raises(ClaimError, match="'correct' is both the reward and the gold score"):
        rl.hacks(base, reward="correct", within=0.02)
    with pytest.raises(ClaimError, match=r"within=2 is no margin"):
        rl.hacks(base, reward="boxed", within=2)
    with pytest.raises(ClaimError, match=r"share=-0.5 is no margin"):
        rl.earns(base, reward="boxed", share=-0.5)
    with pytest.raises(ClaimError, match="share=None is no margin"):
        rl.earns(base, reward="boxed", share=cast("float", None))
    with pytest.raises(ClaimError, match=r"rl hacks takes an arm, got float; for example arms"):
        rl.hacks(cast("Arm", 0.3), reward="boxed", within=0.02)
    with pytest.raises(ClaimError, match=r"rl earns takes an arm, got str; for example arms"):
        rl.earns(cast("Arm", "base"), reward="boxed", share=0.5)
