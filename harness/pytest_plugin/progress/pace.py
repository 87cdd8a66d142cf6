"""When to tell, and how fast draws arrive."""

from __future__ import annotations

from collections import deque

_WINDOW = 10.0  # seconds that the speed is taken over
_LULL = 1.0  # seconds without a draw that say nothing of the speed


class Pace:
    """When a log gets a line: once a drawing turns out to be long, then less and less often."""

    delay = 2.0  # seconds that a drawing may take untold
    gaps = (10.0,) * 6 + (30.0,)  # seconds between two lines; the last goes for all that follow

    def __init__(self) -> None:
        self._told = 0
        self._next = float("-inf")

    def due(self, now: float, since: float) -> bool:
        """Say whether a drawing, under way `since` then, gets a line now."""
        if now - since < self.delay or now < self._next:
            return False
        self._next = now + self.gaps[min(self._told, len(self.gaps) - 1)]
        self._told += 1
        return True


class Speed:
    """Draws per second of late.

    Only arrivals are kept, and always two: where draws come in lumps, the window reaches back to
    the lump before.

    Parameters
    ----------
    now, got
        When this begins, and the draws that there are by then.
    """

    def __init__(self, now: float, got: int) -> None:
        self._seen = deque([(now, got)])

    def note(self, now: float, got: int) -> None:
        """Note how many draws there are by now."""
        if got != self._seen[-1][1]:
            self._seen.append((now, got))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW:  # noqa: PLR2004  see above
            self._seen.popleft()

    def rate(self, now: float) -> float:
        """Return draws per second; 0 while none has arrived."""
        (start, before), (last, got) = self._seen[0], self._seen[-1]
        seconds = (last if now - last < _LULL else now) - start
        return (got - before) / seconds if seconds > 0 and got > before else 0.0

    def seconds(self, now: float) -> float:
        """Return the time without a draw, before the first."""
        return now - self._seen[0][0]
