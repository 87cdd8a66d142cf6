"""How far the drawing is: in one process, and in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace


@dataclass(slots=True, kw_only=True)
class Standing:
    """How far one process is.

    `arm` is the one that it draws from, or waits for while another process draws; empty if
    neither. `all_got` and `all_needed` sum over all that was asked for so far.
    """

    arm: str = ""
    waits: bool = False
    got: int = 0
    needed: int = 0
    all_got: int = 0
    all_needed: int = 0


class Count:
    """Counts the draws of this process.

    Parameters
    ----------
    tell
        Is called after each change, and told whether a drawing begins or ends.
    """

    def __init__(self, tell: Callable[[Standing, bool], None]) -> None:
        self.standing = Standing()
        self._tell = tell

    def wait(self, arm: str) -> None:
        """Note that it is an arm's turn, once no other process draws from its model."""
        self._change(arm, waits=True)

    def begin(self, arm: str, needed: int) -> None:
        """Note how many draws are asked for."""
        self._change(arm, needed=needed)

    def advance(self, arrived: int) -> None:
        """Count what has arrived."""
        self.standing.got += arrived
        self.standing.all_got += arrived
        self._tell(self.standing, False)  # noqa: FBT003  positional only, as callables are

    def end(self) -> None:
        """Note that nothing is under way."""
        self._change("")

    def _change(self, arm: str, *, waits: bool = False, needed: int = 0) -> None:
        self.standing = replace(
            self.standing, arm=arm, waits=waits, got=0, needed=needed,
            all_needed=self.standing.all_needed + needed,
        )  # fmt: skip
        self._tell(self.standing, True)  # noqa: FBT003  as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How far all processes are; `waited` are arms that some of them wait for."""

    arms: tuple[str, ...]
    waited: tuple[str, ...]
    got: int
    needed: int
    all_got: int
    all_needed: int


def overview(standings: Iterable[Standing]) -> Overview:
    """Sum up how far the processes are."""
    every = list(standings)
    active = [one for one in every if one.arm and not one.waits]
    return Overview(
        arms=tuple(dict.fromkeys(one.arm for one in active)),
        waited=tuple(dict.fromkeys(one.arm for one in every if one.waits)),
        got=sum(one.got for one in active),
        needed=sum(one.needed for one in active),
        all_got=sum(one.all_got for one in every),
        all_needed=sum(one.all_needed for one in every),
    )
