"""How long to wait for a service, and how often."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from harness.errors import UnavailableError


def _tell(line: str) -> None:
    sys.stderr.write(f"harness: {line}\n")


class Patience:
    """Waits between tries; one command has one, so that it always comes to an end.

    Parameters
    ----------
    tries
        How often it waits at most.
    seconds
        How long it waits at most, in all.
    sleep, tell
        What waits, and what says so.
    """

    def __init__(
        self,
        *,
        tries: int = 6,
        seconds: float = 300.0,
        sleep: Callable[[float], None] = time.sleep,
        tell: Callable[[str], None] = _tell,
    ) -> None:
        self._tries = tries
        self._left = seconds
        self._sleep = sleep
        self._tell = tell
        self._waited = 0

    def wait(self, why: str, seconds: float | None = None) -> None:
        """Wait so many seconds, by default twice as long each time.

        Raises
        ------
        UnavailableError
            If that is once too often, or too long.
        """
        wanted = float(2**self._waited) if seconds is None else max(seconds, 0.0)
        if self._waited >= self._tries or wanted > self._left:
            longer = f", and wants {wanted:.0f} s more" if wanted > self._left else ""
            msg = f"{why}{longer}"
            raise UnavailableError(msg, hint="run it again later")
        self._waited += 1
        self._left -= wanted
        self._tell(f"{why}; next try in {wanted:.0f} s")
        self._sleep(wanted)
