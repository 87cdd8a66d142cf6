"""`--harness-seed`, `--harness-draws`, `--harness-config`, `--harness-run`."""

from __future__ import annotations

import json

import pytest

from .conftest import Project

EVAL = "def test_it(arms):\n    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1\n"


def test_seed(project: Project, workers: tuple[str, ...]) -> None:
    """Another seed draws other completions; the same one draws the same."""
    project.evals(EVAL)
    estimates = []
    for seed in ("1", "1", "2"):
        project.run(*workers, "--harness-seed", seed)
        estimates.append(project.stored["estimates"])
    assert estimates[0] == estimates[1] != estimates[2]


def test_draws(project: Project, workers: tuple[str, ...]) -> None:
    """The option overrides the marker's and the config's draws."""
    project.evals(EVAL)
    project.run(*workers, "--harness-draws", "3")
    assert project.stored["claims"][0]["decision"]["draws"] == 3


@pytest.mark.parametrize("draws", ["-1", "0", "2.5", "many", "", "٣"])
def test_no_draws(project: Project, draws: str) -> None:
    """What is neither a number of draws from 1 nor auto is refused."""
    project.evals(EVAL)
    result = project.run(f"--harness-draws={draws}")
    assert result.ret == 4
    expected = f"*--harness-draws {draws}: must be a whole number from 1, or auto"
    result.stderr.fnmatch_lines([expected])


def test_config(project: Project, workers: tuple[str, ...]) -> None:
    """Another config is read by option, and its tasks are beside it."""
    project.evals(EVAL)
    (project.path / "evals/harness.yaml").rename(project.path / "evals/nightly.yaml")
    assert project.run(*workers, "--harness-config", "evals/nightly.yaml").ret == 0


def test_config_by_ini(project: Project) -> None:
    """Another config is read by the ini key."""
    project.evals(EVAL)
    (project.path / "evals/harness.yaml").rename(project.path / "evals/nightly.yaml")
    assert project.run("-o", "harness_config=evals/nightly.yaml").ret == 0


def test_run(project: Project, workers: tuple[str, ...]) -> None:
    """The run is written where the option says."""
    project.evals(EVAL)
    project.run(*workers, "--harness-run", "out/gate.json")
    stored = json.loads((project.path / "out/gate.json").read_text(encoding="utf-8"))
    assert stored["complete"] is True
    assert not (project.path / ".harness" / "run.json").exists()
