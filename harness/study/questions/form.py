"""Beyond a change of format?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.diff.origin import origin
from harness.study.answer import Answer, Figure, Sentence, changed, shared
from harness.study.signs import overall, placed, sign_of, told
from harness.study.subject import Slice, Subject

if TYPE_CHECKING:
    from harness.diff.change import Change

_WORDS = {"up": "yes", "down": "no", "same": "no", "open": "not shown"}
_UNSEEN = "share that lenient scoring does not see"
_FORMED = "share that goes with"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beneath:
    """What lies beneath the format on one set of items; `rose` if pass@1 is shown to rise."""

    sign: str
    rose: bool
    figure: Figure
    shares: tuple[Figure, ...]


def beyond_format(subject: Subject) -> Answer | None:
    """Say whether more than the format changed where pass@1 rose; None where it can't be told."""
    known = [found for one in subject.slices if (found := _beneath(one, subject)) is not None]
    if not known:
        return None
    figures = tuple(figure for one in known for figure in (one.figure, *one.shares))
    rose = [one for one in known if one.rose]
    asked = rose or known
    phrases = _phrases(asked[0].figure.what, subject.material.policy.effect)
    said = told([(one.sign, one.figure) for one in asked], phrases)
    if not rose:
        said = ("pass@1 is not shown to rise; ", *said)
        return Answer(verdict="no gain", said=said, figures=figures)
    return Answer(
        verdict=overall((one.sign for one in rose), _WORDS),
        said=(*said, *_by_share(rose)),
        words={one.figure.where: _WORDS[one.sign] if one.rose else "no gain" for one in known},
        figures=figures,
    )


def _beneath(one: Slice, subject: Subject) -> _Beneath | None:
    what, change = "lenient score", one.change(one.pair.task.lenient)
    if change is None:
        change, what = _substance(one), "substance"
    if change is None:
        return None
    return _Beneath(
        sign=sign_of(change.low, change.high, subject.material.policy.effect),
        rose=sign_of(one.gain.low, one.gain.high) == "up",
        figure=changed(what, change, where=one.where),
        shares=tuple(_shares(one)),
    )


def _shares(one: Slice) -> Iterator[Figure]:
    """Yield how much of the change goes with the form, and what lenient scoring does not see."""
    for part in one.shares:
        if part.share is not None and part.metric == one.pair.task.lenient:
            yield shared(_UNSEEN, part.share, where=one.where)
        elif part.share is not None and part.metric == one.pair.task.form:
            yield shared(_FORMED, part.share, of=part.metric, where=one.where)


def _substance(one: Slice) -> Change | None:
    parts = origin(one.pair)
    return None if parts is None else parts.substance


def _phrases(what: str, within: float | None) -> dict[str, str]:
    return {
        "up": f"the {what} rises",
        "down": f"the {what} falls",
        "same": f"the {what} moves by less than {within}",
        "open": f"the {what} is not shown to move",
    }


def _by_share(rose: list[_Beneath]) -> Sentence:
    """Say how much of the gain is one of format: by lenient scoring, or else by the form."""
    every = [figure for one in rose for figure in one.shares]
    unseen = [figure for figure in every if figure.what == _UNSEEN]
    if unseen:
        return ("; share of the gain that lenient scoring does not see:", *placed(unseen))
    formed = [next((f for f in one.shares if f.of), None) for one in rose]
    found = [figure for figure in formed if figure is not None]
    return ("; share of the gain that goes with the form:", *placed(found)) if found else ()
