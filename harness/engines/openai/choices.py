"""Whether a server gives several draws by one request: found out by its first answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

#: Requests for several draws that may tell nothing, before they are given up.
DOUBTS = 3


class Choices:
    """How many draws a request asks for.

    Until an answer tells whether the server can, requests go out as if it could. Answers that tell
    nothing, such as choices that are all the same, wait for one that does: a draw is kept or asked
    for again for what is known of the server, never for what it says. When all that are under way
    wait, they are in vain; so many such requests in all, and there are no more.

    Parameters
    ----------
    most
        Draws that one request may ask for.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._can: bool | None = None if most > 1 else False
        self._doubts = DOUBTS
        self._under_way = 0
        self._in_doubt = 0
        self._told = asyncio.Event()

    @property
    def most(self) -> int:
        """Draws to ask for by one request, at most."""
        return 1 if self._can is False else self._most

    @property
    def proven(self) -> bool:
        """Whether the server gives several."""
        return bool(self._can)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Count a request for several draws as under way, and until it is judged."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._look()

    async def judge(self, *, can: bool | None) -> bool:
        """Take note of what an answer tells, None for nothing; return whether the server can.

        The first that tells something decides, for good.
        """
        if self._can is None and can is not None:
            self._can = can
            self._tell()
        elif self._can is None:
            told = self._told
            self._in_doubt += 1
            self._look()
            await told.wait()
        return self.proven

    def _look(self) -> None:
        """End the wait of those in doubt, if nobody is under way who may know."""
        if self._in_doubt and self._in_doubt >= self._under_way:
            self._doubts -= self._in_doubt
            if self._doubts <= 0:
                self._can = False
            self._tell()

    def _tell(self) -> None:
        self._told.set()
        self._told = asyncio.Event()
        self._in_doubt = 0
