"""Read what was said, from the store alone: no engine is opened."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.errors import StoreError
from harness.store import Database
from harness.store.database import decoded

_PROMPT = "SELECT text FROM items JOIN prompts ON prompts.id = items.prompt WHERE items.id = ?"
_DRAWS = """
SELECT n, text, finish, tokens, transcript, scored FROM draws
WHERE stream = ? AND prompt = (SELECT prompt FROM items WHERE id = ?)
AND n IN (SELECT value FROM json_each(?)) ORDER BY n
"""
_SCORES = """
SELECT n, metrics, answer FROM scores WHERE scorer = ? AND stream = ? AND item = ?
AND n IN (SELECT value FROM json_each(?))
"""
_LENGTHS = """
SELECT items.id, n, tokens, length(text) FROM items JOIN draws ON draws.prompt = items.prompt
WHERE stream = ? AND n < ? AND scored = ''
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One draw.

    Attributes
    ----------
    text
        The completion; None where nobody has it.
    metrics
        By the scorer's order; None for what is not known.
    answer
        A hash of the answer; empty for none.
    transcript
        What an agent said and did on the way; empty for none.
    """

    n: int
    text: str | None
    finish: str
    tokens: int | None
    answer: str
    metrics: tuple[float | None, ...]
    transcript: str


class Reader:
    """Reads the draws of a run's samples, each known by task and arm.

    Parameters
    ----------
    database
        The store, open.
    samples
        Those of `run.json`.

    Raises
    ------
    StoreError
        If it lacks their streams or scorers.
    """

    def __init__(self, database: Database, samples: Sequence[Mapping[str, Any]]) -> None:
        self._connection = database.connection
        self._explained = database.explained
        self._where = str(database.path)
        self._numbers = {
            (one["task"], one["arm"]): (
                self._number("streams", one["stream"]),
                self._number("scorers", one["scorer"]),
            )
            for one in samples
        }

    def _number(self, table: str, key: str) -> int:
        with self._explained():
            row = self._connection.execute(
                f"SELECT id FROM {table} WHERE hash = ?",  # noqa: S608  one of two names
                (key,),
            ).fetchone()
        if row is None:
            msg = f"the draw store lacks {table[:-1]} {key.partition('/')[0]}"
            hint = "was it pruned, or is this another store? Run the evals again"
            raise StoreError(msg, where=self._where, hint=hint)
        return int(row[0])

    def prompt(self, item: str) -> str | None:
        """Return the prompt of an item; None if the store does not tell it."""
        with self._explained():
            row = self._connection.execute(_PROMPT, (item,)).fetchone()
        return None if row is None else decoded(row[0])

    def draws(self, task: str, arm: str, item: str, chosen: Sequence[int]) -> list[Said]:
        """Return some draws of an item, by their numbers; those that are gone are left out."""
        stream, scorer = self._numbers[task, arm]
        asked = json.dumps(list(chosen))
        with self._explained():
            scores = {
                n: (_plain(metrics), answer)
                for n, metrics, answer in self._connection.execute(
                    _SCORES, (scorer, stream, item, asked)
                )
            }
            rows = self._connection.execute(_DRAWS, (stream, item, asked)).fetchall()
        return [_said(row, *scores.get(row[0], ((), ""))) for row in rows]

    def lengths(
        self, task: str, arm: str, counts: Mapping[str, int]
    ) -> Iterator[tuple[int | None, int]]:
        """Yield tokens and bytes of each draw that was read: the first `counts` of each item."""
        stream, _ = self._numbers[task, arm]
        most = max(counts.values(), default=0)
        with self._explained():
            for item, n, tokens, size in self._connection.execute(_LENGTHS, (stream, most)):
                if n < counts.get(item, 0):
                    yield tokens, size


def _plain(metrics: bytes) -> tuple[float | None, ...]:
    return tuple(None if math.isnan(value) else value for value in array("d", metrics))


def _said(row: tuple[Any, ...], metrics: tuple[float | None, ...], answer: str) -> Said:
    n, text, finish, tokens, transcript, scored = row
    return Said(
        n=n,
        text=None if scored else decoded(text),
        finish=finish,
        tokens=tokens,
        answer=answer,
        metrics=metrics,
        transcript=decoded(transcript),
    )
