"""What the command names: arms of runs, baselines, those of another set or commit, and mistakes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.baseline import BaselineStore
from harness.cli import main
from harness.diff import Library, matched
from harness.errors import BaselineError, DiffError, StoreError
from harness.records import Recipe
from harness.tasks import load_task
from tests.unit.diff.project import fill, save_baseline, write_run

Write = Callable[[str, str | bytes], Path]

GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
CONFIG = """\
schema: 1
arms:
  base: {engine: python, function: "m:base"}
  rl: {engine: python, function: "m:rl"}
"""
TASK = """\
schema: 1
items: sums.jsonl
metrics: {correct: {regex: '(\\d+)', equals: reference}}
"""


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a run of two arms on one task, and baselines of one of them."""
    path = write("evals/harness.yaml", CONFIG).parents[1]
    write("evals/tasks/sums.yaml", TASK)
    items = (json.dumps({"prompt": f"{n}+0=", "reference": f"{n}"}) for n in range(8))
    write("evals/tasks/sums.jsonl", "\n".join(items) + "\n")
    fill(path, {"base": ("1", "2"), "rl": ("3", "3", "4")})
    monkeypatch.chdir(path)
    with Library(path / "evals") as library:
        (found,) = library.find("rl")
        side = found.load(load_task(path / "evals/tasks", "sums"))
    for number, name in enumerate(("baselines", "baselines-anchor"), start=1):
        save_baseline(path / "evals" / name, side, number)
    return path


def tally_of(name: str, **options: Any) -> tuple[str, str, int]:  # noqa: ANN401  any option
    """Find one side and read it; return its arm, its origin's kind, and its draws of an item."""
    with Library(Path("evals"), **options) as library:
        (found,) = library.find(name)
        side = found.load(load_task(Path("evals/tasks"), found.task))
        assert side.name == name
        assert len(side.tally.ids) == 8
        return found.arm, found.origin.partition(" ")[0], int(side.tally.draws[0])


def test_every_form_of_a_side_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An arm, one of a named run, and baselines by set, path and commit."""
    assert tally_of("base") == ("base", "stream", 2)
    assert tally_of(".harness/run.json:rl") == ("rl", "stream", 3)
    assert tally_of("baseline:rl") == ("rl", "baseline", 3)
    assert tally_of("anchor:rl") == ("rl", "baseline", 3)
    path = str(BaselineStore(folder / "evals" / "baselines").path("sums", "rl"))
    assert tally_of(path) == ("rl", "baseline", 3)
    for command in (["init", "-q"], ["add", "evals"], ["commit", "-qm", "first"]):
        subprocess.run([*GIT, *command], check=True, cwd=folder)
    Path(path).unlink()
    assert tally_of("git:HEAD:rl") == ("rl", "baseline", 3)
    monkeypatch.chdir(folder / "evals" / "tasks")
    with Library(folder / "evals") as library:  # the run of a folder above
        assert library.find("rl")[0].arm == "rl"


def test_a_side_is_what_the_run_read(folder: Path) -> None:
    """Of the stream only the items that the run read, and of each as many draws."""
    run = folder / ".harness/run.json"
    data = json.loads(run.read_text(encoding="utf-8"))
    (read,) = data["items"]
    ids = [*read["ids"][:5], *read["ids"][6:]][::-1]
    counts = [3, 1, 2, 3, 1, 0, 2]
    read |= {"ids": ids, "arms": [{"arm": "rl", "draws": counts}]}
    run.write_text(json.dumps(data), encoding="utf-8")
    with Library(folder / "evals") as library:
        task = load_task(folder / "evals/tasks", "sums")
        side = library.find("rl")[0].load(task)
        told = dict(zip(side.tally.ids, side.tally.draws.tolist(), strict=True))
        assert told == {one: count for one, count in zip(ids, counts, strict=True) if count}
        other = library.find("base")[0].load(task)  # of which the run does not say it
        assert (len(other.tally.ids), other.tally.draws.tolist()) == (8, [2] * 8)


def test_another_tasks_items_in_the_stream_are_none_of_a_side(
    folder: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tasks share streams: what a second task drew is not of the first, with and without ids."""
    write("evals/tasks/other.yaml", TASK.replace("sums.jsonl", "other.jsonl"))
    items = (json.dumps({"prompt": f"{n}*1=", "reference": f"{n}"}) for n in range(5))
    write("evals/tasks/other.jsonl", "\n".join(items) + "\n")
    run = folder / ".harness/run.json"
    kept = json.loads(run.read_text(encoding="utf-8"))
    fill(folder, {"base": ("1", "2"), "rl": ("3", "3", "4")}, task="other", stream="sums")
    reads: list[list[Any]] = [kept["items"], []]
    for one in reads:
        write_run(run, kept["samples"], one)
        assert main(["diff", "base", "rl"]) == 0
        out = capsys.readouterr().out
        assert out.startswith("rl (3 draws) against base (2 draws) on sums: 8 items\n")
        assert "note:" not in out


def test_a_run_has_its_arms_paired_with_namesakes(folder: Path) -> None:
    """Two runs compare each arm with the one of its name."""
    with Library(Path("evals")) as library:
        before = library.find(".harness/run.json")
        rows = json.loads((folder / ".harness/run.json").read_text())["samples"]
        for row in rows:
            row["stream"] = row["stream"][::-1]
        write_run(folder / "other.json", rows)
        after = library.find("other.json")
        pairs = matched(before, after)
        assert [(one.arm, other.arm) for one, other in pairs] == [("base", "base"), ("rl", "rl")]
        with pytest.raises(DiffError, match="one side has several arms: base, rl; name one"):
            matched(before, library.find("rl"))
        with pytest.raises(DiffError, match="are the same draws: there is nothing to compare"):
            matched(before, before)
        with pytest.raises(StoreError, match="has no stream"):
            after[0].load(load_task(folder / "evals/tasks", "sums"))


@pytest.mark.parametrize("form", [[], ["--markdown"], ["--json"]])
def test_arms_of_two_runs_are_told_by_their_runs(
    folder: Path, capsys: pytest.CaptureFixture[str], form: list[str]
) -> None:
    """Both sides are `rl`: each is named with its run, and so is what is not compared."""
    run = folder / ".harness/run.json"
    base = json.loads(run.read_text(encoding="utf-8"))["samples"][0]
    write_run(run.with_name("old.json"), [base, {**base, "arm": "rl"}])
    assert main(["diff", ".harness/old.json", ".harness/run.json", *form]) == 0
    out, err = capsys.readouterr()
    plain = out.replace("\\", "").replace("&#8203;", "")
    before, after = ".harness/old.json:rl", ".harness/run.json:rl"
    assert f"{after} (3 draws) against {before} (2 draws) on sums" in plain
    if form == ["--json"]:
        (found,) = json.loads(out)["diffs"]
        assert [found[side]["name"] for side in ("before", "after")] == [before, after]
    why = "base on sums: the other side has no such draws, or the same ones\n"
    told = [f"harness: not compared: .harness/{name}.json:{why}" for name in ("old", "run")]
    assert err == "".join(told)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rll", "run.json: this run read no draws of arm 'rll'; did you mean 'rl'?"),
        (".harness/run.json:bas", "no draws of arm 'bas'; did you mean 'base'?"),
        ("baseline:base", "there is no baseline of arm 'base'; known: rl"),
        ("anchr:rl", "there is no evals/baselines-anchr; did you mean 'anchor'?"),
        ("git:-x:rl", "'-x' names no commit; give a branch, a tag or a commit"),
        ("git:no-such-ref:rl", "there is no commit 'no-such-ref' here; fetch it"),
    ],
)
def test_a_mistake_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, message: str
) -> None:
    """What is not found is named, with the next step."""
    subprocess.run([*GIT, "init", "-q"], check=True, cwd=folder)
    assert main(["diff", name, "rl"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (".harness/bad.json", "{", ".harness/bad.json: this file is no JSON, such as one that was"),
        (
            ".harness/bad.json",
            '{"schema": 99}',
            "this file is neither a run nor a baseline; a side",
        ),
        ("evals/baselines/sums/bad.jsonl", "{", "evals/baselines/sums/bad.jsonl"),
        ("evals/baselines", "", "'evals/baselines' is a folder; a side is an arm of the last run"),
        ("evals", "", "'evals' is a folder; a side is an arm of the last run, RUN.json:ARM"),
        ("old/run.json", "", "'old/run.json' is no file, and no arm of the last run; a side is"),
    ],
)
def test_a_path_that_is_no_side_is_told_as_what_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, message: str
) -> None:
    """A broken or other file is no baseline on some task, and a folder no arm."""
    if content:
        (folder / name).write_text(content, encoding="utf-8")
    assert main(["diff", name, "rl"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_a_folder_of_an_arms_name_hides_no_arm(folder: Path) -> None:
    """Checkpoints may lie in a folder `rl`; and a baseline anywhere is one by its first line."""
    (folder / "rl").mkdir()
    assert tally_of("rl") == ("rl", "stream", 3)
    (folder / "kept/sums").mkdir(parents=True)
    path = folder / "kept/sums/rl.jsonl"
    path.write_bytes((folder / "evals/baselines/sums/rl.jsonl").read_bytes())
    assert tally_of("kept/sums/rl.jsonl") == ("rl", "baseline", 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "this run is no JSON"),
        ('{"verdict": "green", "provenance": {}}', "does not say which draws it read"),
        ('{"samples": [{"task": "sums"}]}', "samples.0: it has no 'arm' as a run writes it"),
        ('{"samples": [], "items": [{"ids": ["a"]}]}', "items.0: it does not tell ids and draws"),
        ('{"samples": []}', "this run read no draws of arm 'base'"),
    ],
)
def test_a_run_that_tells_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    """A broken run, or one of an earlier version, is one line."""
    (folder / ".harness/run.json").write_text(content, encoding="utf-8")
    assert main(["diff", "base", "rl"]) == 1
    assert message in capsys.readouterr().err


def test_a_missing_run_or_store_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a run, or without its store, the next step is said; another store can be named."""
    (folder / ".harness/draws.sqlite").rename(folder / "kept.sqlite")
    assert main(["diff", "base", "rl"]) == 1
    assert "there is no draw store beside .harness/run.json" in capsys.readouterr().err.replace(
        f"{folder}/", ""
    )
    assert main(["diff", "base", "rl", "--store", "kept.sqlite"]) == 0
    (folder / ".harness/run.json").unlink()
    assert main(["diff", "base", "rl"]) == 1
    assert "there is no run to find arm 'base' in" in capsys.readouterr().err


def test_a_broken_baseline_is_told(folder: Path) -> None:
    """A baseline that can't be read is the error that evals give, too."""
    path = BaselineStore(folder / "evals" / "baselines").path("sums", "rl")
    path.write_text("{", encoding="utf-8")
    with Library(Path("evals")) as library:
        (found,) = library.find("baseline:rl")
        with pytest.raises(BaselineError, match="is no JSON"):
            found.load(load_task(folder / "evals/tasks", "sums"))


@pytest.mark.usefixtures("folder")
def test_a_recipe_is_no_side() -> None:
    """Its training seeds are named, each of which is one."""
    recipe = Recipe(name="both", seeds=("rl", "rl2"), where="")
    with Library(Path("evals"), recipes={"both": recipe}) as library:
        for name in ("both", "baseline:both", ".harness/run.json:both"):
            with pytest.raises(DiffError, match=r"'both' is a recipe, .* training seeds: rl, rl2"):
                library.find(name)


def test_sides_on_other_tasks_have_nothing_in_common(folder: Path, write: Write) -> None:
    """Both tasks are named."""
    write("evals/tasks/other.yaml", TASK)
    fill(folder, {"late": ("1",)}, task="other", name="late.json")
    with (
        Library(Path("evals")) as library,
        pytest.raises(
            DiffError,
            match=r"nothing in common: 'rl' is on sums and '.harness/late\.json:late' is on other",
        ),
    ):
        matched(library.find("rl"), library.find(".harness/late.json:late"))


def test_what_has_no_counterpart_is_told(
    folder: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """A task that only one side is on is named on stderr; the rest is compared."""
    write("evals/tasks/other.yaml", TASK)
    run = folder / ".harness/run.json"
    first = json.loads(run.read_text(encoding="utf-8"))["samples"]
    fill(folder, {"rl": ("1",)}, task="other", name="late.json")
    late = json.loads((folder / ".harness/late.json").read_text(encoding="utf-8"))["samples"]
    write_run(run, [*first, *late])
    assert main(["diff", "base", "rl"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("rl (3 draws) against base (2 draws) on sums: 8 items\n")
    assert err.startswith("harness: not compared: rl on other: ")
