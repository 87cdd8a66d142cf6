"""`harness baseline anchor` and `history`: how far it has come, and since when."""

from __future__ import annotations

import json

import pytest

from harness.report.sparkline import sparkline

from .conftest import STORED, Evals, Git, commit, union


def test_an_anchor_is_a_copy(evals: Evals) -> None:
    """What is accepted becomes the anchor, and stays while baselines go on."""
    evals.accept("--arm", "rl")
    said = evals("anchor")
    assert said.startswith("evals/baselines-anchor/sums/rl.jsonl: epoch 1 of ")
    assert "commit this: what was lost up to now counts no more\n" in said
    anchor = evals.file(name="baselines-anchor").read_bytes()
    assert anchor == evals.file().read_bytes()
    evals("refresh")
    said = evals("anchor", "--show")
    assert "-> epoch 2 of " in said
    assert "correct 0." in said
    assert evals.file(name="baselines-anchor").read_bytes() == anchor
    evals("anchor")
    assert evals.stored(name="baselines-anchor").epoch == 2


def test_there_is_nothing_to_anchor(evals: Evals) -> None:
    """No baseline: the command that takes one."""
    assert "there is no baseline yet; take one with" in evals("anchor", code=1)
    evals.accept("--arm", "rl")
    said = evals("anchor", "--arm", "rll", code=1)
    assert "there is no baseline of arm 'rll'; did you mean 'rl'?" in said


def test_git_has_to_be_told(evals: Evals, git: Git) -> None:
    """One line of advice, until the repository follows it."""
    assert git("status")
    assert evals.accept("--arm", "rl").splitlines()[-1] == (
        "advice: let git merge what two branches accept: "
        "echo 'baselines*/** merge=union' >> evals/.gitattributes"
    )
    union(evals)
    assert "advice" not in evals.accept("--arm", "rl")
    assert "advice" not in evals("anchor")


def test_the_versions_of_a_baseline(evals: Evals, git: Git) -> None:
    """The oldest first, with the drift from the first; what is not committed comes last."""
    evals.accept("--arm", "rl", "--draws", "200")
    first = commit(git)
    evals.edit("evals/harness.yaml", ':rl", revision: "1"', ':base", revision: "2"')
    evals.accept("--arm", "rl", "--draws", "200")
    second = commit(git)
    evals("refresh")
    said = evals("history").splitlines()
    assert said[0] == "sums/rl"
    assert [line.split()[0] for line in said[3:6]] == [first[:8], second[:8], "(not"]
    assert said[6].startswith("pass@1 █▁")
    assert said[7].startswith("cumulative drift -0.")
    assert said[7].endswith("since the first version (90%)")
    (found,) = json.loads(evals("history", "--json"))
    drift = found["versions"][1]["drift"]
    assert found["versions"][0]["drift"] is None
    assert drift["low"] < drift["effect"] < drift["high"] < 0
    assert drift["effect"] == pytest.approx(-0.3, abs=0.06)
    assert [one["epoch"] for one in found["versions"]] == [1, 2, 3]


def test_drift_counts_from_the_anchor(evals: Evals, git: Git) -> None:
    """Where there is one."""
    evals.accept("--arm", "rl")
    commit(git)
    evals("anchor")
    evals("refresh")
    commit(git)
    assert "since the anchor (90%)" in evals("history").splitlines()[-1]


def test_versions_that_are_old_broken_or_gone(evals: Evals, git: Git) -> None:
    """A baseline of version 1 under its name, one that was broken, one that was removed."""
    text = (STORED / "baseline_v1.json").read_text(encoding="utf-8")
    data = json.loads(text)
    evals.write("evals/baselines/sums/rl.json", json.dumps({**data, "task": "sums", "arm": "rl"},
                                                           indent=1))  # fmt: skip
    commit(git)
    evals.accept("--arm", "rl")
    commit(git)
    before = evals.file().read_text(encoding="utf-8")
    evals.file().write_text(before[:-60], encoding="utf-8")
    commit(git)
    evals.file().unlink()
    commit(git)
    (found,) = json.loads(evals("history", "--task", "sums", "--arm", "rl", "--json"))
    states = [one["state"] for one in found["versions"]]
    assert states == ["good", "good", "broken", "removed"]
    assert found["versions"][0]["epoch"] == data["epoch"]
    assert [one["drift"] for one in found["versions"]] == [None] * 4


def test_history_takes_a_repository(evals: Evals) -> None:
    """Outside of one it is said in one line."""
    evals.accept("--arm", "rl")
    assert "no git repository" in evals("history", code=1)


@pytest.mark.parametrize(
    ("values", "drawn"),
    [([0.1, None, 0.9, 0.5], "▁ █▅"), ([0.5, 0.5], "▅▅"), ([None], " "), ([], "")],
    ids=["span", "flat", "none known", "none"],
)
def test_a_sparkline(values: list[float | None], drawn: str) -> None:
    """The least is the lowest bar, the most the highest; what is not known leaves a gap."""
    assert sparkline(values) == drawn
