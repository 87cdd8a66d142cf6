"""How pass@1 goes along each series: its trend, and its steps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from harness.claims.contrast import slope_weights
from harness.study.answer import Answer, Figure, changed
from harness.study.contrast import comparable, contrast
from harness.study.page import Course
from harness.study.signs import overall, sign_of, told

if TYPE_CHECKING:
    from harness.diff.change import Change
    from harness.records import SeriesSpec
    from harness.study.material import Material

_TWO = 2
_WORDS = {"up": "rises", "down": "falls", "same": "no change", "open": "not shown"}
#: By what the verdicts of series go.
RULE = (
    "rises, falls: the interval of the trend, which is the change of pass@1 along the "
    "least-squares line from the first place to the last, lies above zero, below it. no change: "
    "it lies within the smallest effect of interest. A step is the change from one "
    "checkpoint to the next"
)


def courses_of(material: Material, metric: str, values: Sequence[str]) -> Iterator[Course]:
    """Yield how each series goes whose arms were all drawn.

    Parameters
    ----------
    metric
        The 0/1 metric that pass@1 is of.
    values
        The sets of items, by the values of the tag; an empty one for all at once.
    """
    for series in material.series.values():
        if not any(map(material.undrawn, series.arms)):
            places = [one for one in values if comparable(material, series.arms, one)]
            if places:
                answer = _answer(material, series, metric, places)
                yield Course(name=series.name, arms=series.arms, at=series.at, answer=answer)


def undrawn_of(material: Material) -> Iterator[str]:
    """Yield a note on each series that is left out."""
    for series in material.series.values():
        missing = [one for name in series.arms for one in material.undrawn(name)]
        if missing:
            yield f"series {series.name} is left out: the run drew nothing of " + " and ".join(
                dict.fromkeys(missing)
            )


def _answer(material: Material, series: SeriesSpec, metric: str, places: Sequence[str]) -> Answer:
    terms = list(zip(series.arms, slope_weights(series.at), strict=True))
    trends = [_trend(contrast(material, terms, metric, where).change, where) for where in places]
    within = material.policy.effect
    found = [(sign_of(one.low, one.high, within), one) for one in trends]
    steps = [
        _step(material, *both, metric, where)
        for where in places
        for both in itertools.pairwise(series.arms)
        if len(series.arms) > _TWO  # else the step is the trend
    ]
    phrases = {
        "up": "pass@1 rises",
        "down": "pass@1 falls",
        "same": "pass@1 moves by less than the smallest effect of interest",
        "open": "no trend of pass@1 is shown",
    }
    return Answer(
        verdict=overall((sign for sign, _ in found), _WORDS),
        said=told(found, phrases),
        words={figure.where: _WORDS[sign] for sign, figure in found},
        figures=(*trends, *steps),
    )


def _trend(change: Change, where: str) -> Figure:
    """Return a trend; what it has on either side are parts of a sum, and no scores."""
    return Figure(
        what="trend", unit="change", value=change.effect, low=change.low, high=change.high,
        where=where,
    )  # fmt: skip


def _step(material: Material, before: str, after: str, metric: str, where: str) -> Figure:
    found = contrast(material, [(after, 1.0), (before, -1.0)], metric, where)
    return changed("step to", found.change, of=after, where=where)
