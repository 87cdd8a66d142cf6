"""Counts as a record: draws that are right or wrong, and say nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness.engines import Engine
from harness.errors import EngineError
from harness.records import UNKNOWN, Draw, Item, MetricSpec, Task
from harness.scoring import open_scorer

Open = Callable[..., Engine]
Ask = Callable[..., list[list[Draw]]]
Write = Callable[..., Path]


def hits(draws: list[Draw]) -> list[float]:
    """Return the scores that draws bring along."""
    assert not any(draw.text for draw in draws)
    return [dict(draw.scored)["correct"] for draw in draws]


def test_counts_become_draws(record: Write, opened: Open, drawn: Ask) -> None:
    """C of n draws are right; several lines of a prompt add up."""
    path = record([
        {"prompt": "a", "n": 8, "c": 3}, {"id": "0f", "n": 8, "c": 8},
        {"prompt": "a", "n": 2, "c": 2},
    ])  # fmt: skip
    one, other = drawn(opened(path), {"a": "", "b": "0f"}, 8)
    assert sum(hits(one)) == 3
    assert sum(hits(other)) == 8
    assert sum(hits(drawn(opened(path), ["a"], 10)[0])) == 5


def test_their_order_is_fixed(record: Write, opened: Open, drawn: Ask) -> None:
    """Fewer draws are a prefix, whatever the key; later ones continue it."""
    engine = opened(record([{"prompt": "a", "n": 64, "c": 30}]))
    (whole,) = drawn(engine, ["a"], 64)
    assert drawn(engine, ["a"], 20, key=9)[0] == whole[:20]
    assert drawn(engine, ["a"], 44, start=20)[0] == whole[20:]
    assert 0 < sum(hits(whole[:32])) < 30


def test_every_order_is_as_likely(record: Write, opened: Open, drawn: Ask) -> None:
    """A prefix has the mean and the variance of draws without replacement."""
    prompts = [str(n) for n in range(4000)]
    engine = opened(record([{"prompt": prompt, "n": 8, "c": 2} for prompt in prompts]))
    seen = np.array([sum(hits(draws)) for draws in drawn(engine, prompts, 4)])
    assert abs(seen.mean() - 1.0) < 0.05
    assert abs(seen.var() - 4 * 0.25 * 0.75 * 4 / 7) < 0.04


def test_two_records_deal_apart(record: Write, opened: Open, drawn: Ask) -> None:
    """The order depends on the record too: two arms of one count don't agree draw by draw."""
    row = {"prompt": "a", "n": 64, "c": 32}
    one = drawn(opened(record([row])), ["a"], 64)
    other = drawn(opened(record([row, {"prompt": "b", "n": 1, "c": 1}], "b.jsonl")), ["a"], 64)
    assert 8 < sum(x != y for x, y in zip(hits(one[0]), hits(other[0]), strict=True)) < 56


def test_a_large_count_is_no_burden(record: Write, opened: Open, drawn: Ask) -> None:
    """Only what is asked for is dealt."""
    (draws,) = drawn(opened(record([{"prompt": "a", "n": 100_000, "c": 100_000}])), ["a"], 4)
    assert hits(draws) == [1.0] * 4


def test_a_scorer_passes_them_on() -> None:
    """What the record gives is the score; other metrics and the answer are not known."""
    metrics = tuple(MetricSpec(name=name, pattern="(.*)", equals="reference")
                    for name in ("correct", "lenient"))  # fmt: skip
    item = Item(id="0f", prompt="a", reference="b")
    scorer = open_scorer(Task(name="t", items=(item,), metrics=metrics, answer="correct"))
    score = scorer.score(item, Draw(text="", scored=(("correct", 1.0),)))
    assert score.metrics[0] == 1.0
    assert math.isnan(score.metrics[1])
    assert score.answer == UNKNOWN
    assert scorer.score(item, Draw(text="b")).metrics == (1.0, 1.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"n": 4, "c": 5}, "counts 5 right draws of 4"),
        ({"n": 4}, "needs 'c'"),
        ({"n": -4, "c": 0}, "n is -4, not a whole number from 0"),
        ({"n": 4.5, "c": 0}, "n is 4.5, not a whole number"),
        ({"n": True, "c": 0}, "n is True, not a whole number"),
        ({"n": "4", "c": 0}, "n is '4', not a whole number"),
        ({"n": 10**40, "c": 0}, "n is 10+, not a whole number"),
        ({"n": None, "c": 0}, "n is None, not a whole number"),
        ({"n": 100_001, "c": 0}, "counts 100001 draws of a prompt, and 100000 are the most; is n"),
        ({"n": 10**12, "c": 10**12}, "counts 1000000000000 draws of a prompt"),
    ],
)
def test_impossible_counts_are_refused(
    record: Write, opened: Open, row: dict[str, object], message: str
) -> None:
    """One error says the line, the column and the value."""
    path = record([{"prompt": "a", "n": 1, "c": 0}, {"prompt": "b", **row}])
    with pytest.raises(EngineError, match=rf"rl\.jsonl:2: {message}"):
        opened(path)


def test_a_prompt_without_draws(record: Write, opened: Open, drawn: Ask) -> None:
    """None of none is a count, and no draws."""
    with pytest.raises(EngineError, match="has 0 draws of this prompt, 1 are asked for"):
        drawn(opened(record([{"prompt": "a", "n": 0, "c": 0}])), ["a"])
