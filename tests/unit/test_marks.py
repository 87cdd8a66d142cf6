"""Scoring draws as they arrive: here or in processes, and never at the price of a draw."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import harness.sampling.sampler
from harness.engines import Arrival, Request
from harness.errors import TaskError
from harness.records import ArmSpec, Draw, Item, Sampling
from harness.sampling import Sampler
from harness.sampling.marks import Marks, PooledMarks
from harness.scoring import open_scorer
from harness.tasks import load_task

Write = Callable[[str, str | bytes], Path]
TASK = """\
schema: 1
items: sums.jsonl
metrics:
  correct: {regex: '(\\d+)', equals: reference}
  share: {function: "marks_of_this_test:share", processes: true}
"""
MODULE = """\
import os

def share(completion, reference, facts):
    return 1 / completion.count("1")
"""
ARM = ArmSpec(
    name="rl", engine="python", options={}, sampling=Sampling(), stream="rl", where="here"
)


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder with a task whose scoring is worth processes."""
    path = write("marks_of_this_test.py", MODULE)
    write("sums.jsonl", '{"prompt": "0+1=", "reference": "1"}\n')
    monkeypatch.syspath_prepend(path.parent)
    yield write("sums.yaml", TASK).parent
    sys.modules.pop("marks_of_this_test", None)


def test_processes_score_as_this_one_does(folder: Path) -> None:
    """The scores come back in the order in which the draws were given, and are the same."""
    task = load_task(folder, "sums")
    scorer = open_scorer(task)
    assert scorer.heavy
    item = task.items[0]
    here, apart = Marks(scorer), PooledMarks(scorer, task)
    for start in range(0, 12, 3):
        draws = [Draw(text="1" * (start + n + 1)) for n in range(3)]
        here.give(item, start, draws)
        apart.give(item, start, draws)
    assert apart.take(everything=True) == here.take()
    assert apart.take(everything=True) == []
    apart.give(item, 0, [Draw(text="none")])
    with pytest.raises(TaskError, match=r"share.*ZeroDivisionError"):
        apart.take(everything=True)


class Fixed:
    """Says the same texts of every prompt."""

    fingerprint, pinned = "f1f1", True

    def __init__(self, *texts: str) -> None:
        self.texts, self.asked = texts, 0

    def draw(self, requests: list[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield the draws of all requests."""
        del sampling
        self.asked += len(requests)
        for place, one in enumerate(requests):
            texts = self.texts[one.start : one.start + one.count]
            draws = tuple(Draw(text=text) for text in texts)
            yield Arrival(place=place, start=one.start, draws=draws)


@pytest.mark.parametrize("heavy", [True, False])
def test_a_scorer_that_fails_takes_no_draw_along(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, heavy: bool
) -> None:
    """Draws are committed before they are scored: mended, the scorer finds them in the store."""
    if not heavy:
        (folder / "sums.yaml").write_text(TASK.replace(", processes: true", ""))
    engine = Fixed("1", "no number")
    monkeypatch.setattr(harness.sampling.sampler, "open_engine", lambda _: engine)
    task = load_task(folder, "sums")
    path = folder / "draws.sqlite"
    with pytest.raises(TaskError, match="ZeroDivisionError"):
        Sampler(0, path).tally(ARM, task, task.items, 2)
    assert engine.asked == 1
    (folder / "marks_of_this_test.py").write_text(MODULE.replace("1 /", "0.5 + 0 *"))
    del sys.modules["marks_of_this_test"]
    tally = Sampler(0, path).tally(ARM, task, task.items, 2)
    assert engine.asked == 1
    assert tally.sums[0].tolist()[:2] == [1.0, 1.0]


class Odd(Fixed):
    """Says something else of one prompt in the middle."""

    def draw(self, requests: list[Request], sampling: Sampling) -> Iterator[Arrival]:
        """Yield the draws of all requests."""
        for one in super().draw(requests, sampling):
            odd = one.place == len(requests) // 2
            draws = (Draw(text="none"),) * len(one.draws) if odd else one.draws
            yield dataclasses.replace(one, draws=draws)


@pytest.mark.parametrize("heavy", [True, False])
def test_what_an_error_leaves_behind_is_no_other_arms(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, heavy: bool
) -> None:
    """Scores, and errors, that were on their way when a text broke the scorer are forgotten."""
    rows = "".join(f'{{"prompt": "{n}+1=", "reference": "1"}}\n' for n in range(6))
    (folder / "sums.jsonl").write_text(rows)
    engines = {"good": Fixed("1", "1", "1"), "bad": Odd("11", "11")}
    monkeypatch.setattr(harness.sampling.sampler, "open_engine", lambda arm: engines[arm.name])
    arms = {name: dataclasses.replace(ARM, name=name, stream=name) for name in engines}
    path, scored = folder / "draws.sqlite", TASK.partition("  share")[0]
    (folder / "sums.yaml").write_text(scored)
    task = load_task(folder, "sums")
    for arm, draws in (("good", 2), ("bad", 2)):
        Sampler(0, path).tally(arms[arm], task, task.items, draws)
    (folder / "sums.yaml").write_text(TASK if heavy else TASK.replace(", processes: true", ""))
    task, sampler = load_task(folder, "sums"), Sampler(0, path)
    assert sampler.tally(arms["good"], task, task.items, 2).sums[:, 1].tolist() == [2.0] * 6
    for _ in range(2):
        with pytest.raises(TaskError, match="ZeroDivisionError"):
            sampler.tally(arms["bad"], task, task.items, 2)
    for one in (sampler, Sampler(0, path)):
        assert one.tally(arms["good"], task, task.items, 3).sums[:, 1].tolist() == [3.0] * 6


def test_items_are_scored_by_their_references(folder: Path) -> None:
    """What is scored apart knows its item."""
    task = load_task(folder, "sums")
    apart = PooledMarks(open_scorer(task), task)
    item = Item(id="x", prompt="1+1=", reference="2")
    apart.give(item, 5, [Draw(text="21"), Draw(text="2 1")])
    ((key, start, scores),) = apart.take(everything=True)
    assert (key, start) == ("x", 5)
    assert [score.metrics[0] for score in scores] == [0.0, 1.0]
