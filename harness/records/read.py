"""What claims read of arms and of their baselines, by the items of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The N items of a task, in its order: what can be said of them without their texts.

    Attributes
    ----------
    ids
        Their ids.
    tags
        For each tag, its value on each item; None where an item has no such tag.
    clusters
        The cluster of each item, or its pair of twins; None where it has neither.
    form
        The metric that tells whether a completion has the form that the task wants.
    lenient
        The metric that scores an answer whatever its form.
    seeds
        The first seed of each split whose items were made for this run.
    """

    ids: tuple[str, ...]
    tags: Mapping[str, tuple[str | None, ...]]
    clusters: tuple[str | None, ...]
    form: str = "formatted"
    lenient: str = "lenient"
    seeds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of an arm on a task, as the draw store knows it.

    Attributes
    ----------
    stream
        Hash of the stream of draws.
    scorer
        The scorer's key: its hash and its metrics.
    fingerprint
        Of what the arm runs on.
    draws
        The most draws that a claim read of each item, in the task's order; 0 for none.
    """

    task: str
    arm: str
    stream: str
    scorer: str
    fingerprint: str
    draws: tuple[int, ...]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is of: reads of one key are of the same draws."""
        return self.task, self.arm, self.stream, self.scorer


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What an arm was held against: its baseline on a task's items, as it is stored.

    Attributes
    ----------
    name
        Which of its baselines, as people read it: ``baseline`` or ``anchor``.
    place
        Its file, behind the commit that it was read from, if it was.
    digest
        Hash of its content.
    epoch
        How often it had been taken.
    taken
        The day of its oldest item, as YYYY-MM-DD.
    change
        What the working tree does to it, where it was read from a commit: it ``edits``,
        ``adds``, ``removes`` or ``breaks`` it, or ``extends`` it by items; empty for nothing.
    draws
        Draws of each item, in the task's order; 0 where it has none.
    sums
        Sum of each metric over an item's draws.
    """

    task: str
    arm: str
    name: str
    place: str
    digest: str
    epoch: int
    taken: str
    change: str
    draws: tuple[int, ...]
    sums: Mapping[str, tuple[float, ...]]
