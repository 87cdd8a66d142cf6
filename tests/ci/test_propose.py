"""The step that proposes refreshed baselines, played on a repository of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
# Says whether a pull request is open, and notes what it is asked for.
GH = """#!/bin/bash
echo "$*" >> gh.log
if [[ $1 == pr && $2 == list && -f open ]]; then echo 5; fi
if [[ $1 == pr && $2 == create ]]; then touch open; fi
"""


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout with a baseline, and where it is from."""
    git(tmp_path, "init", "-q", "--bare", "origin.git")
    git(tmp_path, "init", "-q", "-b", "main", "checkout")
    folder = tmp_path / "checkout"
    (folder / "evals/baselines").mkdir(parents=True)
    (folder / "evals/baselines/rl.jsonl").write_text("old\n", encoding="utf-8")
    git(folder, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "accepted")
    (tmp_path / "gh").write_text(GH, encoding="utf-8")
    (tmp_path / "gh").chmod(0o755)
    return folder


def propose(checkout: Path) -> list[str]:
    """Play the step; return what was asked of GitHub."""
    workflow = (ROOT / ".github/workflows/nightly.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(workflow)["jobs"]["propose"]["steps"]
    script = next(step["run"] for step in steps if step["name"] == "Propose")
    environment = os.environ | {
        "PATH": f"{checkout.parent}:{os.environ['PATH']}",
        "BASE": "main",
        "BRANCH": "harness/refresh-baselines",
    }
    command = ["/bin/bash", "-euo", "pipefail", "-c", script]
    subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True)
    log = checkout / "gh.log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return lines


def test_baselines_are_proposed_once(checkout: Path) -> None:
    """Changed and new ones are pushed on a branch of their own, with one pull request."""
    (checkout / "evals/baselines/rl.jsonl").write_text("new\n", encoding="utf-8")
    (checkout / "evals/baselines/base.jsonl").write_text("new\n", encoding="utf-8")
    asked = propose(checkout)
    assert [line.split()[:2] for line in asked] == [
        ["auth", "setup-git"], ["pr", "list"], ["pr", "create"],
    ]  # fmt: skip
    origin = checkout.parent / "origin.git"
    shown = git(origin, "show", "--stat", "--format=%s", "harness/refresh-baselines")
    assert shown.startswith("Refresh the baselines")
    assert "base.jsonl" in shown
    (checkout / "evals/baselines/rl.jsonl").write_text("newer\n", encoding="utf-8")
    assert [line.split()[1] for line in propose(checkout)] == ["setup-git", "list"]
    assert git(origin, "show", "harness/refresh-baselines:evals/baselines/rl.jsonl") == "newer"


def test_nothing_new_proposes_nothing(checkout: Path) -> None:
    """Where no baseline was refreshed nothing is pushed."""
    assert propose(checkout) == []
    assert git(checkout.parent / "origin.git", "branch", "--list") == ""
