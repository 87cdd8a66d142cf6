"""`--harness-update-baseline`: a baseline from a fresh stream of draws."""

from __future__ import annotations

import pytest

from harness.baseline import parse

from .conftest import Project

EVAL = (
    "def test_it(arms, baseline):\n"
    "    assert arms['rl'].pass_at(1) > baseline['rl'].pass_at(1) - 0.15\n"
)


def test_a_missing_baseline_names_the_command(project: Project, workers: tuple[str, ...]) -> None:
    """Without a baseline the eval fails and says how to make one."""
    project.evals(EVAL)
    result = project.run(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*sums/rl.jsonl: missing: there is no baseline*take it with: harness baseline accept*"]
    )


def test_a_baseline_is_taken_and_compared_with(project: Project, workers: tuple[str, ...]) -> None:
    """The baseline is written once, and later runs compare with it, paired."""
    project.evals(EVAL)
    result = project.run(*workers, "--harness-update-baseline")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["baseline written*baselines/sums/rl.jsonl"])
    path = project.path / "evals/baselines/sums/rl.jsonl"
    stored = parse(path.read_text(encoding="utf-8"), "B")
    assert stored.epoch == 1
    assert set(stored.tally.draws) == {16}
    before = path.read_bytes()
    assert project.run(*workers).ret == 0
    assert path.read_bytes() == before


def test_a_baseline_is_the_same_on_any_number_of_workers(project: Project) -> None:
    """Two workers write the same file as one process."""
    project.evals(EVAL)
    project.evals(EVAL, name="test_more.py")
    path = project.path / "evals/baselines/sums/rl.jsonl"
    project.run("--harness-update-baseline")
    alone = path.read_bytes()
    path.unlink()
    project.run("--harness-update-baseline", "-n", "2")
    assert path.read_bytes() == alone


def test_a_baseline_serves_every_eval(project: Project, workers: tuple[str, ...]) -> None:
    """A new baseline has the draws of the eval that needs most, whichever asks first."""
    most = (
        "@pytest.mark.harness(draws=40)\ndef test_most(arms, baseline):\n"
        "    assert arms['rl'].pass_at(40) > baseline['rl'].pass_at(40) - 0.1\n"
    )
    project.evals(f"{EVAL}\n{most}")
    assert project.run(*workers, "--harness-update-baseline").ret == 0
    path = project.path / "evals/baselines/sums/rl.jsonl"
    assert set(parse(path.read_text(encoding="utf-8"), "B").tally.draws) == {40}


def test_a_baseline_is_never_the_draws_just_judged(project: Project) -> None:
    """The fresh stream differs from the candidate's draws, and each epoch from the last."""
    project.edit("evals/harness.yaml", "baseline: {draws: 16}", "baseline: {draws: 8}")
    project.evals(EVAL)
    path = project.path / "evals/baselines/sums/rl.jsonl"
    project.run("--harness-update-baseline")
    first = parse(path.read_text(encoding="utf-8"), "B")
    project.run("--harness-update-baseline")
    second = parse(path.read_text(encoding="utf-8"), "B")
    assert (first.epoch, second.epoch) == (1, 2)
    assert first.tally.sums.tolist() != second.tally.sums.tolist()
    figures = project.stored["claims"][0]["figures"]
    judged = {figure["name"]: figure["value"] for figure in figures}
    mean = (second.tally.sums[:, 0] / second.tally.draws).mean()
    assert judged["baseline[rl].pass@1"] == pytest.approx(mean)
    assert judged["rl.pass@1"] != pytest.approx(mean)


def test_a_regression_against_the_baseline_fails(
    project: Project, workers: tuple[str, ...]
) -> None:
    """A candidate that lost what was accepted is refuted."""
    project.evals(EVAL)
    project.run("--harness-update-baseline")
    result = project.run(*workers, "--harness-arm", "rl=base")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["NOT PROVEN: 1 refuted, of 1 claim*"])


def test_a_baseline_of_another_scorer_is_refused(project: Project) -> None:
    """After the task's metrics changed, the stored scores don't compare."""
    project.evals(EVAL)
    project.run("--harness-update-baseline")
    project.edit("evals/tasks/sums.yaml", "boxed: {", "in_box: {")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*rl.jsonl: changed: how the task is scored is other than*harness baseline rebase"]
    )


def test_a_baseline_that_lacks_items_is_refused(project: Project) -> None:
    """Items that were added since have no baseline: they are counted, not dropped."""
    project.evals(EVAL)
    project.run("--harness-update-baseline")
    path = project.path / "evals/tasks/sums.jsonl"
    row = '{"prompt": "50+1=", "reference": "51", "tags": {"split": "odd"}}\n'
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*partial: this baseline lacks 1 of 61 items, the first '50+1='*"])


def test_a_broken_baseline_is_refused(project: Project) -> None:
    """A baseline that was cut off fails with one line that says so."""
    project.evals(EVAL)
    project.run("--harness-update-baseline")
    path = project.path / "evals/baselines/sums/rl.jsonl"
    path.write_text(path.read_text(encoding="utf-8")[:2000], encoding="utf-8")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*rl.jsonl*no JSON*restore it from git*"])
    result.stdout.no_fnmatch_line("*Traceback*")
