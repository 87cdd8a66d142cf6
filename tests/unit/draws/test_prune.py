"""`harness draws prune`: what no run can use again goes, and nothing behind a run's back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from harness.store import Database

from .conftest import Run, change, count


def test_prune_tells_first(store: Path, harness: Run) -> None:
    """By default it deletes nothing, and says which streams no run can use again."""
    out = harness("prune")
    assert out.splitlines()[-1] == "2 streams with 40 draws would be deleted; --yes does it"
    assert count(store, "draws") == 80


def test_prune_keeps_the_run_that_was_cut_short(store: Path, harness: Run) -> None:
    """The run that goes on under its name finds its draws; those of others are gone."""
    (store.parent / "running").write_text("run-2\n")
    assert (
        harness("prune", "--yes")
        .splitlines()[-1]
        .startswith("deleted 1 stream with 20 draws, 20 scores, 0 prompts: ")
    )
    assert count(store, "draws") == count(store, "scores") == 60
    assert "no stream is to be deleted" in harness("prune")
    assert "sound" in harness("verify")


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["--arm", "sure"], 40), (["--all"], 0), (["--stream", "2"], 60), (["--older", "1"], 40),
        (["--older", "1", "--arm", "rl"], 80),
    ],
)  # fmt: skip
def test_prune_what_is_named(store: Path, arguments: list[str], left: int, harness: Run) -> None:
    """An arm, a stream, what is old, or all; what is given must all hold."""
    change(store, "UPDATE streams SET created = '2020-01-01T00:00:00+00:00' WHERE arm = 'sure'")
    harness("prune", "--yes", *arguments)
    assert count(store, "draws") == count(store, "scores") == left
    assert count(store, "prompts") == count(store, "items") == (5 if left else 0)
    assert count(store, "scorers") == (1 if left else 0)
    assert "sound" in harness("verify")


def test_prune_waits_for_no_one(store: Path, harness: Run) -> None:
    """While another process has the store open, nothing is deleted, and draws go on."""
    with closing(Database(store)) as other:
        assert "is in use by another process; wait until its run has ended" in harness(
            "prune", "--yes", code=1
        )
        with other.writing() as connection:
            connection.execute("DELETE FROM draws WHERE n = 0")
    assert count(store, "draws") == 65
    harness("prune", "--yes")
    assert count(store, "streams") == 1


def test_prune_makes_the_file_smaller(store: Path, harness: Run) -> None:
    """Room is given back, and the next run draws anew."""
    change(store, "UPDATE draws SET transcript = zeroblob(10000)")
    before = store.stat().st_size
    harness("prune", "--all", "--yes")
    assert store.stat().st_size < before / 10
