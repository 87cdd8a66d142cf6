"""`harness baseline accept --record`: the draws of a record in the place of fresh ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.acceptance import Project
from harness.cli import main

from .conftest import LINES, Evals


def record(evals: Evals, name: str = "own.jsonl", draws: int = 5) -> Path:
    """Write a record of right answers."""
    rows = [{"prompt": one["prompt"], "completion": one["reference"]} for one in LINES]
    text = "".join(json.dumps(row) + "\n" for row in rows for _ in range(draws))
    return evals.write(name, text)


def test_a_record_in_the_place_of_fresh_draws(evals: Evals) -> None:
    """All the draws that it has of each item; refresh then has nothing to take from."""
    path = record(evals)
    said = evals.accept("--arm", "rl", "--record", str(path))
    assert f"the draws of {path}, which no claim was decided on: 5 of each of 12 items" in said
    assert evals.taken() == 0
    assert {origin.how for origin in evals.stored().origins} == {"record"}
    assert "nothing is the matter" in evals("verify")
    assert "draws of a record, which are not to be had again; accept" in evals("refresh", code=1)


def test_counts_are_a_record_too(evals: Evals) -> None:
    """What a record of counts does not tell is no part of the baseline."""
    rows = [{"prompt": one["prompt"], "n": 20, "c": 11} for one in LINES]
    path = evals.write("counts.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    said = evals.accept("--arm", "rl", "--record", str(path), "--format", "counts")
    assert "20 of each of 12 items" in said
    assert evals.stored().tally.metrics == ("correct",)
    evals.taken()
    said = evals.accept("--arm", "rl", "--where", "split=odd", code=1)
    assert evals.taken() == 0
    assert "rl.jsonl: it tells correct, and what would be put beside that tells correct, f" in said


@pytest.mark.parametrize("copied", [False, True], ids=["itself", "a copy"])
def test_a_record_that_is_judged_is_refused(evals: Evals, *, copied: bool) -> None:
    """The record of an arm holds judged draws, whatever its name."""
    record(evals, "log.jsonl")
    path = record(evals, "copy.jsonl") if copied else Path("log.jsonl")
    said = evals.accept("--arm", "rl", "--record", str(path), code=1)
    assert f"{path}: arm 'log' replays it: those draws are judged; name a record of" in said
    assert not evals.file().exists()


def test_a_record_like_that_of_the_arm(evals: Evals) -> None:
    """An arm that replays a record says how columns are called; an item that is lacking, too."""
    rows = [{"prompt": one["prompt"], "said": one["reference"]} for one in LINES]
    path = evals.write("own.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    said = evals.accept("--arm", "rl", "--record", str(path), code=1)
    assert "own.jsonl" in said
    evals.edit("evals/harness.yaml", "../log.jsonl", "../log.jsonl, columns: {completion: said}")
    assert "1 of each of 12 items" in evals.accept("--arm", "log", "--record", str(path))
    evals.items([*LINES, {"prompt": "70+1=", "reference": "71"}])
    said = evals.accept("--arm", "log", "--record", str(path), code=1)
    assert "prompts that are asked for, the first of them '70+1='" in said


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_an_export_of_judged_draws_is_refused(evals: Evals, suffix: str) -> None:
    """What the store has of an arm's own stream was judged; a baseline's stream never is."""
    evals.accept("--arm", "rl")
    project = Project(Path("evals/harness.yaml"), Path(".harness"))
    task = project.task("sums")
    project.sampler(0).tally(project.arm("rl"), task, task.items, 4)
    for number, name in enumerate((f"fresh.{suffix}", f"judged.{suffix}"), start=1):
        assert main(["draws", "export", name, "--stream", str(number)]) == 0
    said = evals.accept("--arm", "rl", "--record", f"judged.{suffix}", code=1)
    assert f"judged.{suffix}: it was exported from the stream 'rl', whose draws runs judge" in said
    evals.accept("--arm", "rl", "--record", f"fresh.{suffix}")
    assert evals.stored().tally.draws.tolist() == [8] * 12


def test_an_arm_that_replays_has_no_fresh_draws(evals: Evals) -> None:
    """It takes another record."""
    record(evals, "log.jsonl", draws=4)
    said = evals.accept("--arm", "log", code=1)
    assert "'log' replays a record, which can't be sampled afresh for a baseline" in said
    evals.accept("--arm", "log", "--record", str(record(evals)))
    assert evals.stored("log").tally.draws.tolist() == [5] * 12


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([10**12], "counts.jsonl:1: counts 1000000000000 draws of a prompt, and 100000 are the"),
        ([60_000, 60_000], "sums/rl: 120000 draws of each item are too many, a baseline has"),
    ],
    ids=["of a line", "of several lines"],
)
def test_too_many_counts_are_refused(evals: Evals, counts: list[int], message: str) -> None:
    """One line, before any of them is dealt."""
    rows = [{"prompt": one["prompt"], "n": n, "c": n} for n in counts for one in LINES]
    path = evals.write("counts.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    said = evals.accept("--arm", "rl", "--record", str(path), "--format", "counts", code=1)
    assert message in said
    assert said.count("\n") == 1
