"""Who is told of what is drawn."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told of draws that are missing, and of those that arrive."""

    def wait(self, arm: str) -> None:
        """Draws of an arm are to be taken, once no other process draws from its model."""
        ...

    def begin(self, arm: str, needed: int) -> None:
        """So many draws of an arm are asked for now."""
        ...

    def advance(self, arrived: int) -> None:
        """So many more have arrived."""
        ...

    def end(self) -> None:
        """No more are to come."""
        ...


class Silent:
    """Tells nobody."""

    def wait(self, arm: str) -> None:
        """Ignore it."""

    def begin(self, arm: str, needed: int) -> None:
        """Ignore it."""

    def advance(self, arrived: int) -> None:
        """Ignore it."""

    def end(self) -> None:
        """Ignore it."""
