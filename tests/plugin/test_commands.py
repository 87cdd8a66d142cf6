"""The commands: `harness plan` and `calibrate` run pytest without a draw; `draws` minds runs."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from .conftest import Project

EVAL = "def test_it(arms):\n    assert arms['loud'].pass_at(1) > arms['base'].pass_at(1) - 0.2\n"
BASELINE = (
    "def test_it(arms, baseline):\n"
    "    assert arms['loud'].pass_at(1) > baseline['loud'].pass_at(1) - 0.3\n"
)


def _command(project: Project, *arguments: str) -> pytest.RunResult:
    """Run the command `harness`."""
    code = "import sys; from harness.cli import main; sys.exit(main(sys.argv[1:]))"
    return project.pytester.run(sys.executable, "-c", code, *arguments)


def test_plan_prints_what_the_evals_can_show(project: Project) -> None:
    """Without a path it plans the evals of `evals/`, draws nothing and writes nothing."""
    project.evals(EVAL)
    project.write("test_elsewhere.py", "def test_it():\n    assert False\n")
    result = _command(project, "plan")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["collected 1 item", "* loud.pass@1 - base.pass@1 > -0.2 *"])
    assert project.calls == 0
    assert not (project.path / "evals/plan.json").exists()


def test_plan_writes_on_request(project: Project) -> None:
    """`--write` writes the plan; other arguments are pytest's."""
    project.evals(f"{EVAL}\n@pytest.mark.harness(draws=4)\n{EVAL.replace('test_it', 'test_few')}")
    assert _command(project, "plan", "--write", "--harness-draws", "auto", "-q").ret == 0
    assert [(claim["draws"], claim["auto"]) for claim in project.plan["claims"]] == [
        (8, True), (4, True),
    ]  # fmt: skip


def test_plan_takes_a_path(project: Project) -> None:
    """A path or node id is planned instead of `evals/`."""
    project.evals(f"{EVAL}\n{EVAL.replace('test_it', 'test_other')}")
    result = _command(project, "plan", "evals/test_evals.py::test_other")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["collected 1 item"])


@pytest.mark.parametrize(
    "options", [("--harness-config", "evals/harness.yaml"), ("-k", "evals")], ids=["config", "word"]
)
def test_plan_knows_a_path_from_the_value_of_an_option(
    project: Project, options: tuple[str, ...]
) -> None:
    """Without a path it plans `evals/`, though the value of an option is the name of a file."""
    project.evals(EVAL)
    project.write("test_elsewhere.py", "def test_it():\n    assert False\n")
    _command(project, "plan", *options).stdout.fnmatch_lines(["collected 1 item"])


def test_plan_returns_what_pytest_does(project: Project) -> None:
    """A margin out of reach is exit code 1, a mistake in the config 4."""
    project.evals(EVAL.replace("0.2", "0.01"))
    assert _command(project, "plan").ret == 1
    project.edit("evals/harness.yaml", "draws: 8", "drows: 8")
    assert _command(project, "plan").ret == 4


def test_calibrate_replays_the_evals(project: Project) -> None:
    """As often as is asked, on the stored draws of the arm that is named."""
    project.evals(BASELINE)
    assert project.run("--harness-update-baseline").ret == 0
    calls = project.calls
    result = _command(project, "calibrate", "--repeats", "7", "--arm", "loud")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["shares of 7 replays", "the gate flips on identical models*"])
    assert project.calls == calls


def test_calibrate_needs_stored_draws(project: Project) -> None:
    """Without a baseline it is exit code 1, and the command that makes one."""
    project.evals(EVAL)
    result = _command(project, "calibrate", "--repeats", "5")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["no arm has a stored baseline*harness baseline accept"])


def test_draws_of_ended_runs_are_pruned(project: Project) -> None:
    """Draws of arms that are not pinned go once their run has ended; their scores, too."""
    project.evals("def test_it(arms):\n    assert arms['loud'].pass_at(1) > 0.2\n")
    for _ in range(2):
        assert project.run_apart().ret == 0
    result = _command(project, "draws", "prune", "--yes")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["deleted 2 streams with 960 draws, 960 scores, 60 prompts: *"])
    assert project.run_apart().ret == 0


SLOW = """
import time
from models import loud

def slow(prompt, seed):
    time.sleep(0.004)
    return loud(prompt, seed)
"""


def test_nothing_is_pruned_behind_a_run(project: Project) -> None:
    """While a run draws, nothing is deleted, even if all is to be; it ends as if undisturbed."""
    project.write("slow.py", SLOW)
    path = project.path / "evals" / "harness.yaml"
    path.write_text(path.read_text() + '  slow: {engine: python, function: "slow:slow"}\n')
    project.evals("def test_it(arms):\n    assert arms['slow'].pass_at(1) > 0.2\n")
    command = [sys.executable, "-m", "pytest", "evals", "-q", "-p", "no:cacheprovider"]
    process = subprocess.Popen(command, cwd=project.path, stdout=subprocess.DEVNULL)
    while project.calls < 20 and process.poll() is None:
        time.sleep(0.001)
    result = _command(project, "draws", "prune", "--all", "--yes")
    assert process.poll() is None
    assert result.ret == 1
    result.stderr.fnmatch_lines(["*draw store is in use by another process; wait until*"])
    assert process.wait() == 0
    _command(project, "draws", "verify").stdout.fnmatch_lines(["*draws.sqlite: sound"])
    assert project.calls == 60 * 8
