"""Rows of our own kind, of JSON lines or of Parquet: one draw each, or counts of right draws."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from harness.engines.recorded.entry import MOST, Entry, Row, key_of, shortened
from harness.errors import EngineError
from harness.records import MOST_DRAWS, STOP, Draw

COLUMNS = ("prompt", "id", "completion", "finish", "index", "tokens", "metadata", "n", "c")
#: What tells a row's prompt, rank and number of draws; the rest is the draw itself.
KEYS = ("prompt", "id", "index", "n", "c")
_RIGHT, _WRONG = (Draw(text="", scored=(("correct", value),)) for value in (1.0, 0.0))


class Table:
    """Makes draws of rows by the names of their columns.

    Parameters
    ----------
    names
        What the file calls a column, where it has a name of its own for it.
    salt
        What the order of counted draws depends on, beside the prompt: the record's fingerprint.
    counts
        Whether rows are counts; None to tell by the columns.
    """

    def __init__(self, names: Mapping[str, str], salt: str, *, counts: bool | None = None) -> None:
        self._names = {column: names.get(column, column) for column in COLUMNS}
        self._salt = salt.encode()
        self._counts = counts

    def named(self, columns: Collection[str]) -> list[str]:
        """Return what the file calls some columns."""
        return [self._names[column] for column in columns]

    def settle(self, known: Collection[str]) -> bool:
        """Say whether rows with these columns are counts.

        Raises
        ------
        EngineError
            If they are neither counts nor draws.
        """
        text, *numbers = self.named(("completion", "n", "c"))
        if self._counts is None:
            self._counts = text not in known and all(name in known for name in numbers)
        missing = [name for name in (numbers if self._counts else [text]) if name not in known]
        if missing:
            msg = f"needs {missing[0]!r}, and holds {', '.join(sorted(map(str, known))[:20])}"
            hint = "name it under `columns:`" + (
                ", or set format: lm_eval" if "resps" in known else ""
            )
            raise EngineError(msg, hint=hint)
        return self._counts

    def entry(self, row: Row, place: int) -> Entry:
        """Return whose draws a row holds, and how many."""
        key, shown = self._key(row)
        if self._counts is None:
            self.settle(row)
        count = self._numbers(row)[0] if self._counts else 1
        order = self._whole(row, "index") if self._has(row, "index") else None
        return Entry(key=key, shown=shown, place=place, count=count, order=order)

    def draws(self, row: Row, stop: int) -> Sequence[Draw]:
        """Return a row's draw, or the first `stop` of those that it counts."""
        if self._counts:
            n, right = self._numbers(row)
            return list(_dealt(self._key(row)[0], self._salt, n, right, stop))
        metadata = row.get(self._names["metadata"])
        draw = Draw(
            text=self._text(row, "completion"),
            finish=self._text(row, "finish") if self._has(row, "finish") else STOP,
            tokens=self._whole(row, "tokens") if self._has(row, "tokens") else None,
            transcript="" if metadata is None else json.dumps(metadata, default=str),
        )
        return (draw,)[:stop]

    def _key(self, row: Row) -> tuple[bytes, str]:
        """Return the key of a row's prompt; the prompt itself rules an id beside it."""
        if self._has(row, "prompt"):
            prompt = self._text(row, "prompt")
            return key_of("prompt", prompt), prompt
        if self._has(row, "id"):
            item = self._text(row, "id")
            return key_of("id", item), item
        prompt, item = self.named(("prompt", "id"))
        msg = f"needs {prompt!r} or {item!r}"
        raise EngineError(msg, hint="name the column under `columns:`")

    def _has(self, row: Row, column: str) -> bool:
        return row.get(self._names[column]) is not None

    def _value(self, row: Row, column: str) -> tuple[str, object]:
        name = self._names[column]
        if name not in row:
            msg = f"needs {name!r}"
            raise EngineError(msg, hint="add it, or name the column under `columns:`")
        return name, row[name]

    def _text(self, row: Row, column: str) -> str:
        name, value = self._value(row, column)
        if not isinstance(value, str):
            msg = f"{name} is {shortened(value)}, not a text"
            raise EngineError(msg, hint="write it as a string")
        return value

    def _whole(self, row: Row, column: str) -> int:
        name, value = self._value(row, column)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST:
            msg = f"{name} is {shortened(value)}, not a whole number from 0"
            raise EngineError(msg, hint="write it as a number without a point")
        return value

    def _numbers(self, row: Row) -> tuple[int, int]:
        n, right = self._whole(row, "n"), self._whole(row, "c")
        if right > n:
            msg = f"counts {right} right draws of {n}"
            hint = f"{self._names['c']} counts the right ones among {self._names['n']}"
            raise EngineError(msg, hint=hint)
        if n > MOST_DRAWS:
            msg = f"counts {n} draws of a prompt, and {MOST_DRAWS} are the most"
            hint = f"is {self._names['n']} the number of its draws?"
            raise EngineError(msg, hint=hint)
        return n, right


def _dealt(key: bytes, salt: bytes, n: int, right: int, stop: int) -> Iterator[Draw]:
    """Deal the first `stop` of n draws, in an order of the prompt's and the record's own.

    All orders are as likely, so that the first draws stand for all of them.
    """
    digest = hashlib.blake2b(key + salt, digest_size=16).digest()
    generator = np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big")))
    for left, uniform in zip(range(n, n - stop, -1), generator.random(stop), strict=True):
        hit = uniform * left < right
        right -= int(hit)
        yield _RIGHT if hit else _WRONG
