"""What the workflows may do: as little as they need, with code that is pinned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FILES = [*WORKFLOWS, *sorted((ROOT / ".github/actions").glob("*/action.yml"))]
PIN = re.compile(r"uses: (?P<name>[\w./-]+)@(?P<ref>\S+)( # (?P<version>v[\d.]+))?")


def jobs(path: Path) -> dict[str, Any]:
    """Return the jobs of a workflow."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return found


def pins(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a text uses: name, commit and version."""
    for found in PIN.finditer(text):
        yield found["name"], found["ref"], found["version"]


def test_each_action_is_one_commit_everywhere() -> None:
    """An action is pinned to a commit, to the same one in all files, with its version beside it."""
    used = {pin for path in FILES for pin in pins(path.read_text(encoding="utf-8"))}
    assert len({name for name, _, _ in used}) == len(used) == 4
    assert all(re.fullmatch("[0-9a-f]{40}", ref) and version for _, ref, version in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_rights_are_given_job_by_job(path: Path) -> None:
    """A workflow has none of its own, jobs say theirs, and end after some time."""
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"] == {}
    for job in jobs(path).values():
        assert job["permissions"]
        assert "timeout-minutes" in job or "uses" in job


def test_writing_is_for_jobs_that_run_nothing_of_a_change() -> None:
    """Who may write neither samples models nor checks out what is proposed."""
    writers = {
        (path.stem, name): {key for key, value in job["permissions"].items() if value == "write"}
        for path in WORKFLOWS
        for name, job in jobs(path).items()
    }
    assert {key: rights for key, rights in writers.items() if rights} == {
        ("comment", "comment"): {"pull-requests"},
        ("nightly", "propose"): {"contents", "pull-requests"},
    }


def test_the_comment_takes_data_alone() -> None:
    """Beside a fork's run nothing is checked out, cached, unpacked by an action, or secret."""
    (job,) = jobs(ROOT / ".github/workflows/comment.yml").values()
    assert [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step] == [
        "actions/setup-python"
    ]
    text = (ROOT / ".github/workflows/comment.yml").read_text(encoding="utf-8")
    assert "${{ secrets" not in text
    assert "\ncache-mode: none\n" in text
    assert "cache:" not in text
    assert not any("${{" in step.get("run", "") for step in job["steps"])


def test_the_gate_is_never_skipped() -> None:
    """A skipped job counts as a success where a check is required."""
    gate = jobs(ROOT / ".github/workflows/evaluate.yml")["gate"]
    assert gate["if"] == "always()"
    assert gate["needs"] == "evaluate"
