"""JSON lines as a record: whose draws they are, in which order, and no more than there are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.engines import Engine
from harness.errors import EngineError
from harness.records import Draw

from .conftest import PROMPTS, Row

Open = Callable[..., Engine]
Ask = Callable[..., list[list[Draw]]]
Write = Callable[..., Path]


def texts(found: list[list[Draw]]) -> list[list[str]]:
    """Return what was said."""
    return [[draw.text for draw in draws] for draws in found]


def said(*draws: int) -> list[list[str]]:
    """Return what the record says to each prompt."""
    return [[f"{prompt}{draw}" for draw in draws] for prompt in PROMPTS]


def test_draws_come_in_the_order_of_the_file(
    record: Write, rows: list[Row], opened: Open, drawn: Ask
) -> None:
    """Each prompt gets its own draws, the first ones; blank lines and other prompts are nothing."""
    path = record([*rows, {"prompt": "other", "completion": "?"}])
    path.write_text(path.read_text().replace("\n", "\n\n"))
    assert texts(drawn(opened(path), count=4)) == said(0, 1, 2, 3)
    assert texts(drawn(opened(path), count=2)) == said(0, 1)


def test_more_draws_continue_the_same_sequence(
    record: Write, rows: list[Row], opened: Open, drawn: Ask
) -> None:
    """Asked in steps, with other keys, alone or in another order, a prompt's draws are the same."""
    engine = opened(record(rows))
    assert texts(drawn(engine, count=2, start=1, key=8)) == said(1, 2)
    assert texts(drawn(engine, PROMPTS[::-1], count=3)) == said(0, 1, 2)[::-1]
    assert texts(drawn(engine, PROMPTS[2:3], count=1, start=3)) == said(3)[2:3]
    assert drawn(engine, ()) == []


def test_an_index_orders_draws(record: Write, rows: list[Row], opened: Open, drawn: Ask) -> None:
    """Where lines have an index, it rules their order in the file."""
    numbered = [{**row, "index": 9 - number} for number, row in enumerate(rows[::-1][:10])]
    found = texts(drawn(opened(record(numbered)), PROMPTS, count=2))
    assert found == said(2, 3)


def test_a_draw_keeps_what_is_known_of_it(record: Write, opened: Open, drawn: Ask) -> None:
    """How it ended, its tokens and its metadata come along."""
    row = {"prompt": "a", "completion": "b", "finish": "length", "tokens": 3, "metadata": {"x": 1}}
    ((draw,),) = drawn(opened(record([row])), ["a"])
    assert draw == Draw(text="b", finish="length", tokens=3, transcript='{"x": 1}')


def test_columns_have_other_names(record: Write, opened: Open, drawn: Ask) -> None:
    """A record that calls its columns otherwise is read by these names."""
    path = record([{"question": "a", "output": "b", "prompt": "c"}])
    names = {"prompt": "question", "completion": "output"}
    assert texts(drawn(opened(path, columns=names), ["a"])) == [["b"]]


def test_an_item_is_known_by_its_id(record: Write, opened: Open, drawn: Ask) -> None:
    """A line without a prompt is matched by its item's id; a prompt rules an id beside it."""
    path = record([{"id": "0f", "completion": "b"}, {"id": "1e", "prompt": "p", "completion": "c"}])
    engine = opened(path)
    assert texts(drawn(engine, {"a": "0f", "p": "2d"})) == [["b"], ["c"]]
    with pytest.raises(EngineError, match="lacks 1 of the 1 prompts"):
        drawn(engine, {"q": "1e"})


def test_a_folder_is_one_record(record: Write, rows: list[Row], opened: Open, drawn: Ask) -> None:
    """The draws of several files follow each other, by the files' names."""
    record(rows[10:], "runs/b.jsonl")
    path = record(rows[:10], "runs/a.jsonl").parent
    assert texts(drawn(opened(path), count=4)) == said(0, 1, 2, 3)


def test_the_content_is_the_identity(record: Write, rows: list[Row], opened: Open) -> None:
    """A copy is the same record, a changed one another; its identity is pinned."""
    first = opened(record(rows))
    assert first.pinned
    assert opened(record(rows, "copy.jsonl")).fingerprint == first.fingerprint
    assert opened(record(rows), format="jsonl").fingerprint == first.fingerprint
    assert opened(record(rows[1:], "less.jsonl")).fingerprint != first.fingerprint
    assert opened(record(rows), columns={"id": "prompt"}).fingerprint != first.fingerprint


def test_missing_prompts_are_counted(
    record: Write, rows: list[Row], opened: Open, drawn: Ask
) -> None:
    """The error tells how many prompts are missing, the first, and one that is there."""
    with pytest.raises(
        EngineError,
        match=r"rl\.jsonl: lacks 2 of the 7 prompts .* first of them 'x'; .* first here is '0\+1='",
    ):
        drawn(opened(record(rows)), [*PROMPTS, "x", "y"])


def test_too_few_draws_are_told(record: Write, rows: list[Row], opened: Open, drawn: Ask) -> None:
    """The error tells the prompt with the fewest draws, and the setting that mends it."""
    engine = opened(record(rows[:-1]))
    with pytest.raises(
        EngineError,
        match=r"has 3 draws of this prompt, 16 are asked for: '4\+1='; set draws: 3",
    ):
        drawn(engine, count=12, start=4)


def test_a_draw_that_stands_twice_is_refused(record: Write, opened: Open, drawn: Ask) -> None:
    """Two lines of one index are one draw told twice, and no evidence; unasked they do no harm."""
    row = {"prompt": "a", "completion": "b", "index": 1}
    engine = opened(record([row, row, {"prompt": "c", "completion": "d"}]))
    assert texts(drawn(engine, ["c"])) == [["d"]]
    with pytest.raises(EngineError, match="draw 1 of this prompt stands twice: 'a'"):
        drawn(engine, ["a"])


def test_a_record_that_changes_is_noticed(
    record: Write, rows: list[Row], opened: Open, drawn: Ask
) -> None:
    """Draws are of the content that was hashed, or there are none."""
    path = record(rows)
    engine = opened(path)
    record(rows[1:])
    with pytest.raises(EngineError, match="has changed since it was first read; run again"):
        drawn(engine)
    path.unlink()
    with pytest.raises(EngineError, match="can't be read: No such file"):
        drawn(engine)
