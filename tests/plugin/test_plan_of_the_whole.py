"""`--harness-write-plan` plans all evals or writes nothing, and says what it changes."""

from __future__ import annotations

import pytest

from .conftest import Project

GAIN = "def test_gain(arms):\n    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1\n"
LEVEL = "def test_level(arms):\n    assert arms['loud'].pass_at(1) > 0.2\n"
WRITE = "--harness-write-plan"
LOST = "*plan.json: the plan is not written: it would lose evals/test_*harness plan --write"


def _planned(project: Project) -> bytes:
    """Plan two evals in one file and one in another, and return the plan."""
    project.evals(f"{GAIN}\n{LEVEL}")
    project.evals(LEVEL.replace("test_level", "test_far"), name="test_far.py")
    assert project.run(WRITE).ret == 0
    return (project.path / "evals/plan.json").read_bytes()


@pytest.mark.parametrize("first", [True, False], ids=["no plan", "a plan"])
def test_deselected_evals_are_not_dropped(project: Project, *, first: bool) -> None:
    """A plan of a selection is none."""
    before = b"" if first else _planned(project)
    project.evals(f"{GAIN}\n{LEVEL}")
    result = project.run(WRITE, "-k", "test_gain")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["test_gain", "*the plan is not written: * deselected or not run; *harness plan --write"]
    )
    path = project.path / "evals/plan.json"
    assert (path.read_bytes() if path.exists() else b"") == before


@pytest.mark.parametrize(
    "parts",
    [
        ("evals/test_far.py",),
        ("evals/test_evals.py",),
        ("evals/test_evals.py::test_gain", "evals/test_far.py"),
    ],
    ids=["a file", "another", "a node"],
)
def test_evals_that_were_not_collected_are_not_dropped(
    project: Project, parts: tuple[str, ...]
) -> None:
    """If only some files or nodes are named on the command line, nothing is written."""
    before = _planned(project)
    result = project.pytester.runpytest_inprocess(*parts, WRITE, "-p", "no:cacheprovider")
    assert result.ret == 1
    result.stdout.fnmatch_lines([LOST])
    assert (project.path / "evals/plan.json").read_bytes() == before


def test_an_ignored_file_is_not_dropped(project: Project) -> None:
    """A file that lies in the folder and is left out is not gone."""
    before = _planned(project)
    result = project.run(WRITE, "--ignore=evals/test_far.py")
    assert result.ret == 1
    result.stdout.fnmatch_lines([LOST])
    assert (project.path / "evals/plan.json").read_bytes() == before


def test_an_interrupted_plan_is_not_written(project: Project) -> None:
    """Evals that were not come to are not dropped."""
    before = _planned(project)
    project.evals(f"{GAIN}\ndef test_more(arms):\n    raise KeyboardInterrupt\n\n{LEVEL}")
    assert project.run_apart(WRITE).ret == 2
    assert (project.path / "evals/plan.json").read_bytes() == before


def test_what_is_gone_is_dropped_and_said(project: Project) -> None:
    """Evals whose test or file is gone leave the plan, and are listed with what else changed."""
    _planned(project)
    (project.path / "evals/test_far.py").unlink()
    project.evals(f"@pytest.mark.harness(draws=4)\n{GAIN}\n{LEVEL.replace('0.2', '0.25')}")
    result = project.run(WRITE, "--harness-seed", "2")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "plan written: *",
            "added: loud.pass@1 > 0.25 (evals/test_evals.py::test_level)",
            "no longer planned: loud.pass@1 > 0.2 (evals/test_evals.py::test_level)",
            "no longer planned: loud.pass@1 > 0.2 (evals/test_far.py::test_far)",
            "changed: rl.pass@1 - base.pass@1 > 0.1 (*::test_gain): draws is 4, was 8",
            "changed: seed is 2, was 0",
        ]
    )


def test_a_file_without_evals_is_no_loss(project: Project) -> None:
    """A file that is there, and has no test any more, was collected."""
    _planned(project)
    project.write("evals/test_far.py", "")
    result = project.run(WRITE)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["no longer planned: *test_far.py::test_far)"])


def test_a_broken_plan_is_written_anew(project: Project) -> None:
    """A plan that can't be read keeps none from being written: that is its next step."""
    _planned(project)
    project.write("evals/plan.json", "{")
    result = project.run(WRITE)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["plan written: *", "the plan before can't be compared: *no JSON*"])
    assert len(project.plan["claims"]) == 3


def test_a_plan_that_cant_be_written_is_one_line(project: Project) -> None:
    """A folder in the plan's place is named."""
    project.evals(GAIN)
    (project.path / "evals/plan.json").mkdir()
    result = project.run(WRITE)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["test_gain", "*plan.json: can't be written: Is a directory; *"])
