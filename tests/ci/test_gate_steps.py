"""The shell steps of the gate, played here as they are committed, without a runner."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github/actions/eval-gate/action.yml"
WORKFLOW = ROOT / ".github/workflows/evaluate.yml"

# A stand-in for `harness merge`, which takes a run for a shard, and decides red if any of them is;
# all else is the command itself.
COMMAND = """#!{python}
import json, sys
from pathlib import Path

if sys.argv[1] == "merge":
    runs = [json.loads((Path(folder) / "shard.json").read_text()) for folder in sys.argv[2:]]
    red = [run for run in runs if run["verdict"] == "red"]
    Path(".harness/run.json").write_text(json.dumps((red or runs)[0]))
    sys.exit(1 if red else 0)
else:
    from harness.cli import main
    sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the gate's steps came to."""

    outcomes: Mapping[str, str]
    printed: str
    summary: str
    run: dict[str, Any] | None

    @property
    def green(self) -> bool:
        """Whether the job is: every step of it."""
        return set(self.outcomes.values()) == {"success"}


Play = Callable[..., Job]


@pytest.fixture
def play(tmp_path: Path, stored: dict[str, Any]) -> Play:
    """Return what plays the gate over shards, each green, red, broken or missing."""
    bin_, temp = tmp_path / "bin", tmp_path / "temp"
    bin_.mkdir()
    command = bin_ / "harness"
    command.write_text(COMMAND.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)

    def run(*shards: str, result: str, count: str | None = None) -> Job:
        for number, state in enumerate(shards, 1):
            folder = temp / "harness-shards" / f"harness-shard-{number}"
            if state != "missing":
                folder.mkdir(parents=True)
                text = json.dumps({**stored, "verdict": state}) if state != "broken" else "{"
                (folder / "shard.json").write_text(text, encoding="utf-8")
        inputs = {
            "shards": count or str(len(shards)), "result": result, "artifact": "harness-shard",
        }  # fmt: skip
        environment = os.environ | {
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "RUNNER_TEMP": str(temp),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        }
        return _play(tmp_path, environment, inputs)

    return run


def _play(folder: Path, environment: Mapping[str, str], inputs: Mapping[str, str]) -> Job:
    outcomes: dict[str, str] = {}
    printed = ""
    for step in yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]:
        if "run" not in step:
            continue
        assert step["if"] == "always()"  # nothing is left out after a step that failed
        values = {f"inputs.{key}": value for key, value in inputs.items()}
        values |= {f"steps.{key}.outcome": value for key, value in outcomes.items()}
        given = {key: _filled(text, values) for key, text in step.get("env", {}).items()}
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", step["run"]], cwd=folder, check=False,
            env={**environment, **given}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        outcomes[step.get("id", step["name"])] = "failure" if done.returncode else "success"
        printed += done.stdout
    summary, run = folder / "summary.md", folder / ".harness/run.json"
    return Job(
        outcomes=outcomes,
        printed=printed,
        summary=summary.read_text(encoding="utf-8") if summary.exists() else "",
        run=json.loads(run.read_text(encoding="utf-8")) if run.exists() else None,
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: values[found[1]], text)


def test_all_green(play: Play) -> None:
    """Two shards whose draws support all open the gate, and the run is shown and kept."""
    job = play("green", "green", result="success")
    assert job.green
    assert job.printed.endswith("the gate is open: every claim is supported\n")
    assert job.summary
    assert job.run is not None


def test_one_red(play: Play) -> None:
    """A red run closes the gate; what failed is in the summary and beside its assert."""
    job = play("green", "red", result="success")
    assert job.outcomes == {"merge": "failure", "Show the run": "success", "Decide": "failure"}
    assert "::error file=evals/test_rl.py,line=9,title=refuted" in job.printed
    assert "the gate is closed: shards ended in success, merging in failure" in job.printed
    assert "red" in job.summary.lower() or "NOT PROVEN" in job.summary
    assert job.run is not None
    assert job.run["verdict"] == "red"


def test_one_missing(play: Play) -> None:
    """A shard without a run closes the gate, though all jobs passed; nothing stands for it."""
    job = play("green", "missing", result="success")
    assert job.outcomes == {"merge": "failure", "Show the run": "success", "Decide": "failure"}
    assert job.summary == (
        "## NOT EVALUATED\n\nThere is nothing of shard 2, of 2: see what became of its job.\n"
    )
    assert "::error title=harness::there is nothing of shard 2, of 2" in job.printed
    assert job.run is None


def test_one_red_and_one_missing(play: Play) -> None:
    """The gate tells which are missing."""
    job = play("missing", "red", "missing", result="failure")
    assert not job.green
    assert "There is nothing of shard 1 3, of 3" in job.summary


@pytest.mark.parametrize("result", ["cancelled", "skipped"])
def test_only_success_opens_the_gate(play: Play, result: str) -> None:
    """A job that was cancelled or skipped proves nothing, whatever runs there are."""
    assert play("green", "green", result=result).outcomes["Decide"] == "failure"


def test_a_broken_run_closes_the_gate(play: Play) -> None:
    """What can't be merged is not passed over."""
    job = play("green", "broken", result="success")
    assert job.outcomes["merge"] == "failure"
    assert job.outcomes["Decide"] == "failure"


@pytest.mark.parametrize("count", ["0", "a[$(exit 0)]"])
def test_an_odd_number_of_shards_closes_the_gate(play: Play, count: str) -> None:
    """A number of shards that is none is told, and never run."""
    job = play("green", result="success", count=count)
    assert job.outcomes["merge"] == "failure"
    assert job.outcomes["Decide"] == "failure"


@pytest.mark.parametrize(
    ("needs", "key", "offline"),
    [("true", "", True), ("true", "sk-1", False), ("false", "", False)],
    ids=["a fork", "with the key", "needs none"],
)
def test_a_fork_has_stored_draws_alone(
    tmp_path: Path, needs: str, key: str, *, offline: bool
) -> None:
    """Without the key that arms need no model is asked: what is not stored is not evaluated."""
    python = tmp_path / "python"
    python.write_text('#!/bin/bash\nprintf "%s|" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["evaluate"]["steps"]
    script = next(step["run"] for step in steps if step["name"] == "Evaluate")
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "EVALS": "evals/ -k rl", "SHARD": "1/2",
             "NEEDS_KEY": needs, "HARNESS_KEY": key},
    )  # fmt: skip
    arguments = done.stdout.splitlines()[-1].split("|")[:-1]
    more = ["--harness-offline"] if offline else []
    assert arguments == ["-m", "pytest", "evals/", "-k", "rl", *more, "--harness-shard", "1/2"]
    assert ("no key here" in done.stdout) is offline
