"""More than its controls?"""

from __future__ import annotations

from harness.study.answer import Answer, Figure, Name, changed
from harness.study.signs import overall, placed, sign_of
from harness.study.subject import Against, Gain, Subject

_WORDS = {"up": "yes", "down": "less", "open": "not shown"}
_SAID = {"up": "more than ", "down": "less than ", "open": "not shown to differ from "}


def more_than_controls(subject: Subject) -> Answer:
    """Say whether the arm does better than each of its controls, on each set of items."""
    if not subject.against:
        return Answer(verdict="no control", said=("no arm that was drawn is declared its control",))
    signs: dict[str, list[str]] = {}
    said: list[str | Name | Figure] = []
    figures: list[Figure] = []
    for one in subject.against:
        for sign, phrase in _SAID.items():
            net = [_net(one, at) for at in one.net if _sign(at) == sign]
            if net:
                said += [
                    "; " if said else "",
                    phrase,
                    Name(text=one.name),
                    " (",
                    Name(text=one.kind),
                    f", {one.seeds} training seeds)" if one.seeds else ")",
                ]
                said += placed(net)
        for at in one.net:
            signs.setdefault(at.where, []).append(_sign(at))
        figures += [_net(one, at) for at in one.net]
        figures += [changed("own gain of", at.gain, of=one.name, where=at.where) for at in one.own]
    return Answer(
        verdict=overall([sign for found in signs.values() for sign in found], _WORDS),
        said=tuple(said),
        words={where: overall(found, _WORDS) for where, found in signs.items()},
        figures=tuple(figures),
    )


def _sign(at: Gain) -> str:
    return sign_of(at.gain.low, at.gain.high)


def _net(one: Against, at: Gain) -> Figure:
    return changed("pass@1 net of", at.gain, of=one.name, where=at.where)
