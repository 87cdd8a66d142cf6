"""Read a record in Parquet: a batch or a row group at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness.engines.recorded.entry import Entry, placed
from harness.engines.recorded.table import COLUMNS, KEYS, Table
from harness.errors import EngineError
from harness.records import Draw

_BATCH = 4_096  # rows


class Parquet:
    """A Parquet file with a draw, or counts, in each row; rows are numbered from 0."""

    def __init__(self, path: Path, table: Table) -> None:
        self._path = path
        self._table = table

    def scan(self) -> Iterator[Entry]:
        """Yield what the rows hold; completions are not read."""
        place = 0
        with self._opened() as file:
            self._table.settle(file.schema_arrow.names)
            names = self._known(file, KEYS)
            for batch in file.iter_batches(batch_size=_BATCH, columns=names):
                for row in batch.to_pylist():
                    with placed(f"{self._path}: row {place}"):
                        entry = self._table.entry(row, place)
                    yield entry
                    place += 1

    def read(self, wanted: Sequence[tuple[int, int]]) -> Iterator[Sequence[Draw]]:
        """Yield the draws of some rows; one row group at a time is in memory."""
        with self._opened() as file:
            names = self._known(file, COLUMNS)
            groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
            starts = [0, *accumulate(groups)]
            group, held = -1, pa.table({})
            for place, stop in wanted:
                wanted_group = bisect_right(starts, place) - 1
                if wanted_group != group:
                    group = wanted_group
                    held = file.read_row_group(group, columns=names)
                with placed(f"{self._path}: row {place}"):
                    (row,) = held.slice(place - starts[group], 1).to_pylist()
                    draws = self._table.draws(row, stop)
                yield draws

    def _known(self, file: Any, columns: Sequence[str]) -> list[str]:  # noqa: ANN401  no types
        there = set(file.schema_arrow.names)
        return [name for name in self._table.named(columns) if name in there]

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        with placed(str(self._path)):
            try:
                with pq.ParquetFile(self._path) as file:
                    yield file
            except (pa.ArrowException, pa.ArrowInvalid) as error:
                line = str(error).partition("\n")[0]
                msg = f"this is no Parquet that can be read: {line}"
                raise EngineError(msg, hint="is the file whole?") from None
