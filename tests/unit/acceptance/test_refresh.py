"""`harness baseline refresh`: the same model, other draws, whatever comes out."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from harness.baseline import BaselineStore
from harness.store import only_one

from .conftest import LINES, Evals


def aged(evals: Evals, arm: str, day: str) -> None:
    """Let a baseline be of another day."""
    found = evals.stored(arm)
    origins = tuple(dataclasses.replace(origin, taken=day) for origin in found.origins)
    store = BaselineStore(evals.path / "evals" / "baselines")
    store.save(dataclasses.replace(found, origins=origins))


def test_all_are_taken_anew(evals: Evals) -> None:
    """The next epoch, as many draws, and the difference told as information."""
    evals.accept("--arm", "rl", "--draws", "16")
    evals.accept("--arm", "base")
    said = evals("refresh")
    assert said.count("epoch 2: ") == 2
    assert "rl.jsonl: epoch 2: 16 fresh draws of each of 12 items\n  correct 0." in said
    assert "base.jsonl: epoch 2: 8 fresh draws" in said


def test_a_schedule_takes_the_old_ones(evals: Evals) -> None:
    """Those older than so many days; none is no mistake."""
    for arm in ("rl", "base"):
        evals.accept("--arm", arm)
    aged(evals, "base", "2020-01-01")
    assert "base.jsonl: epoch 2" in evals("refresh", "--older", "30")
    assert (evals.stored("rl").epoch, evals.stored("base").epoch) == (1, 2)
    assert evals("refresh", "--older", "30") == "no baseline is older than 30 days\n"


@pytest.mark.parametrize(
    "command", [("refresh",), ("refresh", "--older", "30"), ("rebase",),
                ("accept", "--arm", "rl", "--anyway")],
    ids=["refresh", "by age", "rebase", "accept"],
)  # fmt: skip
def test_an_orphaned_one_stops_a_schedule(evals: Evals, command: tuple[str, ...]) -> None:
    """In one line, with the file and what to do with it; nothing is written."""
    evals.accept("--arm", "rl")
    aged(evals, "rl", "2020-01-01")
    gone = evals.path / "evals/baselines/gone/rl.jsonl"
    gone.parent.mkdir()
    gone.write_text(
        evals.file().read_text(encoding="utf-8").replace('"task": "sums"', '"task": "gone"'),
        encoding="utf-8",
    )
    assert evals(*command, code=1) == (
        "harness: evals/baselines/gone/rl.jsonl: orphaned: there is no task 'gone' any more; "
        "rename the file (known: sums), or delete it\n"
    )
    assert evals.stored().oldest == "2020-01-01"


def test_an_orphan_of_an_arm_is_named(evals: Evals) -> None:
    """As one of a task is."""
    evals.accept("--arm", "rl")
    evals.edit("evals/harness.yaml", "  rl: {", "  rl2: {")
    for command in ("refresh", "rebase"):
        said = evals(command, code=1)
        assert "evals/baselines/sums/rl.jsonl: orphaned: there is no arm 'rl' any more; " in said
        assert "rename the file (did you mean 'rl2'?), or delete it" in said


def test_another_model_is_not_refreshed(evals: Evals) -> None:
    """What was never accepted can't come in by the schedule; nothing is written."""
    for arm in ("rl", "base"):
        evals.accept("--arm", arm)
    evals.edit("evals/harness.yaml", ':rl", revision: "1"', ':rl", revision: "2"')
    said = evals("refresh", code=1)
    assert "rl.jsonl: 'rl' runs on " in said
    assert "now, and this is of " in said
    assert "; accept is the way: harness baseline accept" in said
    assert evals.stored("base").epoch == 1


def test_a_changed_scorer_is_not_refreshed(evals: Evals) -> None:
    """Else old and new would not compare."""
    evals.accept("--arm", "rl")
    evals.edit("evals/tasks/sums.yaml", "correct: {", "right: {regex: '7'}, correct: {")
    said = evals("refresh", code=1)
    assert "changed: how the task is scored is other" in said
    assert "score its draws anew: harness baseline rebase" in said


def test_the_items_stay_as_they_are(evals: Evals) -> None:
    """Items that a task got since are the affair of rebase; those that it lost go."""
    evals.accept("--arm", "rl")
    evals.items([*LINES[1:], {"prompt": "70+1=", "reference": "71"}])
    evals("refresh")
    assert len(evals.stored().tally.ids) == 11


def test_fifty_changes_that_change_nothing(evals: Evals) -> None:
    """Accepted or refreshed, each time on draws of its own: nothing creeps up."""
    means, seen = [], set()
    for number in range(50):
        if number % 2:
            evals("refresh")
        else:
            evals.accept("--arm", "rl", "--draws", "32")
        sums = evals.stored().tally.sums[:, 0]
        means.append(sums.mean() / 32)
        seen.add(sums.tobytes())
    assert (evals.stored().epoch, len(seen)) == (50, 50)
    noise = np.sqrt(0.7 * 0.3 / (12 * 32))
    assert abs(np.mean(means) - 0.7) < 4 * noise / np.sqrt(50)
    assert abs(np.mean(means[40:]) - 0.7) < 4 * noise / np.sqrt(10)


def test_no_baseline_yet(evals: Evals) -> None:
    """There is nothing to refresh: the command that takes one is named."""
    said = evals("refresh", code=1)
    assert "there is no baseline yet; take one with: harness baseline accept --task" in said


def test_commands_take_turns(evals: Evals) -> None:
    """While one writes, another waits, and then takes the epoch after it."""
    evals.accept("--arm", "rl")
    with ThreadPoolExecutor() as pool:
        with only_one(evals.path / ".harness", "baselines"):
            waiting = pool.submit(evals, "refresh")
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
            assert evals.stored().epoch == 1
        waiting.result(timeout=30)
    assert evals.stored().epoch == 2
