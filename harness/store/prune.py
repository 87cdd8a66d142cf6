"""Delete streams, and whatever nothing refers to any more."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from harness.store.database import Database
from harness.store.survey import Stream

#: In this order: each table refers to those that come after it.
_SWEEP = (
    ("draws", "stream NOT IN (SELECT id FROM streams) OR prompt NOT IN (SELECT id FROM prompts)"),
    ("scores", "stream NOT IN (SELECT id FROM streams)"),
    ("scores", "scorer NOT IN (SELECT id FROM scorers)"),
    (
        "scores",
        """length(metrics) <> 8 * (
            SELECT json_array_length(scorers.metrics) FROM scorers WHERE id = scorer
        )""",
    ),
    (
        "scores",
        """item IN (SELECT id FROM items) AND NOT EXISTS (
            SELECT 1 FROM items JOIN draws USING (prompt)
            WHERE items.id = item AND draws.stream = scores.stream AND draws.n = scores.n
        )""",
    ),
    ("prompts", "id NOT IN (SELECT prompt FROM draws)"),
    ("items", "prompt NOT IN (SELECT id FROM prompts)"),
    ("scorers", "NOT EXISTS (SELECT 1 FROM scores WHERE scorer = scorers.id)"),
)


def useless(found: Sequence[Stream], folder: Path) -> list[Stream]:
    """Return the streams that no run can use again: each was for one run, and that has ended.

    Parameters
    ----------
    found
        Streams.
    folder
        Where the store lies, and a note of the run that is under way or was cut short.
    """
    try:
        running = (folder / "running").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        running = ""
    return [stream for stream in found if stream.run not in {"", running}]


def older(found: Sequence[Stream], days: float) -> list[Stream]:
    """Return the streams that were begun more than so many days ago."""
    now = dt.datetime.now(dt.UTC)
    return [
        stream
        for stream in found
        if (now - dt.datetime.fromisoformat(stream.created)).total_seconds() > days * 86_400
    ]


def prune(database: Database, doomed: Sequence[Stream]) -> Counter[str]:
    """Delete streams with all that is theirs alone; return the rows deleted, by table.

    Raises
    ------
    StoreError
        If another process has the store open.
    """
    deleted: Counter[str] = Counter()
    with database.alone() as connection:
        for stream in doomed:
            cursor = connection.execute("DELETE FROM streams WHERE id = ?", (stream.number,))
            deleted["streams"] += cursor.rowcount
        for table, condition in _SWEEP:
            cursor = connection.execute(f"DELETE FROM {table} WHERE {condition}")  # noqa: S608  constants
            deleted[table] += cursor.rowcount
    return deleted
