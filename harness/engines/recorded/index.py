"""Where the draws of each prompt lie in the files of a record."""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import NamedTuple

from harness.engines.recorded.entry import Entry, shortened
from harness.errors import EngineError

_WIDTH = 4


class Held(NamedTuple):
    """An entry of a prompt: its rank, its file's number, its place there, and its draws."""

    order: int
    file: int
    place: int
    draws: int


class Index:
    """Finds entries by key: 32 bytes for an entry, whatever it says.

    Attributes
    ----------
    example
        The first prompt of the record, to show in messages.
    """

    def __init__(self) -> None:
        self._held: dict[bytes, array[int]] = {}
        self.example = ""

    def __bool__(self) -> bool:
        """Say whether it knows any entry."""
        return bool(self._held)

    def add(self, file: int, entry: Entry) -> None:
        """Take an entry of a file in."""
        self.example = self.example or entry.shown
        held = self._held.setdefault(entry.key, array("q"))
        order = len(held) // _WIDTH if entry.order is None else entry.order
        held.extend((order, file, entry.place, entry.count))

    def find(self, *keys: bytes) -> list[Held]:
        """Return the entries under the first of these keys that there is, in their order."""
        flat = next((self._held[key] for key in keys if key in self._held), array("q"))
        return sorted(Held(*flat[start : start + _WIDTH]) for start in range(0, len(flat), _WIDTH))


def check_order(held: list[Held], prompt: str) -> None:
    """Refuse a record that holds one draw of a prompt twice.

    Raises
    ------
    EngineError
        With the number of the draw, and the prompt.
    """
    for one, other in pairwise(held):
        if one.order == other.order:
            msg = f"draw {one.order} of this prompt stands twice: {shortened(prompt)}"
            hint = "keep one of them; of several logs of one task, name one file"
            raise EngineError(msg, hint=hint)
