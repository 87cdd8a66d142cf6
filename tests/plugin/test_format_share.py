"""A gain that is mostly format is not certified, where the policy says so."""

from __future__ import annotations

import json

import pytest

from .conftest import Project

GAIN = "    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1\n"
SHY = """
def shy(prompt, seed):
    text = _answer(prompt, seed, 0.7)
    return text if seed % 5 < 2 else text.strip("[]")
"""
LENIENT = "  lenient: {regex: '(\\w+)\\W*\\Z', equals: reference}\nanswer: lenient\n"
REST = "rl.pass@1[[]lenient] - base.pass@1[[]lenient] > 0.5 * (rl.pass@1 - base.pass@1)"


@pytest.fixture
def bounded(project: Project) -> Project:
    """Return a project whose base forgets the brackets, and where half of a gain may be format."""
    path = project.path / "models.py"
    path.write_text(path.read_text(encoding="utf-8") + SHY, encoding="utf-8")
    project.edit("evals/harness.yaml", "{effect: 0.1}", "{effect: 0.1, max_format_share: 0.5}")
    project.edit("evals/harness.yaml", 'base: {engine: python, function: "models:weak"}',
                 'base: {engine: python, function: "models:shy"}')  # fmt: skip
    path = project.path / "evals/tasks/sums.yaml"
    path.write_text(path.read_text(encoding="utf-8") + LENIENT, encoding="utf-8")
    project.evals(f"def test_it(arms):\n{GAIN}")
    return project


def test_a_gain_of_format_is_refused(bounded: Project) -> None:
    """The claim is planned, decided beside the gain, and decided again at another share."""
    assert bounded.run("--harness-write-plan").ret == 0
    assert [claim["effect_text"] for claim in bounded.plan["claims"]] == [
        "rl.pass@1 - base.pass@1",
        "rl.pass@1[lenient] - base.pass@1[lenient] - 0.5 * rl.pass@1 + 0.5 * base.pass@1",
    ]
    result = bounded.run()
    assert result.ret == 1
    assert bounded.verdicts() == ["supported", "refuted"]
    result.stdout.fnmatch_lines([f"refuted: {REST} (substance)"])
    (bounded.path / "evals/plan.json").unlink()
    again = bounded.run("--harness-decide", ".harness/run.json",
                        "--harness-set", "policy.max_format_share=0.95")  # fmt: skip
    assert again.ret == 0
    decided = json.loads((bounded.path / ".harness/decided.json").read_text(encoding="utf-8"))
    assert [row["decision"]["verdict"] for row in decided["claims"]] == ["supported", "supported"]
    assert decided["claims"][1]["policy"]["max_format_share"] == 0.95


def test_a_gain_of_substance_passes(bounded: Project) -> None:
    """By looks and workers too; one whose task has no lenient metric is told to declare it."""
    result = bounded.run("--harness-arm", "base=again", "--harness-draws", "auto", "-n", "2")
    assert result.ret == 0
    assert bounded.verdicts() == ["supported", "supported"]
    bounded.edit("evals/tasks/sums.yaml", LENIENT, "")
    line = (
        "evals/test_evals.py:6: how much of the gain in rl.pass@1 > base.pass@1 + 0.1 is format "
        "can't be told: task 'sums' has no lenient metric; give it one"
    )
    for option in ("--harness-fresh", "--harness-write-plan"):
        result = bounded.run("--harness-arm", "base=again", option)
        assert result.ret == 1
        assert line in result.stdout.str()
