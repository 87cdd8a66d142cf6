"""Write draws to a file for others to read: Parquet, JSON lines, or samples of lm-eval."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

from harness.errors import FileError
from harness.files import replacing
from harness.store.database import Database
from harness.store.rows import Kind, Rows
from harness.store.samples import samples
from harness.store.survey import Stream

_BATCH = 1_000  # rows that are in memory
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written.

    Attributes
    ----------
    rows
        How many.
    replaced
        In how many of them what is no Unicode was replaced.
    shared
        Prompts that several items ask: rows name the first, and its scores.
    unplaced
        Scores that are left out, since it is not known which prompt they belong to.
    """

    rows: int
    replaced: int
    shared: int
    unplaced: int


class _Writer(Protocol):
    replaced: int

    def write(self, rows: Sequence[dict[str, Any]]) -> None: ...


def export(
    database: Database, streams: Sequence[Stream], path: Path, told: Callable[[int], None]
) -> Exported:
    """Write the draws of some streams, batch by batch, and put the file in its place at the end.

    Parameters
    ----------
    database
        The store.
    streams
        Which of its streams.
    path
        The file; its name tells the format.
    told
        Is told how many rows are written so far.

    Raises
    ------
    FileError
        If it can't be written, has another name, or can't hold these draws.
    StoreError
        If the store can't be read.
    """
    opened = _format_of(path, streams)
    with database.reading(), replacing(path) as file:
        rows, written = Rows(database, streams), 0
        with opened(file, rows.columns) as writer:
            for batch in _batches(rows):
                with _placed(path):
                    writer.write(batch)
                written += len(batch)
                told(written)
        return Exported(
            rows=written, replaced=writer.replaced, shared=rows.shared, unplaced=rows.unplaced
        )


def _format_of(path: Path, streams: Sequence[Stream]) -> _Format:
    form = next((form for name, form in _FORMATS.items() if fnmatch(path.name, name)), None)
    if form is None:
        msg = f"{path.suffix or 'a file without a suffix'} is no format of draws"
        raise FileError(msg, where=str(path), hint="name it .parquet or .jsonl")
    if form is samples and len(streams) != 1:
        msg = f"holds the samples of one stream, and {len(streams)} are asked for"
        hint = "name one: --stream N; `harness draws ls` tells their numbers"
        raise FileError(msg, where=str(path), hint=hint)
    return form


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    try:
        yield
    except FileError as error:
        error.where = str(path)
        raise


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch


class _JsonLines:
    """Writes an object a line, in ASCII: escapes hold whatever a model says."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.replaced = 0

    def write(self, rows: Sequence[dict[str, Any]]) -> None:
        self._file.writelines(json.dumps(row).encode() + b"\n" for row in rows)


class _Parquet:
    """Writes a row group a batch; what is no Unicode, Parquet can't hold."""

    def __init__(self, writer: Any, schema: Any) -> None:  # noqa: ANN401  pyarrow has no types
        self._writer = writer
        self._schema = schema
        self.replaced = 0

    def write(self, rows: Sequence[dict[str, Any]]) -> None:
        import pyarrow as pa  # noqa: PLC0415  only for Parquet

        fit = [self._fitted(row) for row in rows]
        self._writer.write_table(pa.Table.from_pylist(fit, schema=self._schema))

    def _fitted(self, row: dict[str, Any]) -> dict[str, Any]:
        fit = {
            key: _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
            if isinstance(value, str)
            else value
            for key, value in row.items()
        }
        self.replaced += fit != row
        return fit


@contextmanager
def _json_lines(file: IO[bytes], columns: Mapping[str, Kind]) -> Iterator[_Writer]:
    del columns
    yield _JsonLines(file)


@contextmanager
def _parquet(file: IO[bytes], columns: Mapping[str, Kind]) -> Iterator[_Writer]:
    import pyarrow as pa  # noqa: PLC0415  only for Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415  as above

    types = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    with pq.ParquetWriter(file, schema) as writer:
        yield _Parquet(writer, schema)


_Format = Callable[[IO[bytes], Mapping[str, Kind]], AbstractContextManager[_Writer]]
#: How files of each format are called; the first that fits tells, as for those of a record.
_FORMATS: Mapping[str, _Format] = {
    "samples_*.jsonl": samples,
    "*.parquet": _parquet,
    "*.jsonl": _json_lines,
}
