"""Training data in records: the strings of JSON lines and of Parquet, a record a document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from harness.contamination.block import BLOCK, Block, Reading
from harness.contamination.texts import texts
from harness.contamination.words import SEPARATOR
from harness.errors import ContaminationError

_LONGEST = 1 << 24  # bytes of a line that is parsed
_BATCH = 256  # rows of Parquet


class Lines(Protocol):
    """A file that is read line by line."""

    def readline(self, size: int, /) -> bytes:
        """Read a line, or so many bytes of it."""
        ...


def json_lines(name: str, file: Lines, field: str, reading: Reading) -> Iterator[Block]:
    """Yield the records of JSON lines; lines that are no JSON, or too long, are plain text."""

    def records() -> Iterator[tuple[int, str] | Block]:
        for number in count(1):
            line = file.readline(_LONGEST)
            if not line:
                return
            if len(line) == _LONGEST and not line.endswith(b"\n"):
                reading.broken += 1
                yield from texts(name, _Line(file, line).read, reading, line=number)
            elif not line.isspace():
                yield number, _parsed(line.decode("utf-8", "replace"), field, reading)

    return _joined(name, records(), reading)


def parquet(path: Path, field: str, reading: Reading) -> Iterator[Block]:
    """Yield the records of a Parquet file: its columns of strings, or the one of the field.

    Raises
    ------
    ContaminationError
        If it is no Parquet, or has no such column.
    """
    import pyarrow as pa  # noqa: PLC0415  seldom needed, and large
    import pyarrow.parquet as pq  # noqa: PLC0415

    def rows(file: Any) -> Iterator[tuple[int, str]]:  # noqa: ANN401  no types
        number = count(1)
        start, size = reading.done, path.stat().st_size
        columns = _columns(file, field, str(path))
        for batch in _batches(file, columns):
            for row in batch.to_pylist():
                at = next(number)
                reading.done = start + size * at // file.metadata.num_rows
                yield at, _text(row, field, reading)

    try:
        with pq.ParquetFile(path) as file:
            yield from _joined(str(path), rows(file), reading)
    except pa.ArrowException as error:
        line = str(error).partition("\n")[0]
        msg = f"this is no Parquet that can be read: {line}"
        raise ContaminationError(msg, where=str(path), hint="is the file whole?") from None


def _batches(file: Any, columns: list[str]) -> Iterator[Any]:  # noqa: ANN401  no types
    """Yield batches of rows, a row group at a time: over all of them Arrow keeps what it read."""
    for group in range(file.num_row_groups):
        yield from file.iter_batches(batch_size=_BATCH, row_groups=[group], columns=columns)


def _columns(file: Any, field: str, where: str) -> list[str]:  # noqa: ANN401  no types
    """Name the columns that may hold text: all but plain numbers, or the one of the field."""
    from pyarrow import types  # noqa: PLC0415  as above

    schema = file.schema_arrow
    if not field:
        return [one.name for one in schema
                if types.is_nested(one.type) or types.is_string(one.type)
                or types.is_large_string(one.type) or types.is_dictionary(one.type)]  # fmt: skip
    column = field if field in schema.names else field.partition(".")[0]
    if column not in schema.names:
        msg, known = f"this has no column {column!r}", ", ".join(schema.names)
        raise ContaminationError(msg, where=where, hint=f"it has {known}")
    return [column]


def _joined(
    name: str, records: Iterable[tuple[int, str] | Block], reading: Reading
) -> Iterator[Block]:
    """Put records into blocks, and part large ones; a block between them passes in its place."""
    rows: list[int] = []
    held: list[str] = []
    size = 0
    for one in records:
        if not isinstance(one, Block) and size + len(one[1]) < BLOCK:
            rows.append(one[0])
            held.append(one[1])
            size += len(one[1])
            continue
        if rows:
            yield _block(name, rows, SEPARATOR.join(held), reading)
        rows, held, size = [], [], 0
        if isinstance(one, Block):
            yield one
        elif len(one[1]) < BLOCK:
            rows, held, size = [one[0]], [one[1]], len(one[1])
        else:
            yield from _parted(name, *one, reading)
    if rows:
        yield _block(name, rows, SEPARATOR.join(held), reading)


def _parted(name: str, row: int, text: str, reading: Reading) -> Iterator[Block]:
    """Part a large record after spaces."""
    start = 0
    while start < len(text):
        end = start + BLOCK
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space + 1 if space > start else end
        yield _block(name, [row], text[start:end], reading, continues=start > 0)
        start = end


def _block(
    name: str, rows: list[int], text: str, reading: Reading, *, continues: bool = False
) -> Block:
    reading.text += len(text)
    return Block(name=name, text=text, rows=tuple(rows), continues=continues)


def _parsed(line: str, field: str, reading: Reading) -> str:
    """Return the text of a line of JSON, or the line if it is none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        reading.broken += 1
        return line.replace(SEPARATOR, " ")
    return _text(record, field, reading)


def _text(record: object, field: str, reading: Reading) -> str:
    """Return the strings of a record, or of its field, as one text."""
    reading.records += 1
    if field and isinstance(record, dict) and field in record:
        found = list(_strings(record[field]))  # a name with a dot in it
    else:
        found = list(_strings(record, *field.split("."))) if field else list(_strings(record))
    reading.lacking += not found
    return "\n".join(found).replace(SEPARATOR, " ")


def _strings(value: object, *path: str) -> Iterator[str]:
    """Yield the strings of a value, or of what is there by a path of keys, through lists."""
    waiting = [(value, path)]
    while waiting:
        one, keys = waiting.pop()
        if isinstance(one, str) and not keys:
            yield one
        elif isinstance(one, list):
            waiting += [(each, keys) for each in reversed(one)]
        elif isinstance(one, dict) and keys:
            waiting += [(one[keys[0]], keys[1:])] if keys[0] in one else []
        elif isinstance(one, dict):
            waiting += [(each, ()) for each in reversed(one.values())]


class _Line:
    """A line that is read on from where it was begun."""

    def __init__(self, file: Lines, begun: bytes) -> None:
        self._file = file
        self._begun = memoryview(begun)
        self._ended = False

    def read(self, most: int) -> bytes:
        """Read on, up to the end of the line; then nothing."""
        if self._begun:
            found = bytes(self._begun[:most])
            self._begun = self._begun[most:]
            return found
        found = b"" if self._ended else self._file.readline(most)
        self._ended = found.endswith(b"\n")
        return found
