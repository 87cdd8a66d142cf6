"""What a record holds at each of its places, and how its files are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from harness.errors import EngineError
from harness.records import Draw

Row = Mapping[str, Any]
MOST = 2**53  # whole numbers up to here are exact everywhere
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Draws of one prompt, at one place of a file.

    Attributes
    ----------
    key
        Tells the prompt: see `key_of`.
    shown
        The prompt or the id, to show in messages.
    place
        Where the file's reader finds them: an offset, or the number of a row.
    count
        How many they are.
    order
        Their rank among the entries of the prompt; None for as they come.
    """

    key: bytes
    shown: str
    place: int
    count: int = 1
    order: int | None = None


class Rows(Protocol):
    """Makes draws of the rows of one file."""

    def entry(self, row: Row, place: int) -> Entry | None:
        """Return what a row holds; None for a row that repeats another."""
        ...

    def draws(self, row: Row, stop: int) -> Sequence[Draw]:
        """Return the first `stop` draws of a row."""
        ...


class Reader(Protocol):
    """Reads one file of a record: once from end to end, then whatever is asked for."""

    def scan(self) -> Iterator[Entry]:
        """Yield what the file holds.

        Raises
        ------
        EngineError
            If it is broken; it names the line.
        """
        ...

    def read(self, wanted: Sequence[tuple[int, int]]) -> Iterator[Sequence[Draw]]:
        """Yield for each place, in ascending order, the first so many of its draws."""
        ...


def key_of(kind: Literal["prompt", "id", "sha256"], text: str) -> bytes:
    """Return the key of a prompt by its text, by its item's id or by a hash, in 16 bytes."""
    content = f"{kind}\n{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=16).digest()


def shortened(value: object) -> str:
    """Show a value, such as a prompt, in one line that is not too long."""
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}...")
    return repr(value)[:_LONGEST]


@contextmanager
def placed(where: str) -> Iterator[None]:
    """Name the place in errors that come from inside."""
    try:
        yield
    except EngineError as error:
        error.where = error.where or where
        raise
    except RecursionError:
        msg = "is nested too deeply"
        raise EngineError(msg, where=where) from None
    except OSError as error:
        reason, _, _ = (error.strerror or str(error)).partition("\n")
        msg = f"can't be read: {reason}"
        raise EngineError(msg, where=where) from None
