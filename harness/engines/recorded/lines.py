"""Read a record of JSON lines: by offset, so that no text is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from harness.engines.recorded.entry import Entry, Row, Rows, placed
from harness.errors import EngineError
from harness.records import Draw

LONGEST = 1 << 26  # bytes of a line


class Lines:
    """A file with a JSON object on each line, whose meaning `rows` knows."""

    def __init__(self, path: Path, rows: Rows) -> None:
        self._path = path
        self._rows = rows

    def scan(self) -> Iterator[Entry]:
        """Yield what the lines hold, each checked."""
        place = 0
        with placed(str(self._path)), self._path.open("rb") as file:
            for number in count(1):
                line = file.readline(LONGEST + 1)
                if not line:
                    return
                if line.strip():
                    with placed(f"{self._path}:{number}"):
                        entry = self._checked(parsed(line), place)
                    if entry is not None:
                        yield entry
                place += len(line)

    def _checked(self, row: Row, place: int) -> Entry | None:
        entry = self._rows.entry(row, place)
        if entry is not None:
            self._rows.draws(row, min(entry.count, 1))
        return entry

    def read(self, wanted: Sequence[tuple[int, int]]) -> Iterator[Sequence[Draw]]:
        """Yield the draws of the lines at some offsets."""
        with placed(str(self._path)), self._path.open("rb") as file:
            for place, stop in wanted:
                file.seek(place)
                yield self._rows.draws(parsed(file.readline()), stop)


def parsed(line: bytes) -> Row:
    """Parse a line.

    Raises
    ------
    EngineError
        If it is no JSON object.
    """
    if len(line) > LONGEST:
        msg = f"this line is longer than {LONGEST >> 20} MiB"
        raise EngineError(msg, hint="is this JSON lines, one draw a line?")
    try:
        row = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except ValueError as error:
        msg = f"this line is no JSON: {getattr(error, 'msg', error)}"
        raise EngineError(msg, hint="is the file whole?") from None
    if not isinstance(row, dict):
        msg = f"this line holds a {type(row).__name__}, not an object"
        raise EngineError(msg, hint='write {"prompt": ..., "completion": ...}')
    return row


def _no_constant(name: str) -> float:
    msg = f"{name} is no number"
    raise ValueError(msg)
