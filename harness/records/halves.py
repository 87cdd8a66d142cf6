"""Which two comparisons are the halves of an equivalence."""

from __future__ import annotations

from typing import Protocol


class Bounded(Protocol):
    """A comparison that bounds an effect: a ruling on it, or what was planned of it."""

    @property
    def nodeid(self) -> str:
        """The eval that makes it."""

    @property
    def task(self) -> str:
        """The task that the effect is of."""

    @property
    def effect_text(self) -> str:
        """The effect, whose name is the same on any task."""

    @property
    def kind(self) -> str:
        """What it is: a claim, an alarm, or an equivalence."""

    @property
    def low_margin(self) -> float | None:
        """The bound from below; None for none."""

    @property
    def high_margin(self) -> float | None:
        """The bound from above; None for none."""


def are_halves(first: Bounded, second: Bounded) -> bool:
    """Say whether two claims, that stand at one place, bound one effect from opposite sides."""
    return (
        first.kind == second.kind == "claim"
        and (first.nodeid, first.task) == (second.nodeid, second.task)
        and first.effect_text == second.effect_text
        and (first.low_margin is None) == (second.high_margin is None)
    )
