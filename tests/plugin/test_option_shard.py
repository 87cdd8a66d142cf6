"""--harness-shard and `harness merge`: drawn in parts, decided as a whole, the same as in one."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from harness.cli import main

from .conftest import Project

BODY = """
def test_gain(arms):
    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.2
    assert no_evidence(arms['rl'].pass_at(4) < arms['base'].pass_at(4))

def test_no_op(arms):
    assert -0.3 < arms['base'].pass_at(1) - arms['again'].pass_at(1) < 0.3

@pytest.mark.harness(draws="auto", where={"split": "odd"})
def test_looks(arms):
    assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.1

@pytest.mark.harness(draws=4)
def test_texts(arms):
    assert arms['sure'].rate(lambda text: text.startswith("[")) > 0.9
    assert arms['sure'].mean() > 0.9

def test_kept(arms, baseline):
    assert arms['rl'].pass_at(1) > baseline['rl'].pass_at(1) - 0.2
"""
NAME = "one-run"
SMALL = "def test_it(arms):\n    assert arms['sure'].pass_at(1) > 0.3\n"


def _draw(project: Project, index: int, *args: str, count: int = 3) -> pytest.RunResult:
    """Draw a shard, and put its folder away as if another machine had drawn it."""
    result = project.run("--harness-shard", f"{index}/{count}", *args)
    (project.path / "shards").mkdir(exist_ok=True)
    (project.path / ".harness").rename(project.path / f"shards/{index}")
    return result


def _merge(project: Project, *args: str) -> pytest.RunResult:
    """Run `harness merge` in a process of its own."""
    code = "import sys; from harness.cli import main; sys.exit(main(sys.argv[1:]))"
    folders = sorted((project.path / "shards").iterdir())
    return project.pytester.run(sys.executable, "-c", code, "merge", *folders, *args)


def test_merged_as_in_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards, one of them on two workers, come to the run that one process comes to."""
    project.evals(BODY)
    assert project.run("--harness-update-baseline", "-k", "kept").ret == 0
    shutil.rmtree(project.path / ".harness")
    options = ("--harness-seed=5", "--harness-arm=again=base", "--harness-set=policy.alpha=0.04")
    project.write(".harness/running", NAME)  # what draws of arms that are not pinned belong to
    assert project.run(*options).ret == 1
    whole, verdict = project.content, project.stored["verdict"]
    content, calls = project.stored["content"], project.calls
    drawn = [(row["arm"], row["drawn"] + row["recalled"]) for row in project.stored["costs"]]
    shutil.rmtree(project.path / ".harness")

    monkeypatch.setenv("HARNESS_RUN", NAME)
    for index in (1, 2, 3):
        result = _draw(project, index, *options, *(("-n", "2") if index == 2 else ()))
        assert result.ret == 0
        result.stdout.fnmatch_lines([f"SHARD {index} of 3: *, 0 missing; nothing is decided*"])
        result.stdout.fnmatch_lines(["*5 drawn*"])
        for log in (project.path / f"shards/{index}").glob("*-wal"):
            assert log.stat().st_size == 0  # all draws are in the one file
    assert project.calls == 2 * calls
    project.edit("models.py", "def loud", "def gone")  # the models need not be there
    merged = _merge(project)
    assert merged.ret == 1
    assert project.calls == 2 * calls
    assert (project.content, project.stored["content"]) == (whole, content)
    assert project.stored["verdict"] == verdict
    assert project.stored["provenance"]["shards"] == 3
    costs = project.stored["costs"]
    assert [(row["arm"], row["drawn"] + row["recalled"]) for row in costs] == drawn
    assert sum(row["drawn"] for row in costs) > 0
    left = {path.name for path in (project.path / ".harness").iterdir()}
    assert left - {"draws.sqlite-shm", "draws.sqlite-wal"} == {
        "draws.sqlite", "ledger.json", "run.json",
    }  # fmt: skip


@pytest.fixture
def drawn(project: Project, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return a project with two shards, on an arm that can't change, whose folders are here."""
    project.evals(SMALL)
    for index in (1, 2):
        assert _draw(project, index, count=2).ret == 0
    capsys.readouterr()
    return project


def _refused(capsys: pytest.CaptureFixture[str], *folders: str) -> str:
    """Return the line that says why shards can't be merged; nothing is decided then."""
    assert main(["merge", *folders]) == 1
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert not Path(".harness/run.json").exists()
    return error


def test_which_shards_there_are(drawn: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A shard that is missing, there twice, cut off or not there is one line, and no verdict."""
    drawn.write(".harness/run.json", "an older one")
    assert "harness: shard 2 of 2 is missing; name its folder" in _refused(capsys, "shards/1")
    twice = ("shards/1", "shards/2", "shards/1")
    assert "shard 1 of 2 is there twice, also in shards/1" in _refused(capsys, *twice)
    assert "shards/3/shard.json: this shard can't be read: No such" in _refused(capsys, "shards/3")
    path = drawn.path / "shards/2/shard.json"
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert "shards/2/shard.json: this shard was cut off" in _refused(capsys, *twice[:2])


def test_what_shards_have_in_common(drawn: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Another seed, config, task or model of one shard is one line that names it, and the shard."""
    path = drawn.path / "shards/2/shard.json"
    before = path.read_text(encoding="utf-8")
    whole = json.loads(before)
    for changes, told in (
        ({"seed": 4}, "shard 2 has another seed (4, not 0) than shard 1"),
        ({"count": 3}, "another number of shards (3, not 2)"),
        ({"config": "0" * 32}, "another config"),
        ({"plan": "0" * 16}, "another plan"),
        ({"sample": 2}, "another sample of draws (2, not 1)"),
        ({"manifest": []}, "another evals"),
        ({"options": {"--harness-draws": "9"}}, "another options"),
        ({"tasks": {"sums": {"file": None, "items": ""}}}, "another task 'sums'"),
        (
            {"arms": {"sure": {"fingerprint": "", "pinned": True}}},
            "another model behind arm 'sure'",
        ),
        ({"index": 0}, "shards/2/shard.json: index: 0 is less than the minimum"),
    ):
        path.write_text(json.dumps({**whole, **changes}, indent=1) + "\n", encoding="utf-8")
        assert told in _refused(capsys, "shards/1", "shards/2")
    path.write_text(before, encoding="utf-8")
    assert main(["merge", "shards/1", "shards/2", "-q"]) == 0


def test_stores_that_can_not_be_merged(drawn: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A store that is gone, broken, or has another draw is one line, and nothing is merged."""
    store = drawn.path / "shards/2/draws.sqlite"
    whole = store.read_bytes()
    store.write_bytes(whole[:4096] + b"?" * (len(whole) - 4096))
    assert "shards/2/draws.sqlite: the draw store" in _refused(capsys, "shards/1", "shards/2")
    store.unlink()
    told = _refused(capsys, "shards/1", "shards/2")
    assert "shards/2/draws.sqlite: the draws of this shard are not here" in told
    shutil.copy(drawn.path / "shards/1/draws.sqlite", store)
    with closing(sqlite3.connect(store)) as other, other:
        other.execute("UPDATE draws SET text = 'other' WHERE n = 3")
    told = _refused(capsys, "shards/1", "shards/2")
    assert "shards/2/draws.sqlite: draw 3 of a prompt of arm 'sure' is other than" in told
    assert not (drawn.path / ".harness/draws.sqlite").exists()


def test_what_is_here_is_not_what_was_drawn(drawn: Project) -> None:
    """Where it is decided, draws that are elsewhere and another config are told, before a test."""
    given = [f"--harness-merged=shards/{index}/shard.json" for index in (1, 2)]
    result = drawn.run(*given)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*the draws of the shards are not here: there is no *.sqlite*"])
    drawn.edit("evals/harness.yaml", "effect: 0.1", "effect: 0.2")
    result = _merge(drawn)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*shard.json: the shards were drawn with another config than*"])


def test_a_shard_that_lacks_draws(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """An arm that fails turns its shard red, by name, and merging says so too."""
    project.evals(SMALL + "\ndef test_bad(arms):\n    assert arms['broken'].pass_at(1) > 0.3\n")
    project.edit("evals/harness.yaml", '"models:broken"', '"models:broken", revision: "1"')
    result = _draw(project, 1, count=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines([
        "*out of memory*",
        "SHARD 1 of 1 IS NOT WHOLE: draws of 1 of 2 evals are missing; run it again",
        "*1 failed, 1 drawn*",
    ])  # fmt: skip
    capsys.readouterr()
    assert "shard 1 of 1 lacks the draws of evals/test_evals.py::test_bad" in _refused(
        capsys, "shards/1"
    )


def test_the_folder_that_is_merged_into(project: Project) -> None:
    """A run of one shard is decided where it was drawn: there is nothing to bring there."""
    project.evals(SMALL)
    assert project.run("--harness-shard", "1/1").ret == 0
    calls = project.calls
    code = "import sys; from harness.cli import main; sys.exit(main(sys.argv[1:]))"
    merged = project.pytester.run(sys.executable, "-c", code, "merge", ".harness")
    assert merged.ret == 0
    merged.stdout.fnmatch_lines(["merged: 480 draws of 1 shard", "SUPPORTED: all of 1 claim*"])
    assert project.calls == calls


def test_shards_need_one_name(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Draws that serve one run are not taken without a name for it, nor merged with others."""
    for name in ("HARNESS_RUN", "GITHUB_RUN_ID", "CI_PIPELINE_ID"):
        monkeypatch.delenv(name, raising=False)
    project.evals(SMALL.replace("sure", "loud"))
    result = _draw(project, 1, count=2)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*'loud' can change behind its name*; set HARNESS_RUN to one*"])
    assert project.calls == 0
    shutil.rmtree(project.path / "shards")
    for index in (1, 2):
        monkeypatch.setenv("HARNESS_RUN", f"run-{index}")
        assert _draw(project, index, count=2).ret == 0
    capsys.readouterr()
    told = _refused(capsys, "shards/1", "shards/2")
    assert "shard 2 is of run 'run-2', and shard 1 of 'run-1'; draws of 'loud' serve one" in told
    monkeypatch.setenv("HARNESS_RUN", "no name")
    project.run("--harness-shard", "1/2").stderr.fnmatch_lines(["*HARNESS_RUN: 'no name' is no*"])


@pytest.mark.parametrize("shard", ["0/2", "3/2", "a/b", "1", "1/2/3", "-1/2", ""])
def test_no_such_shard(project: Project, shard: str) -> None:
    """What names no shard is refused, before anything runs."""
    project.evals(SMALL)
    result = project.run(f"--harness-shard={shard}")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*--harness-shard {shard}: there is no such shard*"])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("--harness-update-baseline", "--harness-update-baseline"), ("--harness-plan", "planning"),
        ("--harness-decide=x", "--harness-*"), ("--harness-run=x", "--harness-run"),
        ("--harness-calibrate=2", "planning"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_a_shard(project: Project, given: str, told: str) -> None:
    """What decides, plans or takes baselines is refused beside a shard, by name."""
    project.evals(SMALL)
    result = project.run("--harness-shard=1/2", given)
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*{told} does not go with --harness-shard: a shard draws*"])
