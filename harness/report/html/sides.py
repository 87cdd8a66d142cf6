"""What a task's arms, and the baselines they were held against, came to on each item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_CORRECT = "correct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One column of a task's items.

    Attributes
    ----------
    name
        As people read it: ``rl``, or ``baseline[rl]``.
    arm, baseline
        The arm, and which of its baselines it is; empty for its own draws.
    draws
        Of each item; 0 for none.
    sums
        Of each metric over an item's draws; None where it is not known.
    """

    name: str
    arm: str
    baseline: str
    draws: Sequence[int]
    sums: Mapping[str, Sequence[float | None]]

    def rates(self, metric: str) -> list[float | None]:
        """Return the mean of a metric on each item; None where there is none."""
        sums = self.sums.get(metric, [None] * len(self.draws))
        return [
            value / count if count and value is not None else None
            for value, count in zip(sums, self.draws, strict=True)
        ]


def sides(task: Mapping[str, Any]) -> list[Side]:
    """Return the arms of a task of `run.json`, then the baselines."""
    own = [
        Side(name=one["arm"], arm=one["arm"], baseline="", draws=one["draws"], sums=one["sums"])
        for one in task["arms"]
    ]
    held = [
        Side(
            name=f"{one['name']}[{one['arm']}]",
            arm=one["arm"],
            baseline=one["name"],
            draws=one["draws"],
            sums=one["sums"],
        )
        for one in task["baselines"]
    ]
    return own + held


def main_metric(task: Mapping[str, Any]) -> str:
    """Return the metric that tells right from wrong: `correct`, or the first there is."""
    names = list(dict.fromkeys(name for one in task["arms"] for name in one["sums"]))
    return _CORRECT if _CORRECT in names or not names else names[0]
