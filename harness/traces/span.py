"""A span as plain data, before it is put into any library's words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

Value = str | bool | int | float | tuple[str, ...]
Attributes = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What happened from one time to another.

    Attributes
    ----------
    trace, id, parent
        Numbers of 128, 64 and 64 bits, never 0; a root has no parent.
    start, end
        Nanoseconds since 1970.
    events
        What is noted of it, each with a name of its own.
    """

    trace: int
    id: int
    parent: int | None
    name: str
    start: int
    end: int
    attributes: Attributes
    events: tuple[tuple[str, Attributes], ...] = ()

    @property
    def size(self) -> int:
        """About how many characters it says."""
        return sum(len(value) for value in self.attributes.values() if isinstance(value, str))


def number_of(bits: int, *identity: object) -> int:
    """Return the number of something, which is the same whenever it is asked for."""
    text = "\n".join(map(str, identity)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=bits // 8).digest(), "big") or 1


def unicode_of(text: str) -> str:
    """Join the halves of surrogate pairs, and replace those without another: protobuf has none."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
