"""What is told of every draw: whether an answer could be read, and whether it was cut off."""

from __future__ import annotations

import dataclasses

import pytest

from harness.records import LENGTH, Draw, Item, MetricSpec, Score, Task
from harness.scoring import open_scorer

NUMBER = MetricSpec(name="correct", pattern=r"\[(\d+)\]", equals="reference")
LOUD = MetricSpec(name="loud", pattern="!")
ITEM = Item(id="0" * 16, prompt="6*7=", reference="42")
TASK = Task(name="sums", items=(ITEM,), metrics=(LOUD, NUMBER), answer="correct")


def told(task: Task, text: str, finish: str = "stop") -> dict[str, float]:
    """Score one completion by name."""
    scorer = open_scorer(task)
    score = scorer.score(ITEM, Draw(text=text, finish=finish))
    return dict(zip(scorer.metrics, score.metrics, strict=True))


@pytest.mark.parametrize(
    ("text", "finish", "scores"),
    [
        ("[42]", "stop", (0, 1, 1, 0)),
        ("[41]!", "stop", (1, 0, 1, 0)),
        ("42", "stop", (0, 0, 0, 0)),
        ("", LENGTH, (0, 0, 0, 1)),
        ("[42] and then", LENGTH, (0, 1, 1, 1)),
        ("[42]", "content_filter", (0, 1, 1, 0)),
    ],
)
def test_formatted_and_truncated(text: str, finish: str, scores: tuple[int, ...]) -> None:
    """An answer was read or not, whatever it was worth; the most tokens were taken or not."""
    assert tuple(told(TASK, text, finish).values()) == scores
    assert tuple(told(TASK, text, finish)) == ("loud", "correct", "formatted", "truncated")


def test_truncated_completions_may_be_wrong() -> None:
    """Under `truncated: wrong` a cut off completion scores 0 by every metric, and says nothing."""
    strict = dataclasses.replace(TASK, truncated="wrong")
    assert list(told(strict, "[42]!", LENGTH).values()) == [0, 0, 0, 1]
    assert list(told(strict, "[42]!").values()) == [1, 1, 1, 0]
    assert open_scorer(strict).score(ITEM, Draw(text="[42]", finish=LENGTH)).answer == ""
    assert open_scorer(strict).hash != open_scorer(TASK).hash


@pytest.mark.parametrize("name", ["formatted", "truncated"])
def test_a_metric_of_that_name_is_the_tasks_own(name: str) -> None:
    """What the task calls so is not told a second time."""
    task = dataclasses.replace(TASK, metrics=(NUMBER, dataclasses.replace(LOUD, name=name)))
    assert told(task, "[42]!")[name] == told(task, "!")[name] == 1
    assert told(task, "[42]", LENGTH)[name] == 0
    assert len(told(task, "")) == 3


def test_without_answers_anything_is_formatted() -> None:
    """Of a task that captures no answer, what says anything is formatted."""
    scorer = open_scorer(dataclasses.replace(TASK, metrics=(LOUD,), answer=""))
    assert [scorer.score(ITEM, Draw(text=text)).metrics[1] for text in ("a", " \n", "")] == [
        1,
        0,
        0,
    ]
    assert scorer.right(ITEM) == ""


def test_a_scorer_of_the_tasks_own() -> None:
    """What a task brings along is told the same of, and keeps its hash."""

    class Fixed:
        metrics = ("correct", "truncated")
        hash = "own"
        heavy = True
        told = ""

        def score(self, item: Item, draw: Draw) -> Score:
            return Score(metrics=(1.0, 0.5), answer=draw.text and item.id)

        def right(self, item: Item) -> str:
            return item.id

    task = dataclasses.replace(TASK, scorer=Fixed())
    scorer = open_scorer(task)
    assert told(task, "x", LENGTH) == {"correct": 1, "truncated": 0.5, "formatted": 1}
    assert told(task, "") == {"correct": 1, "truncated": 0.5, "formatted": 0}
    assert (scorer.hash, scorer.heavy, scorer.right(ITEM)) == ("own", True, ITEM.id)
