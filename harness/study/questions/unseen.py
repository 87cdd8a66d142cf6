"""On problems it has not seen?"""

from __future__ import annotations

from harness.diff.change import Change, apart
from harness.diff.effects import effect_of
from harness.diff.pair import Pair
from harness.errors import DiffError
from harness.study.answer import Answer, Figure, changed
from harness.study.questions.helped import WORDS, phrases
from harness.study.signs import overall, sign_of, told
from harness.study.subject import Subject


def on_unseen_problems(subject: Subject) -> Answer | None:
    """Say whether pass@1 moved on what training never saw, and less or more than on what it did.

    None where the config does not declare both, or the page has no items of one of them.

    Raises
    ------
    DiffError
        If an item is declared to be both.
    """
    spec = subject.material.spec
    pairs = [subject.of(where) if where else None for where in (spec.unseen, spec.seen)]
    if pairs[0] is None or pairs[1] is None:
        return None
    _refuse_shared(pairs[0], pairs[1])
    unseen, seen = (effect_of(pair, pair.primary) for pair in pairs if pair is not None)
    within = subject.material.policy.effect
    sign = sign_of(unseen.low, unseen.high, within)
    figure = changed("pass@1, unseen", unseen)
    gap = _gap(apart(pairs[0], pairs[1], pairs[0].primary))
    said = told([(sign, figure)], phrases("pass@1", within))
    return Answer(
        verdict=overall([sign], WORDS),
        said=(*said, *_compared(gap)),
        figures=(figure, changed("pass@1, seen", seen), gap),
        caveats=(("what training saw is as the config declares it, and not checked",),),
    )


def _refuse_shared(unseen: Pair, seen: Pair) -> None:
    shared = {item.id for item in unseen.items} & {item.id for item in seen.items}
    if shared:
        msg = f"{len(shared)} items are declared both seen and unseen"
        raise DiffError(msg, hint="let `study: {seen: ..., unseen: ...}` share no items")


def _gap(change: Change) -> Figure:
    return Figure(
        what="gap: gain on unseen less gain on seen", unit="change", value=change.effect,
        low=change.low, high=change.high,
    )  # fmt: skip


def _compared(gap: Figure) -> tuple[str | Figure, ...]:
    words = {
        "up": "; the change is higher than on seen problems: ",
        "down": "; the change is lower than on seen problems: ",
        "open": "; the change is not shown to be other than on seen problems: ",
    }
    return words[sign_of(gap.low, gap.high)], gap
