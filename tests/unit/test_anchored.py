"""The claims on the anchor that a policy adds to those on baselines."""

from __future__ import annotations

import pytest

from harness.claims import Arms, Baselines, Claim, Judge, held_to_anchor, no_evidence
from harness.records import Source


def stored(judge: Judge, task: str = "sums") -> Baselines:
    """Return the baselines on a task, as a test sees them."""
    return Baselines(judge, Source(task=task, arm="", baseline="baseline", draws=8), ("rl", "base"))


def followed(*claims: Claim, margin: float = 0.1) -> list[Claim]:
    """Return the claims that follow."""
    ruled = [(claim, f"a:{place}") for place, claim in enumerate(claims, start=1)]
    return list(held_to_anchor(ruled, margin))


def test_each_task_has_its_own(judge: Judge, arms: Arms) -> None:
    """Claims that read alike, on the items of two tasks, are held to two anchors."""
    other = Arms(judge, Source(task="other", arm="", baseline="", draws=8), ("rl", "base"))
    found = followed(
        arms["rl"].pass_at(1) > stored(judge)["rl"].pass_at(1) - 0.5,
        other["rl"].pass_at(1) > stored(judge, "other")["rl"].pass_at(1) - 0.5,
    )
    assert [one.text for one in found] == ["rl.pass@1 - anchor[rl].pass@1 > -0.1"] * 2
    assert [one.place for one in found] == ["a:1", "a:2"]
    for one, task in zip(found, ("sums", "other"), strict=True):
        assert {source.task for source in one.sources} == {task}
        assert {source.baseline for source in one.sources} == {"", "anchor"}


def test_one_loss_is_held_once(judge: Judge, arms: Arms) -> None:
    """Two margins for one effect add one claim; the other direction, and other items, their own."""
    rl, baseline = arms["rl"].pass_at(1), stored(judge)["rl"].pass_at(1)
    assert len(followed(rl > baseline - 0.5, rl > baseline - 0.2)) == 1
    assert [one.normal_form for one in followed(rl > baseline - 0.5, rl < baseline + 0.5)] == [
        "rl.pass@1 - anchor[rl].pass@1 > -0.1", "rl.pass@1 - anchor[rl].pass@1 < 0.1",
    ]  # fmt: skip
    hard = arms["rl"].where(split="hard").pass_at(1)
    held = stored(judge)["rl"].where(split="hard").pass_at(1)
    assert len(followed(rl > baseline - 0.5, hard > held - 0.5)) == 2


@pytest.mark.parametrize("gain", [0.0, 0.3])
def test_what_spares_no_loss_is_not_held(judge: Judge, arms: Arms, gain: float) -> None:
    """A gain on the baseline, and a loss to another arm, say nothing of what was accepted."""
    rl, baseline = arms["rl"].pass_at(1), stored(judge)["rl"].pass_at(1)
    assert followed(rl > baseline + gain) == []
    assert followed(rl > arms["base"].pass_at(1) - 0.5) == []
    (found,) = followed(no_evidence(rl < baseline - gain))
    assert found.normal_form == "rl.pass@1 - anchor[rl].pass@1 > -0.1"
