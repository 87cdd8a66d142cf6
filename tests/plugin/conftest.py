"""A small project with evals, whose arms are Python functions: nothing is loaded, all is quick."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import xdist.dsession

# Loaded here once: pytester drops what a run inside this process imports, so that each would load
# it again, and rewrite its asserts; and numpy can't be loaded twice.
import harness.decide.anytime
import harness.engines.python
import harness.gym.dataset
import harness.judge
import harness.pytest_plugin.ending
import harness.pytest_plugin.evals
import harness.pytest_plugin.finish
import harness.pytest_plugin.planning
import harness.pytest_plugin.progress.controller
import harness.report
import harness.stats.bootstrap
import harness.stats.permutation

MODELS = """
import random
from pathlib import Path

def _answer(prompt, seed, skill):
    right = eval(prompt.rstrip("="))
    chance = random.Random(seed).random()
    return f"[{right}]" if chance < skill else "[wrong]"

def weak(prompt, seed):
    return _answer(prompt, seed, 0.4)

def strong(prompt, seed):
    return _answer(prompt, seed, 0.8)

def loud(prompt, seed):
    with Path("calls.log").open("a") as file:
        file.write(prompt + "\\n")
    return _answer(prompt, seed, 0.5)

def broken(prompt, seed):
    raise ValueError("out of memory")
"""

CONFIG = """
schema: 1
draws: 8
policy: {effect: 0.1}
baseline: {draws: 16}
arms:
  base: {engine: python, function: "models:weak"}
  again: {engine: python, function: "models:weak"}
  rl: {engine: python, function: "models:strong"}
  loud: {engine: python, function: "models:loud"}
  broken: {engine: python, function: "models:broken"}
  sure: {engine: python, function: "models:loud", revision: "1"}
"""

TASK = """
schema: 1
items: sums.jsonl
metrics:
  correct: {regex: '\\[([^\\]]*)\\]', equals: reference}
  boxed: {regex: '\\[.*\\]'}
"""


class Project:
    """Writes evals and runs pytest on them."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path
        self.write("models.py", MODELS)
        self.write("evals/harness.yaml", CONFIG)
        self.write("evals/tasks/sums.yaml", TASK)
        rows = [
            {
                "prompt": f"{a}+{b}=",
                "reference": str(a + b),
                "tags": {"split": "odd" if a % 2 else "even"},
            }
            for a in range(12)
            for b in range(5)
        ]
        self.write("evals/tasks/sums.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        self.write("pytest.ini", "[pytest]\npythonpath = .\n")

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a part of a file, which must be there."""
        path = self.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def copy_task(self, name: str) -> None:
        """Write another task on the items of `sums`."""
        for suffix in ("yaml", "jsonl"):
            text = (self.path / f"evals/tasks/sums.{suffix}").read_text(encoding="utf-8")
            self.write(f"evals/tasks/{name}.{suffix}", text.replace("sums.jsonl", f"{name}.jsonl"))

    def evals(self, body: str, name: str = "test_evals.py") -> None:
        """Write a file of evals on the task `sums`."""
        head = "import pytest\nfrom harness import no_evidence\n"
        mark = 'pytestmark = pytest.mark.harness(task="sums")\n\n'
        self.write(f"evals/{name}", head + mark + body)

    def run(self, *args: str) -> pytest.RunResult:
        """Run `pytest evals/` in this process."""
        return self.pytester.runpytest_inprocess("evals", "-p", "no:cacheprovider", *args)

    def run_apart(self, *args: str) -> pytest.RunResult:
        """Run `python -m pytest evals/` in a process of its own."""
        command = ["-m", "pytest", "evals", "-p", "no:cacheprovider", *args]
        return self.pytester.run(sys.executable, *command)

    @property
    def stored(self) -> dict[str, Any]:
        """The run as it was written."""
        path = self.path / ".harness" / "run.json"
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return data

    @property
    def content(self) -> dict[str, Any]:
        """The run without what is volatile, and where its draws are: they may serve it alone."""
        volatile = {"provenance", "costs", "samples", "content"}
        return {key: value for key, value in self.stored.items() if key not in volatile}

    @property
    def text_of_content(self) -> str:
        """The run as it was written, without what is volatile."""
        volatile = {"provenance", "costs"}
        return json.dumps({key: value for key, value in self.stored.items() if key not in volatile})

    @property
    def calls(self) -> int:
        """How often the arms that keep a log were called so far."""
        path = self.path / "calls.log"
        return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0

    @property
    def plan(self) -> dict[str, Any]:
        """The plan as it was written."""
        text = (self.path / "evals" / "plan.json").read_text(encoding="utf-8")
        data: dict[str, Any] = json.loads(text)
        return data

    def decisions(self) -> list[dict[str, Any]]:
        """Return the decisions on all claims, in order."""
        return [claim["decision"] for claim in self.stored["claims"]]

    def verdicts(self) -> list[str]:
        """Return the verdicts of all claims, in order."""
        return [claim["decision"]["verdict"] for claim in self.stored["claims"]]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a project with a task, arms and no evals yet."""
    assert all((harness.__version__, hypothesis.__version__, xdist.dsession.DSession))
    for name in (
        "GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "HARNESS_TARGET",  # a job's own change
        "CI", "BUILD_NUMBER",  # pytest writes longer summaries there
        "COVERAGE_PROCESS_CONFIG",  # tracing in workers takes long, and finds little that is new
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    return Project(pytester)


WORKERS: Mapping[str, tuple[str, ...]] = {"alone": (), "two workers": ("-n", "2")}


@pytest.fixture(params=list(WORKERS.values()), ids=list(WORKERS))
def workers(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Run a test without and with xdist."""
    found: tuple[str, ...] = request.param
    return found
