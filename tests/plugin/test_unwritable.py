"""Where `.harness/` can't be read or written: one line, no traceback, and never a pass."""

from __future__ import annotations

from .conftest import Project

LEVEL = "arms['sure'].pass_at(1) > 0.2"
EVALS = f"def test_a(arms):\n    assert {LEVEL}\n\ndef test_b(arms):\n    assert {LEVEL}\n"
BLOCKING = (
    "from pathlib import Path\n\ndef test_c(arms):\n"
    "    Path('.harness/ledger.json/in the way').mkdir(parents=True, exist_ok=True)\n"
    "    assert arms['sure'].pass_at(2) > 0.2\n"
)


def test_a_ledger_that_cant_be_read_ends_the_session(
    project: Project, workers: tuple[str, ...]
) -> None:
    """Draws cost: where the ledger is no file, none is taken."""
    project.evals(EVALS)
    (project.path / ".harness/ledger.json").mkdir(parents=True)
    result = project.run(*workers)
    assert result.ret == (1 if workers else 4)
    line = "*ledger.json: can't be read: Is a directory; see that .harness/ is a folder*"
    (result.stdout if workers else result.stderr).fnmatch_lines([line])
    assert project.calls == 0
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_evals_go_on_where_the_ledger_cant_be_written(
    project: Project, workers: tuple[str, ...]
) -> None:
    """What comes in the way meanwhile stops no eval: all report, and the session fails."""
    project.evals(f"{BLOCKING}\n{EVALS}")
    result = project.run(*workers)
    assert result.ret == 1
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["SUPPORTED: all of 3 claims*", "*/ledger.json: can't be*; see *"])
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
    assert project.stored["complete"] is True


def test_evals_go_on_where_the_run_cant_be_written(
    project: Project, workers: tuple[str, ...]
) -> None:
    """A run that can't be kept is said in one line, and is no pass."""
    project.evals(EVALS)
    project.write("taken", "")
    result = project.run(*workers, "--harness-run", "taken/run.json")
    assert result.ret == 1
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*/taken/run.json: can't be written: *; see that its folder *"])
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
    assert (project.path / ".harness/ledger.json").is_file()


def test_it_is_said_without_a_terminal(project: Project) -> None:
    """Where pytest itself prints nothing the line goes to stderr."""
    project.evals(EVALS)
    (project.path / ".harness/run.json").mkdir(parents=True)
    result = project.run_apart("-p", "no:terminal")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["*/.harness/run.json: can't be written: Is a directory; see *"])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_a_baseline_that_cant_be_written_is_named(project: Project) -> None:
    """A new baseline that was not kept is said, and is not said to be written."""
    project.evals(
        "def test_a(arms, baseline):\n"
        "    assert arms['rl'].pass_at(1) > baseline['rl'].pass_at(1) - 0.15\n"
    )
    project.write("evals/baselines", "")
    result = project.run("--harness-update-baseline")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*baselines/sums/rl.jsonl: can't be written: *"])
    result.stdout.no_fnmatch_line("baseline written*")
