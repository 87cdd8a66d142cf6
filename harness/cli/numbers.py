"""Numbers that options take."""

from __future__ import annotations

import argparse
from collections.abc import Callable

_MOST_DIGITS = 9


def whole(least: int) -> Callable[[str], int]:
    """Return what reads a whole number from `least` on, and refuses all else by its value."""

    def read(text: str) -> int:
        plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
        if not plain or int(text) < least:
            msg = f"{text!r} is no whole number from {least}"
            raise argparse.ArgumentTypeError(msg)
        return int(text)

    return read
