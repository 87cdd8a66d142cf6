"""`--harness-baseline`: which baselines evals are held against, and the anchor behind them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from harness.baseline import BaselineStore, parse
from harness.tasks.items import item_id

from .conftest import Project

EVAL = (
    "def test_it(arms, baseline):\n"
    "    assert arms['rl'].pass_at(1) > baseline['rl'].pass_at(1) - 0.15\n"
)
NO_OP = (
    "\n\ndef test_no_op(arms, baseline):\n"
    "    assert -0.4 < arms['rl'].pass_at(1) - baseline['rl'].pass_at(1) < 0.4\n"
)


def git(project: Project, *arguments: str) -> str:
    """Run git in the project."""
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    done = subprocess.run(command, cwd=project.path, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(project: Project) -> Project:
    """Make the project a repository, whose first commit has a baseline of the arm rl."""
    project.evals(EVAL)
    assert project.run("--harness-update-baseline").ret == 0
    project.write(".gitignore", ".harness/\n__pycache__/\n")
    git(project, "init", "-q", "-b", "trunk")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "accepted")
    git(project, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    git(project, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    git(project, "checkout", "-qb", "change")
    return project


def lower(project: Project) -> Path:
    """Write a baseline that anything is as good as, by hand."""
    path = project.path / "evals/baselines/sums/rl.jsonl"
    stored = parse(path.read_text(encoding="utf-8"), "B")
    tally = stored.tally
    tally.sums[:], tally.products[:] = 0, 0
    return BaselineStore(project.path / "evals/baselines").save(stored)


NEW = item_id("70+1=", "71")


def grow(project: Project) -> None:
    """Add an item to the task."""
    with (project.path / "evals/tasks/sums.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"prompt": "70+1=", "reference": "71", "tags": {"split": "odd"}}\n')


def add_item(path: Path, identity: str, **changes: str) -> None:
    """Write an item into a baseline, as good as the first one."""
    header, first, *others = path.read_text(encoding="utf-8").split("\n\n")
    added = json.dumps({**json.loads(first), "id": identity, **changes})
    path.write_text("\n\n".join([header, first, added, *others]), encoding="utf-8")


def test_a_change_cannot_lower_its_own_bar(
    repository: Project, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    """In CI a change is held against the baseline that it went off from, and its edit is shown."""
    lower(repository)
    assert repository.run("--harness-arm", "rl=base").ret == 0  # by hand, in the tree
    monkeypatch.setenv("GITHUB_BASE_REF", "trunk")
    result = repository.run(*workers, "--harness-arm", "rl=base")
    assert result.ret == 1
    sha = git(repository, "rev-parse", "trunk")[:12]
    result.stdout.fnmatch_lines(
        [
            "*NOT PROVEN: 1 refuted*",
            f"this change edits *sums/rl.jsonl: *held against that of {sha}, but for items that *",
        ]
    )


def test_items_that_a_change_adds_are_their_own_bar(
    repository: Project, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    """Where the task grows, old items are held against the old bar, new ones against their own."""
    monkeypatch.setenv("GITHUB_BASE_REF", "trunk")
    grow(repository)
    result = repository.run(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*partial: *lacks 1 of 61 items*: harness baseline rebase"])
    path = lower(repository)
    add_item(path, NEW)
    result = repository.run(*workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["this change edits *sums/rl.jsonl: *, but for items that it*"])
    assert repository.run(*workers, "--harness-arm", "rl=base").ret == 1
    git(repository, "checkout", "-q", "trunk", "--", "evals/baselines")
    add_item(path, NEW)
    result = repository.run(*workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["this change adds items to *sums/rl.jsonl: the evals are held*"])


def test_added_items_of_another_model_are_no_bar(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a worse one would lower it for all: they are not taken from the change."""
    monkeypatch.setenv("GITHUB_BASE_REF", "trunk")
    grow(repository)
    path = repository.path / "evals/baselines/sums/rl.jsonl"
    add_item(path, NEW, model="0badf00d" * 2)
    assert repository.run("--harness-baseline", "evals/baselines").ret == 0
    result = repository.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*partial: *lacks 1 of 61 items*"])
    text = path.read_text(encoding="utf-8")
    anchor = repository.write("evals/baselines-anchor/sums/rl.jsonl", text)
    git(repository, "add", str(anchor))
    git(repository, "commit", "-qm", "anchored")
    git(repository, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    assert repository.run().ret == 0  # the anchor of the commit is of that model, too


def test_a_change_of_sampling_names_a_way_through(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old bar does not compare: a person lets the change be held against its own."""
    monkeypatch.setenv("GITHUB_BASE_REF", "trunk")
    repository.edit("evals/harness.yaml", "draws: 8", "draws: 8\nsampling: {max_tokens: 9}")
    way = ["*changed: sampling is other*accept --anyway; then hold*--harness-baseline *baselines"]
    result = repository.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(way)
    repository.run("--harness-baseline", "evals/baselines", "--harness-update-baseline")
    assert repository.run().ret == 1
    assert repository.run("--harness-baseline", "evals/baselines").ret == 0


def test_who_names_a_commit_that_is_not_there_is_told(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable stands in the error: no file is at fault."""
    monkeypatch.setenv("GITHUB_BASE_REF", "nope")
    result = repository.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*GITHUB_BASE_REF=nope: there is no commit 'origin/nope' here*"])


def test_the_anchor_is_not_taken_by_a_run(repository: Project) -> None:
    """A person sets it, also where evals are held against it by name."""
    folder = repository.path / "evals"
    (folder / "baselines").rename(folder / "baselines-anchor")
    result = repository.run("--harness-baseline", "anchor", "--harness-update-baseline")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*the anchor is not taken anew by a run*harness baseline anchor"])


def test_a_new_baseline_is_its_own_bar(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a change adds a baseline there is no bar to lower, and it is said."""
    monkeypatch.setenv("GITHUB_BASE_REF", "trunk")
    repository.evals(EVAL.replace("baseline['rl']", "baseline['base']"))
    result = repository.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*missing: there is no baseline of arm 'base' on task 'sums'*"])
    store = BaselineStore(repository.path / "evals/baselines")
    text = (
        store.path("sums", "rl").read_text(encoding="utf-8").replace('"arm": "rl"', '"arm": "base"')
    )
    store.path("sums", "base").write_text(text, encoding="utf-8")
    result = repository.run()
    assert result.ret == 0
    result.stdout.fnmatch_lines(["this change adds *sums/base.jsonl: there was no baseline to*"])


def test_baselines_by_name_path_and_commit(repository: Project) -> None:
    """A set of its own name, a folder, a commit: each is what the evals are held against."""
    lower(repository)
    folder = repository.path / "evals/baselines"
    folder.rename(repository.path / "evals/baselines-low")
    weak = ("--harness-arm", "rl=base")
    assert repository.run("--harness-baseline", "low", *weak).ret == 0
    assert repository.run("--harness-baseline", "evals/baselines-low", *weak).ret == 0
    assert repository.run("--harness-baseline", "git:trunk", *weak).ret == 1
    assert repository.run("--harness-baseline", "git:merge-base", *weak).ret == 1
    for wanted, message in (
        ("lo", "there is no set of baselines 'lo'; did you mean 'low'?"),
        ("git:tronk", "there is no commit 'tronk' here"),
        ("", "--harness-baseline: there is no set of baselines without a name; name one"),
    ):
        result = repository.run(f"--harness-baseline={wanted}")
        assert result.ret == 4
        result.stderr.fnmatch_lines([f"*{message}*"])


def test_baselines_of_a_commit_are_not_taken_anew(repository: Project) -> None:
    """A run that is held against a commit can't rewrite what it is held against."""
    result = repository.run("--harness-baseline", "git:trunk", "--harness-update-baseline")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--harness-update-baseline: evals are held against*accept"])


def test_small_losses_add_up_to_no(project: Project, workers: tuple[str, ...]) -> None:
    """Within its margin of the baseline, and far below the anchor: the policy's claim fails it."""
    project.evals(EVAL.replace("- 0.15", "- 0.3"))
    project.edit(
        "evals/harness.yaml", "policy: {effect: 0.1}", "policy: {effect: 0.1, anchor: 0.2}"
    )
    assert project.run("--harness-update-baseline", *workers).ret == 1
    result = project.run(*workers)
    result.stdout.fnmatch_lines(
        ["*missing: there is no anchor of arm 'rl'*harness baseline anchor*"]
    )
    accepted = project.path / "evals/baselines"
    text = (accepted / "sums/rl.jsonl").read_text(encoding="utf-8")
    project.write("evals/baselines-anchor/sums/rl.jsonl", text)
    result = project.run(*workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["SUPPORTED: all of 2 claims*", "* supported*rl.pass@1 - anchor?rl?.pass@1*"]
    )
    project.run("--harness-arm", "rl=base", "--harness-update-baseline")  # accepted, all the same
    result = project.run(*workers, "--harness-arm", "rl=base")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*NOT PROVEN: 1 refuted, of 2 claims*", "* supported*baseline*",
                                 "* REFUTED*anchor*"])  # fmt: skip


def test_claims_on_the_anchor_are_planned(project: Project) -> None:
    """The plan has the policy's claims, so that a run comes to all that was planned."""
    project.evals(EVAL + NO_OP)
    project.run("--harness-update-baseline")
    store = BaselineStore(project.path / "evals/baselines")
    text = store.path("sums", "rl").read_text(encoding="utf-8")
    project.write("evals/baselines-anchor/sums/rl.jsonl", text)
    project.edit(
        "evals/harness.yaml", "policy: {effect: 0.1}", "policy: {effect: 0.1, anchor: 0.3}"
    )
    assert project.run("--harness-write-plan").ret == 0
    planned = (project.path / "evals/plan.json").read_text(encoding="utf-8")
    assert "-0.3 < rl.pass@1 - anchor[rl].pass@1 < 0.3" in planned
    result = project.run("--harness-fresh")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*SUPPORTED: all of 4 claims*"])
    result.stdout.no_fnmatch_line("planned, not reached*")


def test_the_anchor_can_be_claimed(project: Project) -> None:
    """`anchor` is a fixture as `baseline` is."""
    project.evals(EVAL)
    project.run("--harness-update-baseline")
    folder = project.path / "evals"
    (folder / "baselines").rename(folder / "baselines-anchor")
    project.evals(EVAL.replace("baseline", "anchor"))
    result = project.run()
    assert result.ret == 0
    result.stdout.fnmatch_lines(["* supported*rl.pass@1 > anchor?rl?.pass@1*"])


def test_an_old_baseline_is_stale(project: Project) -> None:
    """Where policy limits its age, an older baseline fails the eval, with the next step."""
    project.evals(EVAL)
    project.run("--harness-update-baseline")
    path = project.path / "evals/baselines/sums/rl.jsonl"
    today = parse(path.read_text(encoding="utf-8"), "B").oldest
    path.write_text(path.read_text(encoding="utf-8").replace(today, "2025-01-31"), encoding="utf-8")
    assert project.run().ret == 0
    project.edit("evals/harness.yaml", "baseline: {", "baseline: {max_age: 30, ")
    result = project.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*stale: this baseline is of 2025-01-31,*policy allows 30*refresh"]
    )


def test_orphans_are_told(project: Project) -> None:
    """A baseline that nothing asks for is a line at the end of each run."""
    project.evals("def test_it(arms):\n    assert arms['rl'].pass_at(1) > 0.1\n")
    project.write("evals/baselines/gone/rl.jsonl", "")
    result = project.run()
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*baselines/gone/rl.jsonl: orphaned: there is no task 'gone'*"])
