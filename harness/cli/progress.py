"""A line on a terminal that says how much is done."""

from __future__ import annotations

import sys
import time


class Told:
    """Says on stderr, where that is a terminal, once a second how many draws have arrived.

    Parameters
    ----------
    unit
        What is counted, if it is no draws.
    """

    def __init__(self, unit: str = "draws") -> None:
        self._unit = unit
        self._arm = ""
        self._whole = self._done = 0
        self._next = 0.0

    def wait(self, arm: str) -> None:
        """Begin to wait for the arm's model."""
        self._arm, self._whole, self._done = arm, 0, 0

    def begin(self, arm: str, needed: int) -> None:
        """Begin to draw."""
        self._arm, self._whole = arm, needed

    def advance(self, arrived: int) -> None:
        """Count what has arrived, and say it."""
        self._done += arrived
        if sys.stderr.isatty() and time.monotonic() > self._next:
            self._next = time.monotonic() + 1
            whole = f" of {self._whole:,}" if self._whole else ""
            line = f"{self._arm} {self._done:,}{whole} {self._unit}"
            print(f"\r{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Erase the line."""
        if self._next and sys.stderr.isatty():
            print("\r\N{ESCAPE}[K", end="", file=sys.stderr, flush=True)
