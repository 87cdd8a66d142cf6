"""What is told of the figures that a claim was decided on."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from harness.estimate import Figure
from harness.records import Reading, Statistic, whole


def readings_of(figures: Sequence[Figure]) -> tuple[Reading, ...]:
    """Return a reading of each statistic, with those of a recipe's training seeds as one."""
    alike: dict[Statistic, list[Figure]] = {}
    for figure in figures:
        alike.setdefault(whole(figure.statistic), []).append(figure)
    return tuple(
        Reading(
            name=str(statistic),
            value=min(fmean(one.mean for one in found), 1.0),
            draws=min(one.draws for one in found),
            seeds=tuple(one.mean for one in found) if statistic.source.recipe else (),
        )
        for statistic, found in alike.items()
    )
