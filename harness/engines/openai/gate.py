"""How many requests may be under way: fewer when the server asks for it, then slowly more."""

from __future__ import annotations

import asyncio
from collections import deque

_LONGEST = 60.0  # seconds that a server is believed to need
_DOUBLINGS = 6


class Gate:
    """Lets so many requests through at once, and none while the server wants a rest.

    When the server says that it is too much, the limit is halved, once for all requests that were
    under way then, and all wait: as long as it said, or ever longer until there is a success. Each
    success gives a part of a place back, so that a whole one takes a round.

    Parameters
    ----------
    most
        Requests at once, and never more.
    pause
        Seconds of the first wait where the server does not say how long.
    """

    def __init__(self, most: int, pause: float) -> None:
        self._most = most
        self._limit = float(most)
        self._inside = 0
        self._cuts = 0
        self._vain = 0  # cuts since the last success
        self._pause = pause
        self._opens = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """Requests that may be under way now."""
        return int(self._limit)

    async def enter(self) -> int:
        """Wait for a place; return a number to hand to `slow_down`."""
        loop = asyncio.get_running_loop()
        while True:
            rest = self._opens - loop.time()
            if rest > 0:
                await asyncio.sleep(rest)
            elif self._inside < self.limit:
                self._inside += 1
                return self._cuts
            else:
                turn = loop.create_future()
                self._waiting.append(turn)
                await turn

    def leave(self) -> None:
        """Give the place back."""
        self._inside -= 1
        for _ in range(self.limit - self._inside):
            if not self._waiting:
                return
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)

    def succeed(self) -> None:
        """Take note of a success."""
        self._vain = 0
        if self._limit < self._most:
            self._limit = min(self._most, self._limit + 1 / self._limit)

    def slow_down(self, entered: int, rest: float | None) -> None:
        """Take note that it was too much, for a request that entered at that number.

        `rest` is how many seconds the server asked for, if it did.
        """
        if entered == self._cuts:
            self._cuts += 1
            self._vain += 1
            self._limit = max(1.0, self._limit / 2)
        elif rest is None:
            return
        wait = self._pause * 2.0 ** min(self._vain - 1, _DOUBLINGS) if rest is None else rest
        now = asyncio.get_running_loop().time()
        self._opens = max(self._opens, now + min(wait, _LONGEST))
