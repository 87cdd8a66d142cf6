"""Did it help?"""

from __future__ import annotations

from harness.study.answer import Answer, Name, Sentence, changed
from harness.study.signs import overall, sign_of, told
from harness.study.subject import Subject

WORDS = {"up": "yes", "down": "worse", "same": "no change", "open": "not shown"}


def did_it_help(subject: Subject) -> Answer:
    """Say whether pass@1 moved, on each set of items."""
    within = subject.material.policy.effect
    found = [
        (
            sign_of(one.gain.low, one.gain.high, within),
            changed("pass@1", one.gain, where=one.where),
        )
        for one in subject.slices
    ]
    return Answer(
        verdict=overall((sign for sign, _ in found), WORDS),
        said=told(found, phrases("pass@1", within)),
        words={figure.where: WORDS[sign] for sign, figure in found},
        figures=tuple(figure for _, figure in found),
        caveats=tuple(_too_few(subject)),
    )


def phrases(what: str, within: float | None) -> dict[str, str]:
    """Return the words for a figure that moved, or did not."""
    return {
        "up": f"{what} is higher",
        "down": f"{what} is lower",
        "same": f"{what} moves by less than {within:g}" if within is not None else "",
        "open": f"no change of {what} is shown",
    }


def _too_few(subject: Subject) -> list[Sentence]:
    return [
        (
            "on ",
            Name(text=one.where or "all items"),
            " nothing is decided: ",
            Name(text=one.gain.method),
        )
        for one in subject.slices
        if not one.gain.shown
    ]
