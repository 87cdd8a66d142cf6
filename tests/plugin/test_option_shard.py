"""--harness-shard and `harness merge`: drawn in parts, decided as a whole, the same as in one."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from harness.cli import main

from .conftest import Project

BODY = """
def test_gain(arms):
    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.2
    assert no_evidence(arms['rl'].pass_at(4) < arms['base'].pass_at(4))

def test_no_op(arms):
    assert -0.3 < arms['base'].pass_at(1) - arms['again'].pass_at(1) < 0.3

@pytest.mark.harness(draws="auto", where={"split": "odd"})
def test_looks(arms):
    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1

@pytest.mark.harness(draws=4)
def test_texts(arms):
    assert arms['sure'].rate(lambda text: text.startswith("[")) > 0.9
    assert arms['sure'].mean() > 0.9

def test_kept(arms, baseline):
    assert arms['rl'].pass_at(1) > baseline['rl'].pass_at(1) - 0.2
"""
NAME = "one-run"
SMALL = "def test_it(arms):\n    assert arms['sure'].pass_at(1) > 0.3\n"


def _draw(project: Project, index: int, *args: str, count: int = 3) -> pytest.RunResult:
    """Draw a shard, and put its folder away as if another machine had drawn it."""
    result = project.run("--harness-shard", f"{index}/{count}", *args)
    (project.path / "shards").mkdir(exist_ok=True)
    (project.path / ".harness").rename(project.path / f"shards/{index}")
    return result


def _merge(project: Project, *args: str) -> pytest.RunResult:
    """Run `harness merge` in a process of its own."""
    code = "import sys; from harness.cli import main; sys.exit(main(sys.argv[1:]))"
    folders = sorted((project.path / "shards").iterdir())
    return project.pytester.run(sys.executable, "-c", code, "merge", *folders, *args)


def test_merged_as_in_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards, one of them on two workers, come to the run that one process comes to."""
    project.evals(BODY)
    assert project.run("--harness-update-baseline", "-k", "kept").ret == 0
    shutil.rmtree(project.path / ".harness")
    options = ("--harness-seed", "5", "--harness-arm", "again=base", "--harness-set", "policy.alpha=0.04")  # noqa: E501
    project.write(".harness/running", NAME)  # what draws of arms that are not pinned belong to
    assert project.run(*options).ret == 1
    whole, verdict = project.content, project.stored["verdict"]
    content, calls = project.stored["content"], project.calls
    drawn = [(row["arm"], row["drawn"] + row["recalled"]) for row in project.stored["costs"]]
    shutil.rmtree(project.path / ".harness")

    monkeypatch.setenv("HARNESS_RUN", NAME)
    for index in (1, 2, 3):
        result = _draw(project, index, *options, *(("-n", "2") if index == 2 else ()))
        assert result.ret == 0
        result.stdout.fnmatch_lines([f"SHARD {index} of 3: *, 0 missing; nothing is decided*"])
        result.assert_outcomes()
    assert project.calls == 2 * calls
    project.edit("models.py", "def loud", "def gone")  # the models need not be there
    merged = _merge(project, "-n", "2")
    assert merged.ret == 1
    assert project.calls == 2 * calls
    assert (project.content, project.stored["content"]) == (whole, content)
    assert project.stored["verdict"] == verdict
    assert project.stored["provenance"]["shards"] == 3
    costs = project.stored["costs"]
    assert [(row["arm"], row["drawn"] + row["recalled"]) for row in costs] == drawn
    assert sum(row["drawn"] for row in costs) > 0
    assert sorted(path.name for path in (project.path / ".harness").glob("*")) == [
        "draws.sqlite", "ledger.json", "run.json",
    ]  # fmt: skip
