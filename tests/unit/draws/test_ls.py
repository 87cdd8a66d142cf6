"""`harness draws ls`: what is stored, stream by stream."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run


def test_ls_lists_streams(store: Path, harness: Run) -> None:
    """A line for each stream says whose it is, how it was sampled, and how much there is."""
    head, _, *rows, last = harness("ls").splitlines()
    assert head.split() == [
        "arm", "model", "sampling", "name", "run", "begun", "seed", "stream", "prompts", "draws",
        "MB",
    ]  # fmt: skip
    assert [row.split()[0] for row in rows] == ["rl", "rl", "sure"]
    assert [row.split()[-4:] for row in rows] == [
        ["2", "5", "20", "0.0"], ["3", "5", "20", "0.0"], ["1", "5", "40", "0.0"],
    ]  # fmt: skip
    assert "t=1 max=256" in rows[0] or "max=256 t=1" in rows[0]
    assert last == f"{store}: 3 streams, 80 draws"


def test_ls_for_machines(store: Path, harness: Run) -> None:
    """As JSON, of one arm, each stream has its whole identity."""
    (found,) = json.loads(harness("ls", "--json", "--arm", "sure", "--store", str(store)))
    assert (found["number"], found["draws"], found["prompts"], found["run"]) == (1, 40, 5, "")
    assert found["identity"]["sampling"]["temperature"] == 1.0


def test_the_store_is_found_above(
    store: Path, harness: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder within the project, its store is found."""
    (store.parent.parent / "evals").mkdir()
    monkeypatch.chdir(store.parent.parent / "evals")
    assert "3 streams" in harness("ls")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ls", "--store", "no.sqlite"], "no.sqlite: there is no such draw store; is the path"),
        (["ls", "--arm", "sur"], "has no draws of arm 'sur'; did you mean 'sure'?"),
        (["export", "x.jsonl", "--stream", "9"], "has no stream 9; `harness draws ls` tells"),
        (["export", "x.csv"], "x.csv: .csv is no format of draws; name it .parquet or .jsonl"),
        (["export", ".harness/x"], "x: a file without a suffix is no format of draws"),
    ],
)
@pytest.mark.usefixtures("store")
def test_a_mistake_is_one_line(arguments: list[str], message: str, harness: Run) -> None:
    """What is not there, and a file of another kind, are told with the next step."""
    err = harness(*arguments, code=1)
    assert message in err
    assert err.count("\n") == 1


def test_a_missing_store_is_one_line(
    tmp_path: Path, harness: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing was drawn, nothing is made."""
    monkeypatch.chdir(tmp_path)
    assert "there is no draw store, here or in a folder above; run evals" in harness("ls", code=1)
    assert list(tmp_path.iterdir()) == []
