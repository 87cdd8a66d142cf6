"""What a kind of metric is: a way to read the answer off a text, and to compare it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[str], str | None]


def as_it_stands(text: str) -> str | None:
    """Take all of a text for the answer."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads answers of one kind.

    Attributes
    ----------
    read
        Gives the answer in a text, in its normal form: equal answers are equal texts. None is no
        answer.
    normal
        Gives the normal form of a reference; None if it can't be the answer to anything.
    near
        Whether an answer counts as the right one, both in normal form.
    wanted
        What a reference has to be, in words.
    """

    read: Read
    normal: Read = as_it_stands
    near: Callable[[str, str], bool] = operator.eq
    wanted: str = "text"

    def within(self, pattern: str) -> Reader:
        """Return the reader of what the first group of `pattern` captures."""
        capture, inner = capturing(pattern, 1), self.read

        def read(text: str) -> str | None:
            found = capture(text)
            return None if found is None else inner(found)

        return Reader(read=read, normal=self.normal, near=self.near, wanted=self.wanted)


def capturing(pattern: str, group: int) -> Read:
    """Return what finds a group of the first match of a pattern."""
    compiled = re.compile(pattern)

    def capture(text: str) -> str | None:
        found = compiled.search(text)
        return found[group] if found else None

    return capture
