"""`harness draws export`: every draw and score in a file that others can read."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from harness.records import ArmSpec, Item, MetricSpec, Sampling, Task
from harness.sampling import Sampler
from harness.store import Database, export, streams

from .conftest import ITEMS, TASK, Run, change, draw, lines, pinned


@pytest.mark.parametrize("name", ["sure.jsonl", "sure.parquet", "samples_sure.jsonl"])
@pytest.mark.usefixtures("store")
def test_an_export_is_a_record(name: str, arm: ArmSpec, tmp_path: Path, harness: Run) -> None:
    """Replayed as a record, exported draws come to the very tallies they came from."""
    assert harness("export", name, "--arm", "sure") == f"{name}: 40 draws of 1 stream\n"
    record = ArmSpec(
        name="old", engine="recorded", options={"path": str(tmp_path / name)},
        sampling=Sampling(), stream="old", where="",
    )  # fmt: skip
    for draws in (3, 8):
        old = Sampler(0).tally(record, TASK, ITEMS, draws)
        new = Sampler(0).tally(pinned(arm), TASK, ITEMS, draws)
        assert np.array_equal(old.sums, new.sums)
        assert np.array_equal(old.products, new.products)
        assert old.answers == new.answers


@pytest.mark.usefixtures("store")
def test_both_formats_say_the_same(harness: Run) -> None:
    """Every draw is a row with its item and its score, in either format."""
    assert "--stream N" in harness("export", "all.jsonl")
    harness("export", "all.parquet")
    rows = lines(Path("all.jsonl"))
    assert pq.read_table("all.parquet").to_pylist() == rows
    assert len(rows) == 80
    for row in rows:
        item = ITEMS[int(str(row["prompt"])[0])]
        assert row["id"] == item.id
        assert row["correct"] == (row["completion"] == item.reference)
    assert [row["index"] for row in rows if row["arm"] == "sure"][:8] == list(range(8))
    assert {row["run"] for row in rows} == {"", "run-1", "run-2"}


def test_each_scorer_has_its_columns(store: Path, arm: ArmSpec, harness: Run) -> None:
    """A metric that two scorers have is called by its scorer; another has its name alone."""
    lenient = MetricSpec(name="correct", pattern=r"(\d+)", equals="reference")
    short = MetricSpec(name="short", pattern=r"^.$", equals=None)
    task = Task(name="sums", items=ITEMS, metrics=(lenient, short), answer="correct")
    draw(store, pinned(arm), 2, task=task)
    harness("export", "sure.jsonl", "--arm", "sure")
    row = lines(Path("sure.jsonl"))[0]
    names = [name for name in row if name.startswith("correct")]
    assert len(names) == 2
    assert all(len(name) == len("correct@0badf00d") for name in names)
    assert row["short"] == 1
    assert lines(Path("sure.jsonl"))[2]["short"] is None


def test_what_is_no_unicode(store: Path, harness: Run) -> None:
    """JSON lines hold it as it is; Parquet can't, and it is told how often that was so."""
    change(store, "UPDATE draws SET text = x'61EDA08062' WHERE stream = 1 AND prompt = 1 AND n = 0")
    assert "replaced" not in harness("export", "sure.jsonl", "--arm", "sure")
    assert lines(Path("sure.jsonl"))[0]["completion"] == "a\ud800b"
    assert "characters are replaced in 1 row\n" in harness(
        "export", "sure.parquet", "--arm", "sure"
    )
    assert pq.read_table("sure.parquet")["completion"][0].as_py() == "a\ufffdb"


def test_an_export_that_fails_leaves_the_old_file(store: Path, tmp_path: Path) -> None:
    """The file is replaced at the end or not at all, and nothing stays beside it."""
    path = tmp_path / "out" / "x.jsonl"
    path.parent.mkdir()
    path.write_text("old")

    def fail(done: int) -> None:
        assert done == 80
        raise ZeroDivisionError

    with closing(Database(store)) as database, pytest.raises(ZeroDivisionError):
        export(database, streams(database), path, fail)
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_a_prompt_of_two_items(store: Path, arm: ArmSpec, harness: Run) -> None:
    """Where two items ask one prompt, a draw is still one row, and that is told."""
    other = Item(id="f" * 16, prompt="0+1=", reference="2")
    draw(store, pinned(arm), 8, task=dataclasses.replace(TASK, items=(other,)))
    assert "1 prompt of several items: scores are those of the first" in harness(
        "export", "sure.jsonl", "--arm", "sure"
    )
    assert len(lines(Path("sure.jsonl"))) == 40


def test_scores_of_an_older_store(store: Path, arm: ArmSpec, harness: Run) -> None:
    """Where it is not known which prompt an item asks, that is told; the next run notes it."""
    change(store, "DELETE FROM items")
    assert "40 scores left out, whose prompts the next run notes" in harness(
        "export", "sure.jsonl", "--arm", "sure"
    )
    assert "note: of 80 scores it is not known which prompt" in harness("verify")
    draw(store, pinned(arm), 8)
    assert "left out" not in harness("export", "sure.jsonl", "--arm", "sure")
    assert all(row["correct"] in {0, 1} for row in lines(Path("sure.jsonl")))
    assert harness("verify") == f"{store}: sound\n"
