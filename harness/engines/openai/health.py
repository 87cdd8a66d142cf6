"""Whether the server is worth asking at all: shared by all requests."""

from __future__ import annotations

import asyncio
import contextlib

_ENOUGH = 3  # prompts that fail in a row, after all their retries


class Health:
    """Gives up for all requests, when it is clear that none has a chance.

    That is so when one could not reach the server in all its tries, nor any other meanwhile; or
    when requests of several prompts have failed in all their tries, and none has succeeded since.
    """

    def __init__(self) -> None:
        self.answers = 0
        self.fault = ""  # why it was given up
        self._failed: set[int] = set()
        self._given_up = asyncio.Event()

    @property
    def given_up(self) -> bool:
        """Whether nothing more should be asked."""
        return self._given_up.is_set()

    def succeed(self) -> None:
        """Take note of an answer."""
        self.answers += 1
        self._failed.clear()

    def fail(self, place: int, fault: str, *, down: bool) -> None:
        """Take note that a prompt's request has failed in all its tries.

        `down` says that nobody has reached the server meanwhile.
        """
        self._failed.add(place)
        if not self.given_up and (down or len(self._failed) >= _ENOUGH):
            self.fault = fault
            self._given_up.set()

    async def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the time when the server is given up."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._given_up.wait(), seconds)
