"""Draws as rows of a table, with the scores that scorers gave them."""

from __future__ import annotations

import json
import math
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from harness.store.database import Database, decoded
from harness.store.survey import Stream

Kind = Literal["text", "whole", "number"]
#: What every row has. Seeds are texts, since they may take more than 64 bits.
COLUMNS: Mapping[str, Kind] = {
    "arm": "text", "run": "text", "fingerprint": "text", "sampling": "text", "stream": "text",
    "stream_seed": "text", "id": "text", "prompt": "text", "index": "whole", "completion": "text",
    "finish": "text", "seed": "text", "tokens": "whole", "prompt_tokens": "whole",
    "seconds": "number", "transcript": "text",
}  # fmt: skip
_PROMPTS = """
SELECT id, text FROM prompts
WHERE id IN (SELECT DISTINCT prompt FROM draws WHERE stream = ?) ORDER BY id
"""
_DRAWS = """
SELECT n, text, finish, seed, tokens, prompt_tokens, seconds, transcript, scored
FROM draws WHERE stream = ? AND prompt = ? ORDER BY n
"""
_SCORERS = """
SELECT id, hash, metrics FROM scorers WHERE EXISTS (
    SELECT 1 FROM scores WHERE scorer = scorers.id AND stream IN (SELECT value FROM json_each(?))
) ORDER BY id
"""
_UNPLACED = """
SELECT count(*) FROM scores
WHERE stream IN (SELECT value FROM json_each(?)) AND item NOT IN (SELECT id FROM items)
"""
_SCORES = "SELECT n, metrics FROM scores WHERE scorer = ? AND stream = ? AND item = ?"


class Rows:
    """The rows of some streams: by stream, prompt and index.

    A metric's column has the metric's name; if several scorers have such a metric, or another
    column has that name, each is called by its scorer, too: ``correct@0badf00d``.

    Attributes
    ----------
    columns
        Names and kinds of the columns.
    metrics
        Which of them are scores.
    shared
        Prompts that several items ask, in a stream: rows have the first item's scores.
    unplaced
        Scores that no row has, since it is not known which prompt their items ask.
    """

    def __init__(self, database: Database, streams: Sequence[Stream]) -> None:
        self._connection = database.connection
        self._streams = streams
        numbers = json.dumps([stream.number for stream in streams])
        scorers = self._connection.execute(_SCORERS, (numbers,)).fetchall()
        self._metrics = _named([(scorer, key, json.loads(names)) for scorer, key, names in scorers])
        self.metrics = tuple(name for names in self._metrics.values() for name in names)
        self.columns: dict[str, Kind] = {**COLUMNS, **dict.fromkeys(self.metrics, "number")}
        self.shared = 0
        (self.unplaced,) = self._connection.execute(_UNPLACED, (numbers,)).fetchone()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows; one prompt's scores at a time are in memory."""
        for stream in self._streams:
            yield from self.of(stream)

    def of(self, stream: Stream) -> Iterator[dict[str, Any]]:
        """Yield the rows of one of the streams."""
        head = {"arm": stream.arm, "run": stream.run, **_told(stream.identity)}
        for prompt, text in self._connection.execute(_PROMPTS, (stream.number,)):
            item, scores = self._scores(stream.number, prompt)
            own = {**dict.fromkeys(self.columns), **head, "prompt": decoded(text), "id": item}
            for row in self._connection.execute(_DRAWS, (stream.number, prompt)):
                yield {**own, **_draw(row), **scores.get(row[0], {})}

    def _scores(
        self, stream: int, prompt: int
    ) -> tuple[str | None, Mapping[int, dict[str, float | None]]]:
        """Return the item that asks a prompt, and by index what its draws scored."""
        items = self._connection.execute("SELECT id FROM items WHERE prompt = ?", (prompt,))
        known = sorted(item for (item,) in items)
        found = {item: scores for item in known if (scores := self._of_item(stream, item))}
        self.shared += len(found) > 1
        return next(iter(found.items()), (known[0] if known else None, {}))

    def _of_item(self, stream: int, item: str) -> dict[int, dict[str, float | None]]:
        found: dict[int, dict[str, float | None]] = {}
        for scorer, names in self._metrics.items():
            for n, metrics in self._connection.execute(_SCORES, (scorer, stream, item)):
                values = [None if math.isnan(value) else value for value in array("d", metrics)]
                found.setdefault(n, {}).update(zip(names, values, strict=True))
        return found


def _named(scorers: Sequence[tuple[int, str, list[str]]]) -> dict[int, list[str]]:
    """Name the columns of each scorer's metrics."""
    times = Counter([*COLUMNS, *(name for _, _, names in scorers for name in names)])
    return {
        scorer: [name if times[name] == 1 else f"{name}@{key[:8]}" for name in names]
        for scorer, key, names in scorers
    }


def _told(identity: Mapping[str, Any]) -> dict[str, str]:
    return {
        "fingerprint": str(identity.get("fingerprint", "")),
        "sampling": json.dumps(identity.get("sampling", {})),
        "stream": str(identity.get("stream", "")),
        "stream_seed": str(identity.get("seed", "")),
    }


def _draw(row: tuple[Any, ...]) -> dict[str, Any]:
    """Name what is known of a draw; where a record gave scores, nobody has its text."""
    n, text, finish, seed, tokens, prompt_tokens, seconds, transcript, scored = row
    return {
        "index": n, "completion": None if scored else decoded(text), "finish": finish,
        "seed": seed, "tokens": tokens, "prompt_tokens": prompt_tokens, "seconds": seconds,
        "transcript": decoded(transcript) or None,
    }  # fmt: skip
