"""What of stored scores a run was held against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A baseline that claims were decided on.

    Attributes
    ----------
    name
        ``baseline``, or ``anchor``.
    place
        Its file, behind the commit that it was read from, if it was.
    commit
        That commit; empty for the working tree.
    digest
        Hash of its content.
    epoch
        How often it had been taken.
    taken
        The day of its oldest item.
    items, draws
        How many items it has, and the fewest draws of one.
    change
        What the working tree does to it, beside the commit's: ``edits it``, ``adds it``,
        ``removes it``, ``breaks it``; empty for nothing.
    """

    name: str
    task: str
    arm: str
    place: str
    commit: str
    digest: str
    epoch: int
    taken: str
    items: int
    draws: int
    change: str = ""
