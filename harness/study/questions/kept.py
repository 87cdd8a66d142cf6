"""Without losing what was solved?"""

from __future__ import annotations

import numpy as np

from harness.stats.multiple import holm
from harness.study.answer import Answer, Figure, Name, Sentence
from harness.study.questions.helped import phrases
from harness.study.questions.tries import last_of
from harness.study.signs import overall, placed, sign_of, told
from harness.study.solved import Alone
from harness.study.subject import Slice, Subject

_WORDS = {
    "up": "gains",
    "down": "loses",
    "both": "mixed",
    "some": "some lost",
    "same": "keeps",
    "open": "not shown",
}


def kept_what_was_solved(subject: Subject) -> Answer:
    """Say whether items that the start solves in some draw are lost."""
    policy, known = subject.material.policy, subject.slices
    lost, newly = (
        [figure for figure, shown in zip(found, _beyond_chance(found, policy.alpha), strict=True)
         if shown]
        for found in ([_lost(one) for one in known], [_newly(one) for one in known])
    )  # fmt: skip
    bands = [(_sign(one, policy.effect), last_of(one)) for one in known]
    places = {figure.where for figure in lost}
    signs = {figure.where: _with(sign, figure.where in places) for sign, figure in bands}
    return Answer(
        verdict=_overall(set(signs.values())),
        said=(*told(bands, phrases(_name(known), policy.effect)), *_counted(lost, newly)),
        words={where: _WORDS[sign] for where, sign in signs.items()},
        figures=tuple(
            figure for one in known for figure in (last_of(one), _lost(one), _newly(one))
        ),
    )


def _overall(signs: set[str]) -> str:
    """Return the word for all sets of items: a gain on some does not hide a loss on others."""
    gained, lost = signs & {"up", "both"}, signs & {"down", "some", "both"}
    return _WORDS["both"] if gained and lost else overall(signs, _WORDS)


def _sign(one: Slice, within: float | None) -> str:
    last = one.curves.points[-1]
    return sign_of(last.low, last.high, within)


def _with(sign: str, lost: bool) -> str:  # noqa: FBT001  what the band shows, and the items
    """Return what a set of items shows, by its band and by the items that are lost."""
    if not lost or sign == "down":
        return sign
    return "both" if sign == "up" else "some"


def _beyond_chance(found: list[Figure], alpha: float) -> list[bool]:
    """Say where more items are solved by one side alone than chance gives, by Holm over sets."""
    p = holm(np.array([1.0 if one.p is None else one.p for one in found]))
    return [bool(value) for value in p <= alpha]


def _name(known: tuple[Slice, ...]) -> str:
    most = {one.curves.points[-1].k for one in known}
    return f"pass@{most.pop()}" if len(most) == 1 else "pass@k at the most draws"


def _lost(one: Slice) -> Figure:
    return _alone("items that the start alone solves", one.solved.lost, one.where)


def _newly(one: Slice) -> Figure:
    return _alone("items that the arm alone solves", one.solved.newly, one.where)


def _alone(what: str, found: Alone, where: str) -> Figure:
    return Figure(
        what=what, unit="items", value=found.count, where=where, expected=found.expected, p=found.p
    )


def _counted(lost: list[Figure], newly: list[Figure]) -> Sentence:
    said: list[str | Name | Figure] = []
    if lost:
        said += ["; its start alone solves", *placed(lost)]
    if newly:
        said += ["; it alone solves", *placed(newly)]
    return tuple(said)
