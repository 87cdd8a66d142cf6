"""Controls: what an arm gains is held against its controls, and read net of them."""

from __future__ import annotations

import pytest

from .conftest import Project

GAIN = "    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1\n"
PLACEBO = '"models:weak", control: {of: rl, kind: placebo}}'
NET = "*net of again.pass@1 (placebo): rl.pass@1 +0.*, 60 items of sums"


@pytest.fixture
def controlled(project: Project) -> Project:
    """Return a project in which `again` is a placebo of `rl`, and gains need a control."""
    project.edit("evals/harness.yaml", "{effect: 0.1}", "{effect: 0.1, require_control: true}")
    project.edit("evals/harness.yaml", '  again: {engine: python, function: "models:weak"}',
                 f"  again: {{engine: python, function: {PLACEBO}")  # fmt: skip
    project.evals(f"def test_it(arms):\n{GAIN}")
    return project


def test_a_gain_is_held_against_its_control(controlled: Project) -> None:
    """The policy's claim stands beside the gain, is planned, and can fail the eval."""
    result = controlled.run("--harness-arm", "again=rl")
    assert result.ret == 1
    result.stdout.fnmatch_lines([
        "*inconclusive: rl.pass@1 > again.pass@1 (placebo)",
        "NOT PROVEN: 1 inconclusive, of 2 claims*",
        "* supported*rl.pass@1 > base.pass@1 + 0.1*", "* INCONCLUSIVE*rl.pass@1 > again.pass@1*",
    ])  # fmt: skip
    assert controlled.run("--harness-write-plan").ret == 0
    planned = [claim["text"] for claim in controlled.plan["claims"]]
    assert planned == ["rl.pass@1 - base.pass@1 > 0.1", "rl.pass@1 - again.pass@1 > 0"]
    result = controlled.run("-n", "2", "--harness-fresh")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*SUPPORTED: all of 2 claims*", "*whether it was trained alike*"])
    result.stdout.no_fnmatch_line("planned, not reached*")


def test_a_gain_without_a_control_fails(controlled: Project) -> None:
    """An eval whose gain is supported and has no control is red, and says what to declare."""
    controlled.edit("evals/harness.yaml", "of: rl", "of: loud")
    line = (
        "evals/test_evals.py:6: rl.pass@1 > base.pass@1 + 0.1 lacks a control: arm 'rl' has none; "
        "declare one in another arm: `control: {of: rl, kind: placebo}`"
    )
    result = controlled.run()
    assert result.ret == 1
    assert line in result.stdout.str()
    assert controlled.verdicts() == ["supported"]
    assert controlled.stored["verdict"] == "red"
    plan = controlled.run("--harness-write-plan")
    assert plan.ret == 1
    assert line in plan.stdout.str()
    assert not (controlled.path / "evals/plan.json").exists()


def test_a_control_of_other_settings_is_none(controlled: Project) -> None:
    """What differs is named, where claims need it and in the notes; declared, it is no matter."""
    controlled.edit("evals/harness.yaml", "kind: placebo}", "kind: placebo}, training: {lr: 1}")
    controlled.edit("evals/harness.yaml", 'models:strong"', 'models:strong", training: {lr: 2}')
    result = controlled.run()
    assert result.ret == 1
    told = "'again' (placebo of 'rl') was trained otherwise: lr is 1, and 2 in 'rl'"
    result.stdout.fnmatch_lines([f"*{told}; train it alike*", f"*{told}: it counts as no control"])
    controlled.edit("evals/harness.yaml", "kind: placebo}", "kind: placebo, varies: [lr]}")
    result = controlled.run()
    assert result.ret == 0
    assert len(controlled.verdicts()) == 2
    assert controlled.stored["readings"] == []


def test_leniency_does_not_let_a_missing_control_pass(controlled: Project) -> None:
    """Where inconclusive claims pass by policy, a gain that lacks a control still fails."""
    controlled.edit("evals/harness.yaml", "of: rl", "of: loud")
    controlled.edit("evals/harness.yaml", "require_control: true",
                    "require_control: true, inconclusive: warn")  # fmt: skip
    controlled.evals(f"def test_it(arms):\n{GAIN.replace('0.1', '0.4')}")
    result = controlled.run()
    assert controlled.verdicts() == ["inconclusive"]
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*lacks a control: arm 'rl' has none*"])


def test_gains_are_read_net_of_controls(controlled: Project) -> None:
    """Where a control was read anyway, each gain is told net of it; nothing is drawn for that."""
    controlled.edit("evals/harness.yaml", "require_control: true", "require_control: false")
    controlled.run()
    assert controlled.stored["readings"][1:] == []
    other = "def test_other(arms):\n    assert arms['again'].mean() < 0.6\n"
    controlled.evals(f"def test_it(arms):\n{GAIN}\n{other}")
    result = controlled.run("-n", "2")
    assert result.ret == 0
    result.stdout.fnmatch_lines([NET])
    assert len(controlled.verdicts()) == 2
