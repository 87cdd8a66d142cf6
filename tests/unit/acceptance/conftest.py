"""A project whose arms are quick, and the commands on its baselines."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.baseline import Baseline, BaselineStore
from harness.cli import main

STORED = Path(__file__).parents[2] / "formats" / "stored"
CONFIG = """\
schema: 1
draws: 4
baseline: {draws: 8}
arms:
  rl: {engine: python, function: "models_of_this_test:rl", revision: "1"}
  base: {engine: python, function: "models_of_this_test:base", revision: "1"}
  log: {engine: recorded, path: ../log.jsonl}
"""
TASK = """\
schema: 1
items: sums.jsonl
metrics: {correct: {regex: '(\\d+)', equals: reference}}
"""
LINES = tuple(
    {"prompt": f"{n}+1=", "reference": str(n + 1), "tags": {"split": "odd" if n % 2 else "even"}}
    for n in range(12)
)


Git = Callable[..., str]
_NOBODY = (
    "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false",
)  # fmt: skip


def _answer(prompt: str, seed: int, skill: float) -> str:
    return str(int(prompt.partition("+")[0]) + (1 if random.Random(seed).random() < skill else 2))


class Evals:
    """A project: its files, and `harness baseline` on it."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capsys = capsys
        self.calls: list[str] = []
        self.write("evals/harness.yaml", CONFIG)
        self.write("evals/tasks/sums.yaml", TASK)
        self.items(LINES)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a part of a file, which must be there."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def items(self, rows: Iterable[object]) -> None:
        """Write the items."""
        self.write("evals/tasks/sums.jsonl", "".join(json.dumps(row) + "\n" for row in rows))

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run `harness baseline`, check its exit code, and return what it says."""
        assert main(["baseline", *arguments]) == code
        out, err = self._capsys.readouterr()
        return out if code == 0 else out + err

    def accept(self, *arguments: str, code: int = 0) -> str:
        """Accept an arm that may have no run."""
        return self("accept", "--task", "sums", "--anyway", *arguments, code=code)

    def stored(self, arm: str = "rl", name: str = "baselines") -> Baseline:
        """Return a stored baseline."""
        return BaselineStore(self.path / "evals" / name).load("sums", arm)

    def file(self, arm: str = "rl", name: str = "baselines") -> Path:
        """Return the file of a baseline."""
        return self.path / "evals" / name / "sums" / f"{arm}.jsonl"

    def taken(self) -> int:
        """Return how often arms were called since this was last asked."""
        count = len(self.calls)
        self.calls.clear()
        return count


@pytest.fixture
def evals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Evals:
    """Return a project without baselines, in whose folder the test runs."""
    made = Evals(tmp_path, capsys)

    def answering(skill: float) -> Callable[[str, int], str]:
        def answer(prompt: str, seed: int) -> str:
            made.calls.append(prompt)
            return _answer(prompt, seed, skill)

        return answer

    module = ModuleType("models_of_this_test")
    vars(module).update(rl=answering(0.7), base=answering(0.4))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / ".harness").mkdir()
    return made


@pytest.fixture
def run_of(evals: Evals) -> Callable[..., Path]:
    """Return a writer of a run, of today's version, whose one claim is on the baseline of `rl`."""

    def write(**changes: object) -> Path:
        text = max(STORED.glob("run_v*.json")).read_text(encoding="utf-8")
        run: dict[str, Any] = json.loads(text)
        figures = [
            {"name": "rl.pass@1", "value": 0.7, "draws": 10},
            {"name": "baseline[rl].pass@1", "value": 0.7, "draws": 8},
        ]
        first = run["claims"][0]
        own = {**first["terms"][0], "task": "sums", "arm": "rl"}
        terms = [own, {**own, "weight": -1.0, "baseline": "baseline"}]
        claim = {**first, "task": "sums", "figures": figures, "terms": terms}
        run["provenance"].pop("decided", None)
        run.update({"verdict": "green", "deselected": 0, "claims": [claim], "references": []})
        run.update(changes)
        run["samples"] = []
        return evals.write(".harness/run.json", json.dumps(run))

    return write


@pytest.fixture
def git(evals: Evals) -> Git:
    """Return git, in a repository that has what is there."""

    def run(*arguments: str, code: int = 0) -> str:
        command = ["git", *_NOBODY, "-C", str(evals.path), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout.strip()

    run("init", "--initial-branch=main")
    evals.write(".gitignore", ".harness/\n")
    return run


def commit(git: Git, message: str = "a change") -> str:
    """Commit all there is."""
    git("add", "--all")
    git("commit", "--message", message)
    return git("rev-parse", "HEAD")


def union(evals: Evals) -> None:
    """Follow the advice."""
    evals.write("evals/.gitattributes", "baselines*/** merge=union\n")
