"""What completions score, by the metrics of the embedded study's task and by others."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from harness.baseline import BaselineStore
from harness.config import read_yaml
from harness.records import Draw, Item, MetricSpec, Task
from harness.scoring import open_scorer
from harness.scoring.task import TaskScorer
from harness.tasks import load_task


@pytest.fixture
def task(repository: Path) -> Task:
    """Return the study's task, with an item of this test's own."""
    data = read_yaml(repository / "evals" / "tasks" / "letters_and_sums.yaml", "task").data
    metrics = tuple(
        MetricSpec(name=name, pattern=spec["regex"], equals=spec.get("equals"))
        for name, spec in data["metrics"].items()
    )
    items = (Item(id="0" * 16, prompt="12+30=", reference="42"),)
    return Task(name="sums", items=items, metrics=metrics, answer=data["answer"])


def scores(task: Task, text: str) -> dict[str, float]:
    """Score one completion by name."""
    scorer = TaskScorer(task)
    return dict(
        zip(scorer.metrics, scorer.score(task.items[0], Draw(text=text)).metrics, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "correct", "lenient", "boxed"),
    [
        ("[42]", 1, 1, 1),
        ("12+30>[42]", 1, 1, 1),
        ("[41][42]", 1, 1, 1),
        ("42", 0, 1, 0),
        ("the answer is 42.", 0, 1, 0),
        ("[42] and more", 0, 0, 0),
        ("[42]\n", 0, 1, 0),
        ("[41]", 0, 0, 1),
        ("[ 42 ]", 0, 1, 1),
        ("[042]", 0, 0, 1),
        ("[[42]]", 0, 1, 0),
        ("[]", 0, 0, 1),
        ("", 0, 0, 0),
    ],
)
def test_the_metrics_of_the_study(
    task: Task, text: str, correct: int, lenient: int, boxed: int
) -> None:
    """Strict wants the right answer in a last box, lenient a last right word, boxed a last box."""
    assert scores(task, text) == {"correct": correct, "lenient": lenient, "boxed": boxed}


def test_the_answer_is_hashed(task: Task) -> None:
    """Equal answers have equal hashes, however they are dressed; no answer is an empty one."""
    scorer, item = TaskScorer(task), task.items[0]
    said = [
        scorer.score(item, Draw(text=text)).answer for text in ("[42]", "it is 42", "[43]", "...")
    ]
    assert said[0] == said[1] != said[2]
    assert said[3] == ""
    assert len(said[0]) == 8


def test_the_right_answer_is_the_reference(task: Task) -> None:
    """An answer equals the right one if it equals the reference; none is, if none is compared."""
    scorer, item = TaskScorer(task), task.items[0]
    assert scorer.right(item) == scorer.score(item, Draw(text="[42]")).answer
    assert scorer.right(item) != scorer.score(item, Draw(text="[43]")).answer
    assert scorer.right(dataclasses.replace(item, reference="")) != ""
    assert TaskScorer(dataclasses.replace(task, answer="boxed")).right(item) == ""


def test_the_reference_counts_not_the_item(task: Task) -> None:
    """The same text is right for one item and wrong for another."""
    scorer, item = TaskScorer(task), task.items[0]
    other = dataclasses.replace(item, reference="43")
    assert scorer.score(item, Draw(text="[42]")).metrics[0] == 1
    assert scorer.score(other, Draw(text="[42]")).metrics[0] == 0


def test_a_group_that_takes_no_part_is_no_answer(task: Task) -> None:
    """Where the pattern matches without its group, nothing was answered."""
    metric = MetricSpec(name="correct", pattern=r"(\d+)?!", equals="reference")
    plain = dataclasses.replace(task, metrics=(metric,), answer="correct")
    score = TaskScorer(plain).score(plain.items[0], Draw(text="!"))
    assert (score.metrics, score.answer) == ((0.0,), "")


def test_the_hash_is_of_the_definition_alone(task: Task) -> None:
    """The same rules have the same hash, whatever the items; other rules have another one."""
    before = TaskScorer(task).hash
    assert TaskScorer(dataclasses.replace(task, items=(), name="other")).hash == before
    metric = dataclasses.replace(task.metrics[0], pattern=task.metrics[0].pattern + " ")
    changes = [
        dataclasses.replace(task, metrics=(metric, *task.metrics[1:])),
        dataclasses.replace(task, metrics=task.metrics[::-1]),
        dataclasses.replace(task, metrics=task.metrics[:2]),
        dataclasses.replace(task, answer="correct"),
        dataclasses.replace(
            task, metrics=(*task.metrics[:2], dataclasses.replace(task.metrics[2], name="box"))
        ),
    ]
    assert len({before, *(TaskScorer(changed).hash for changed in changes)}) == 6


def test_the_hash_of_the_study_never_changes(repository: Path) -> None:
    """Baselines and plan hold this hash; what is told of every draw is no part of it."""
    task = load_task(repository / "evals" / "tasks", "letters_and_sums")
    assert TaskScorer(task).hash == open_scorer(task).hash == "15861178becde771"
    baseline = BaselineStore(repository / "evals" / "baselines").load("letters_and_sums", "rl")
    assert baseline.identity["scorer"] == open_scorer(task).hash


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31m[42]\x1b[0m",
        "a\r\nb\u2028c\x00",
        "\N{SNOWMAN}\N{RIGHT-TO-LEFT OVERRIDE}42",
        "\ud800[\udfff]",
        "[" * 1_000_000,
        "9" * 1_000_000,
        "::error::x\n" * 1000,
    ],
    ids=["escape", "line ends", "unicode", "surrogates", "brackets", "digits", "commands"],
)
def test_hostile_text_is_only_text(task: Task, text: str) -> None:
    """No completion makes scoring fail, or leave [0, 1]."""
    assert set(scores(task, text).values()) <= {0.0, 1.0}
