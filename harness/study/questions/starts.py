"""More than the same training from the base?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.config import SEED, differing
from harness.study.answer import Answer, Figure, Name, Sentence
from harness.study.contrast import comparable, contrast
from harness.study.signs import overall, placed, sign_of

if TYPE_CHECKING:
    from harness.study.subject import Slice, Subject

_WORDS = {"up": "more", "down": "less", "same": "alike", "open": "not shown"}
_START = "start"


def more_than_from_the_base(subject: Subject) -> Answer | None:
    """Hold the gain of an arm against that of one that was trained alike, but from the base.

    None where the arm was trained from the base itself, or no arm was trained as it was, but for
    start and seed.
    """
    other = _other(subject)
    if other is None:
        return None
    names = (subject.arm, subject.start, other, subject.base)
    places = [one for one in subject.slices if comparable(subject.material, names, one.where)]
    if not places:
        return None
    found = [_difference(subject, other, one) for one in places]
    return Answer(
        verdict=overall((sign for sign, _ in found), _WORDS),
        said=_said(found, other),
        words={figure.where: _WORDS[sign] for sign, figure in found},
        figures=tuple(figure for _, figure in found),
        caveats=tuple(caveat for one in places for caveat in _unequal(subject, one)),
    )


def _other(subject: Subject) -> str | None:
    """Return the first arm of the page that was trained alike from the base."""
    arms, base = subject.material.arms, subject.base
    if subject.start == base:
        return None
    for name, start in subject.beside.items():
        told = arms[name].training, arms[subject.arm].training
        if start == base and all(told) and not differing(*told, but=(_START, SEED)):
            return name
    return None


def _difference(subject: Subject, other: str, one: Slice) -> tuple[str, Figure]:
    """Return what the arm gains less what the other gains, paired by item."""
    terms = [(subject.arm, 1.0), (subject.start, -1.0), (other, -1.0), (subject.base, 1.0)]
    found = contrast(subject.material, terms, one.pair.primary, one.where)
    own, its, others, theirs = (scored.score for scored in found.scores)
    change = found.change
    figure = Figure(
        what="its gain less that of", of=other, unit="change", where=one.where,
        value=change.effect, low=change.low, high=change.high,
        before=others - theirs, after=own - its,
    )  # fmt: skip
    return sign_of(change.low, change.high, subject.material.policy.effect), figure


def _said(found: list[tuple[str, Figure]], other: str) -> Sentence:
    """Say on which items it gains more or less than the other."""
    said: list[str | Name | Figure] = []
    for sign, phrase in (
        ("up", "gains more than "),
        ("down", "gains less than "),
        ("same", "gains as much, within the smallest effect of interest, as "),
        ("open", "not shown to gain more or less than "),
    ):
        figures = [figure for one, figure in found if one == sign]
        if figures:
            said += ["; " if said else "", phrase, Name(text=other), *placed(figures)]
    return tuple(said)


def _unequal(subject: Subject, one: Slice) -> Iterator[Sentence]:
    """Tell where the starts are shown to differ: that is another explanation (Loftus 1978)."""
    terms = [(subject.base, 1.0), (subject.start, -1.0)]
    found = contrast(subject.material, terms, one.pair.primary, one.where)
    if sign_of(found.change.low, found.change.high) in {"up", "down"}:
        base, start = (
            Figure(what="pass@1", unit="score", value=scored.score, where=one.where)
            for scored in found.scores
        )
        yield (
            "on ", Name(text=one.where or "all items"), " the gains start from different levels, ",
            Name(text=subject.base), " ", base, " and ", Name(text=subject.start), " ", start,
            ": what is gained may reflect the room that was left",
        )  # fmt: skip
