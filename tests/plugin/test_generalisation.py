"""Gaps and twins, from the evals to what is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Project

SEEN = """
def gains(arms):
    return arms["rl"].pass_at(1) - arms["base"].pass_at(1)

def test_gap(arms):
    gap = gains(arms).where(split="even") - gains(arms).where(split="odd")
    assert gap < 0.4

def test_memorised(arms):
    gap = gains(arms).where(split="even") - gains(arms).where(split="odd")
    assert gap > 0.6
"""
TWINS = """
def test_robust(arms):
    rl = arms["rl"]
    gap = rl.where(version="plain").pass_at(1) - rl.where(version="swapped").pass_at(1)
    assert -0.2 < gap < 0.2

def test_gain_holds(arms):
    gain = arms["rl"].pass_at(1) - arms["base"].pass_at(1)
    assert -0.4 < gain.where(version="plain") - gain.where(version="swapped") < 0.4
"""


@pytest.fixture
def twins(project: Project) -> Project:
    """Return a project whose items have a twin each: the operands swapped."""
    rows = [
        {
            "prompt": prompt, "reference": str(a + b), "twin": f"{a}+{b}",
            "tags": {"version": version},
        }
        for a in range(8)
        for b in range(10, 16)
        for version, prompt in (("plain", f"{a}+{b}="), ("swapped", f"{b}+{a}="))
    ]  # fmt: skip
    project.write("evals/tasks/sums.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    return project


def test_a_gap_between_splits_is_decided_and_told(project: Project) -> None:
    """A difference in differences on disjoint items is Welch's, and reads as it was claimed."""
    project.evals(SEEN)
    result = project.run("--harness-draws", "16")
    result.assert_outcomes(passed=1, failed=1)
    first, second = project.stored["claims"]
    effect = (
        "rl(split=even).pass@1 - base(split=even).pass@1 "
        "- rl(split=odd).pass@1 + base(split=odd).pass@1"
    )
    assert first["effect_text"] == second["effect_text"] == effect
    assert [one["decision"]["verdict"] for one in (first, second)] == ["supported", "refuted"]
    assert first["decision"]["method"] == "Welch t-floor"
    assert first["decision"]["items"] == 60
    assert effect in result.stdout.str().replace("\n", " ")


def test_twins_are_paired_wherever_a_run_is_decided(twins: Project) -> None:
    """Planned, decided, on two workers and decided again, a claim on twins has pairs for items."""
    twins.evals(TWINS)
    assert twins.run("--harness-write-plan").ret == 0
    (robust, held) = twins.plan["claims"]
    assert robust["forecast"]["items"] == held["forecast"]["items"] == 48
    assert twins.run("-n", "2", "--harness-draws", "auto").ret == 0
    twins.run("--harness-draws", "8").assert_outcomes(passed=2)
    told = [one["decision"] for one in twins.stored["claims"]]
    assert [(one["items"], one["method"]) for one in told] == [(96, "t-floor, paired by twin")] * 2
    path = twins.path / ".harness" / "run.json"
    again = twins.run(f"--harness-decide={path}", f"--harness-run={twins.path / 'again.json'}")
    again.assert_outcomes(passed=2)
    (items,) = twins.stored["items"]
    assert len(items["ids"]) == 96
    assert len(set(items["clusters"])) == 48


def test_a_plan_on_baselines_knows_twins(twins: Project) -> None:
    """What is stored of both twins foretells the variance of their difference."""
    twins.evals("""
def test_it(arms, baseline):
    assert arms["rl"].pass_at(1) - baseline["rl"].pass_at(1) > -0.2
""")
    twins.run("--harness-update-baseline")
    twins.evals(TWINS.partition("def test_gain")[0])
    result = twins.run("--harness-write-plan")
    assert result.ret == 0
    (robust,) = twins.plan["claims"]
    assert robust["forecast"]["basis"] == "baseline"
    assert robust["forecast"]["items"] == 48
