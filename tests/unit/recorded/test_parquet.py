"""Parquet as a record: the same columns, read a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.engines import Engine
from harness.errors import EngineError
from harness.records import Draw

from .conftest import PROMPTS, Row

Open = Callable[..., Engine]
Ask = Callable[..., list[list[Draw]]]
Write = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Return a writer of Parquet files, in small row groups."""

    def write(rows: Iterable[Row], name: str = "rl.parquet") -> Path:
        path = tmp_path / name
        pq.write_table(pa.Table.from_pylist(list(rows)), path, row_group_size=3)
        return path

    return write


def test_it_says_what_json_lines_say(
    table: Write, record: Write, rows: list[Row], opened: Open, drawn: Ask
) -> None:
    """The same rows in either format are the same draws, whatever row group they lie in."""
    engine, other = opened(table(rows)), opened(record(rows))
    for start, count in [(0, 4), (1, 2), (3, 1)]:
        assert drawn(engine, count=count, start=start) == drawn(other, count=count, start=start)
    assert drawn(engine, PROMPTS[3:], count=2) == drawn(other, PROMPTS[3:], count=2)


def test_other_names_and_fields(table: Write, opened: Open, drawn: Ask) -> None:
    """Columns may be renamed, and what is known of a draw comes along; null is not known."""
    rows = [
        {"question": "a", "completion": "b", "tokens": 3, "finish": "length", "metadata": {"x": 1}},
        {"question": "a", "completion": "c", "tokens": None, "finish": None, "metadata": None},
    ]
    ((first, second),) = drawn(opened(table(rows), columns={"prompt": "question"}), ["a"], 2)
    assert first == Draw(text="b", finish="length", tokens=3, transcript='{"x": 1}')
    assert second == Draw(text="c")


def test_counts_in_parquet(table: Write, opened: Open, drawn: Ask) -> None:
    """A table of n and c is a record of counts."""
    (draws,) = drawn(opened(table([{"id": "0f", "n": 8, "c": 3}])), {"a": "0f"}, 8)
    assert sum(dict(draw.scored)["correct"] for draw in draws) == 3


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"prompt": "a"}, r"rl\.parquet: needs 'completion', and holds prompt"),
        ({"completion": "a"}, r"rl\.parquet: row 0: needs 'prompt' or 'id'"),
        ({"prompt": 4, "completion": "a"}, r"row 0: prompt is 4, not a text"),
        ({"prompt": "a", "n": 1, "c": 2}, r"row 0: counts 2 right draws of 1"),
        ({"prompt": "a", "n": 1.0, "c": 1}, r"row 0: n is 1\.0, not a whole number"),
    ],
)
def test_a_wrong_table_is_named(table: Write, opened: Open, row: Row, message: str) -> None:
    """One error says the file, the row and the column."""
    with pytest.raises(EngineError, match=message):
        opened(table([row]))


def test_a_completion_that_is_null(table: Write, opened: Open, drawn: Ask) -> None:
    """What is found only when it is asked for names its row, too."""
    path = table([{"prompt": p, "completion": c} for p, c in [("a", "b"), ("c", None)]])
    with pytest.raises(EngineError, match=r"rl\.parquet: row 1: completion is None, not a text"):
        drawn(opened(path), ["a", "c"])


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1"])
def test_a_broken_file_is_named(tmp_path: Path, opened: Open, content: bytes) -> None:
    """What is no Parquet gets one line."""
    path = tmp_path / "rl.parquet"
    path.write_bytes(content)
    with pytest.raises(EngineError, match=r"rl\.parquet: .* be read") as caught:
        opened(path)
    assert "\n" not in str(caught.value)


def test_a_table_without_rows(tmp_path: Path, opened: Open) -> None:
    """Columns without rows are no draws."""
    columns = pa.table(
        {"prompt": pa.array([], pa.string()), "completion": pa.array([], pa.string())}
    )
    pq.write_table(columns, tmp_path / "rl.parquet")
    with pytest.raises(EngineError, match="this record holds no draws"):
        opened(tmp_path / "rl.parquet")
