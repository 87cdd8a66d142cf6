"""Functions as metrics: what they are given, what they may return, and what tells them apart."""

from __future__ import annotations

import dataclasses
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import TaskError
from harness.records import Draw, Function, Item, MetricSpec, Scorer, Task
from harness.scoring import open_scorer

Open = Callable[..., Scorer]
ITEM = Item(id="0" * 16, prompt="6*7=", reference="42", tags={"split": "id"}, cluster="c")
NUMBER = MetricSpec(name="correct", pattern=r"(\d+)", equals="reference")
SAY = Draw(text="42", finish="length", transcript='{"steps": 2}')


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return an opener of scorers whose metric `quality` is a function of this body."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(body: str, **rule: object) -> Scorer:
        source = f"calls = []\ndef score(completion, reference, item):\n    {body}\n"
        (tmp_path / "scores_of_this_test.py").write_text(source, encoding="utf-8")
        monkeypatch.delitem(sys.modules, "scores_of_this_test", raising=False)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        spec = dataclasses.replace(Function(function="scores_of_this_test:score"), **rule)  # type: ignore[arg-type]
        metrics = (MetricSpec(name="quality", rule=spec), NUMBER)
        task = Task(name="sums", items=(ITEM,), metrics=metrics, answer="correct")
        return open_scorer(task)

    return make


def value(scorer: Scorer, draw: Draw = SAY) -> float:
    """Return what the function made of a draw."""
    score = scorer.score(ITEM, draw)
    return dict(zip(scorer.metrics, score.metrics, strict=True))["quality"]


def test_what_a_function_is_given(opened: Open) -> None:
    """It gets the completion, the reference, and the facts of item and draw."""
    scorer = opened("calls.append((completion, reference, item)); return 1")
    assert value(scorer) == 1
    facts = {
        "id": ITEM.id, "prompt": "6*7=", "tags": {"split": "id"}, "cluster": "c",
        "finish": "length", "transcript": '{"steps": 2}',
    }  # fmt: skip
    assert sys.modules["scores_of_this_test"].calls == [("42", "42", facts)]
    assert scorer.metrics == ("correct", "quality", "formatted", "truncated")
    assert scorer.score(ITEM, SAY).answer == scorer.right(ITEM)


def test_the_same_is_asked_once(opened: Open) -> None:
    """A function is called again only for what may change its mind: not for time or tokens."""
    scorer = opened("calls.append(1); return 0.5")
    for draw in (SAY, dataclasses.replace(SAY, seconds=2.0, tokens=9, seed=3)):
        assert value(scorer, draw) == 0.5
    calls: list[int] = sys.modules["scores_of_this_test"].calls
    assert len(calls) == 1
    value(scorer, dataclasses.replace(SAY, transcript=""))
    value(scorer, dataclasses.replace(SAY, finish="stop"))
    scorer.score(dataclasses.replace(ITEM, id="1" * 16), SAY)
    assert len(calls) == 4


@pytest.mark.parametrize(
    ("body", "rule", "expected"),
    [
        ("return True", {}, 1),
        ("return 0", {}, 0),
        ("return len(completion) / 8", {}, 0.25),
        ("import numpy; return numpy.float32(0.5)", {}, 0.5),
        ("return 2", {"low": 1.0, "high": 5.0}, 0.25),
        ("return -1", {"low": -1.0, "high": 1.0}, 0),
    ],
)
def test_what_a_function_may_return(
    opened: Open, body: str, rule: dict[str, float], expected: float
) -> None:
    """Truth values and numbers of its range, which is mapped onto [0, 1]."""
    assert value(opened(body, **rule)) == expected


def test_a_function_may_return_several(opened: Open) -> None:
    """A dict of the declared names is a metric for each of them."""
    scorer = opened("return {'style': 1, 'length': 0.25}", names=("length", "style"))
    assert scorer.metrics[1:3] == ("quality.length", "quality.style")
    assert scorer.score(ITEM, SAY).metrics[1:3] == (0.25, 1)


WRONG = [
    ("return 1.5", {}, "returned 1.5, no number in [0, 1]"),
    ("return -0.1", {}, "returned -0.1, no number in [0, 1]"),
    ("return float('nan')", {}, "returned nan, no number in [0, 1]"),
    ("return float('inf')", {}, "returned inf, no number in [0, 1]"),
    ("return None", {}, "returned None, no number in [0, 1]"),
    ("return '1'", {}, "returned '1', no number in [0, 1]"),
    ("return 6", {"low": 1.0, "high": 5.0}, "returned 6, no number in [1, 5]"),
    ("return {'a': 1}", {}, "returned {'a': 1}, no number in [0, 1]"),
    ("return 1", {"names": ("a",)}, "returned int, not a dict of a"),
    ("return {'b': 1}", {"names": ("a",)}, "returned ['b'], not a dict of a"),
    ("return {'a': 2}", {"names": ("a",)}, "returned 2 as 'a', no number in [0, 1]"),
    ("raise SystemExit(3)", {}, "raised SystemExit: 3"),
    ("return 1 / 0", {}, "raised ZeroDivisionError: division by zero"),
    ("raise ValueError('a\\nb' * 999)", {}, "raised ValueError: a\\nba\\nb"),
]


@pytest.mark.parametrize(("body", "rule", "message"), WRONG, ids=range(len(WRONG)))
def test_what_a_function_may_not_do(
    opened: Open, body: str, rule: dict[str, object], message: str
) -> None:
    """A wrong value or an exception names task, metric and item: it is never a silent 0."""
    scorer = opened(body, **rule)
    with pytest.raises(TaskError) as caught:
        scorer.score(ITEM, SAY)
    said = str(caught.value)
    assert said.startswith(
        "tasks/sums.yaml: metrics.quality: metric 'quality': scores_of_this_test:score " + message
    )
    assert said.endswith(f"(item {ITEM.id}, '6*7=')")
    assert "\n" not in said
    assert len(said) < 600
    assert str(pickle.loads(pickle.dumps(caught.value))) == said  # noqa: S301  our own


def test_what_tells_a_function_by(opened: Open) -> None:
    """Source, revision, names and range are its identity; a pool of processes is not."""
    body = "return 1"
    changes: list[dict[str, object]] = [
        {}, {"revision": "2"}, {"names": ("a",)}, {"low": -1.0}, {"high": 2.0},
    ]  # fmt: skip
    hashes = [opened(body, **change).hash for change in changes] + [opened("return 0").hash]
    assert len(set(hashes)) == 6
    assert opened(body, processes=True).hash == opened(body).hash == hashes[0]
    assert (opened(body, processes=True).heavy, opened(body).heavy) == (True, False)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("no_such_module:f", "can't import 'no_such_module'"),
        ("harness.errors:did_you_men", "no function 'did_you_men'; did you mean 'did_you_mean'?"),
        ("math:gcd", "module 'math' has no source to tell its version by; give the metric a"),
    ],
)
def test_a_function_that_is_of_no_use(opened: Open, function: str, message: str) -> None:
    """What can't be imported or told apart is refused, at its place, before anything is drawn."""
    with pytest.raises(TaskError) as caught:
        opened("return 1", function=function)
    assert message in str(caught.value)
    assert str(caught.value).startswith("tasks/sums.yaml: metrics.quality: ")
