"""One side of a diff: what an arm's draws came to on a task, and where their texts are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from harness.records import Tally, Task
from harness.store import DrawScores, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Draws of one arm on one task.

    Attributes
    ----------
    name
        As the command names it, such as ``rl`` or ``baseline:rl``.
    tally
        What the draws came to, item by item.
    scorer
        Hash of how they were scored.
    sampling
        Parameters of the sampling.
    texts
        Reads what was said; None where texts are not kept, as of a baseline.
    scores
        Reads the scores of single draws; None where their sums alone are kept.
    """

    name: str
    tally: Tally
    scorer: str
    sampling: Mapping[str, Any]
    texts: Texts | None = None
    scores: DrawScores | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A side that is known and not yet read.

    Attributes
    ----------
    origin
        Which draws these are: two sides of one origin are the same draws.
    read
        Reads it, under a name; of a run exactly what the run read.
    full
        A name that tells its run, too; that of a baseline tells all.
    fingerprint
        Of what the arm ran on; empty where that is not known.
    run
        The name of the run that it is of; empty for none.
    items
        The ids of its items, where they are known by now.
    """

    name: str
    arm: str
    task: str
    origin: str
    read: Callable[[str, Task], Side]
    full: str
    fingerprint: str = ""
    run: str = ""
    items: Collection[str] = ()

    def load(self, task: Task) -> Side:
        """Read it, on its task."""
        return self.read(self.name, task)
