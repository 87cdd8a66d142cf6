"""Beyond what its start could do with more tries?"""

from __future__ import annotations

from collections.abc import Sequence

from harness.study.answer import Answer, Figure, Name, Sentence, tried
from harness.study.signs import overall, placed, told
from harness.study.subject import Slice, Subject

_WORDS = {
    "expands": "expands",
    "contracts": "contracts",
    "sharpens": "sharpens",
    "inconclusive": "not shown",
}
_CEILING = 0.99  # of pass@k before: nothing above it can be seen


def beyond_more_tries(subject: Subject) -> Answer | None:
    """Say what became of pass@k at many tries; None where there are single draws alone."""
    known = [one for one in subject.slices if one.curves.draws > 1]
    if not known:
        return None
    found = [(one.curves.shape, last_of(one)) for one in known]
    phrases = {shape: f"{_said(shape)}:" for shape in _WORDS}
    said = told([(str(shape), figure) for shape, figure in found], phrases, named=True)
    return Answer(
        verdict=overall((shape for shape, _ in found), _WORDS),
        said=(*said, *_meetings(known, subject.start)),
        words={one.where: _WORDS[one.curves.shape] for one in known},
        figures=tuple(figure for one in known for figure in (last_of(one), *_passages(one))),
        caveats=tuple(_at_the_ceiling(one, subject.start) for one in known if _full(one)),
    )


def last_of(one: Slice) -> Figure:
    """Return the change of pass@k at the most draws, with its band."""
    point = one.curves.points[-1]
    return Figure(
        what=f"pass@{point.k}", unit="change", value=point.effect, low=point.low, high=point.high,
        where=one.where, before=point.before, after=point.after,
    )  # fmt: skip


def _said(shape: str) -> str:
    return {
        "expands": "expands coverage",
        "contracts": "contracts coverage",
        "sharpens": "pass@1 is higher, and coverage is not shown to move",
        "inconclusive": "nothing is shown of coverage",
    }[shape]


def _crossing(one: Slice) -> Figure | None:
    """Return where the curves cross; None where the band rules it out up to the most draws."""
    found = one.curves.crossover
    if found is None or found.low is None:
        return None
    return tried("curves cross", found, one.curves.draws, where=one.where)


def _match(one: Slice) -> Figure | None:
    """Return how many tries of the start are as good as one of the arm, where that is better."""
    if one.curves.points[0].low <= 0:
        return None
    curves = one.curves
    return tried("start reaches pass@1 of the arm", curves.match, curves.draws, where=one.where)


def _passages(one: Slice) -> list[Figure]:
    both = (_crossing(one), _match(one))
    return [figure for figure in both if figure is not None]


def _meetings(known: Sequence[Slice], start: str) -> Sentence:
    """Say where the curves are shown to cross, and how many tries one of the arm is worth."""
    said: list[str | Name | Figure] = []
    crossed = [one for one in known if (at := one.curves.crossover) is not None and at.shown]
    shown = [found for one in crossed if (found := _crossing(one)) is not None]
    if shown:
        said += ["; the curves cross", *placed(shown)]
    matches = [found for one in known if (found := _match(one)) is not None]
    if matches:
        said += ["; ", Name(text=start), " reaches its pass@1", *placed(matches)]
    return tuple(said)


def _full(one: Slice) -> bool:
    return one.curves.points[-1].before >= _CEILING


def _at_the_ceiling(one: Slice, start: str) -> Sentence:
    point = one.curves.points[-1]
    place = (" on ", Name(text=one.where)) if one.where else (" on all items",)
    figure = Figure(what=f"pass@{point.k}", unit="score", value=point.before, where=one.where)
    return (Name(text=start), f" has pass@{point.k} ", figure, *place, ": no more could show there")
