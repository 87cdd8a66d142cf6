"""How the completions changed: answers, length, form and strategies, each with an effect size."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from harness.diff.change import Change, PerItem, change_in
from harness.diff.diversity import Answers, answers_of
from harness.diff.origin import lengths, means_of
from harness.diff.probes import shares_of, survey
from harness.stats.effect_size import cohens_h, hedges_g
from harness.stats.multiple import benjamini_hochberg

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.store import Survey

RATE = 0.05  # the false discovery rate over the figures of a study
#: How figures are called that users did not name.
NAMES = {
    "unique": "different answers",
    "entropy": "entropy, nats",
    "agreement": "two draws agree",
    "tokens": "tokens per draw",
    "bytes": "bytes per draw",
}
_FORM = ("formatted", "truncated")

Kind = Literal["answers", "length", "form", "probe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One figure of behaviour on both sides.

    Attributes
    ----------
    kind
        What it is about.
    name
        ``unique``, ``entropy`` (in nats) and ``agreement`` (of two draws) of answers; ``tokens``
        or ``bytes`` of a completion; the name of a metric or of a probe.
    change
        With its interval and p-value, by the item.
    scale
        Of the size: ``h``, Cohen's, of shares; ``g``, Hedges', of all else.
    size
        The standardised change; None where the change can't be told or has no scale.
    q
        p adjusted for the false discovery rate over all figures, by Benjamini and Hochberg.
    """

    kind: Kind
    name: str
    change: Change
    scale: Literal["h", "g"]
    size: float | None
    q: float | None = None

    @property
    def shown(self) -> bool:
        """Whether it is a discovery at the rate."""
        return self.q is not None and self.q <= RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What changed in how a side answers.

    Attributes
    ----------
    rate
        The false discovery rate at which shifts are told as shown.
    draws
        Draws of an item that `unique` and `entropy` are about; None where answers are not told.
    shifts
        The figures, in the order of their kinds.
    untold
        What can't be told, and why.
    """

    rate: float
    draws: int | None
    shifts: tuple[Shift, ...]
    untold: tuple[str, ...]


def behaviour_of(pair: Pair) -> Behaviour:
    """Compare how both sides answer: all figures that their draws and texts tell.

    Raises
    ------
    DiffError
        If a probe's function can't be imported, or raises.
    """
    surveys, answers = survey(pair), answers_of(pair)
    found = [
        *(() if answers is None else _answers(pair, answers)),
        *(_shift(pair, "length", unit, one, "g") for unit, one in lengths(surveys)),
        *(_shift(pair, "form", name, means_of(pair, name), "h") for name in _form(pair)),
        *_probes(pair, surveys),
    ]
    return Behaviour(
        rate=RATE,
        draws=None if answers is None else answers.draws,
        shifts=_adjusted(found),
        untold=tuple(_untold(pair, surveys, {one.kind for one in found})),
    )


def _answers(pair: Pair, answers: Answers) -> Iterator[Shift]:
    yield _shift(pair, "answers", "unique", answers.unique(), "g")
    yield _shift(pair, "answers", "entropy", answers.entropy(), "g")
    yield _shift(pair, "answers", "agreement", answers.agreement(), "h")


def _form(pair: Pair) -> Iterator[str]:
    """Yield the 0/1 metrics of form that both sides know."""
    for name in dict.fromkeys((pair.task.form, *_FORM)):
        if name in pair.metrics and pair.binary(name):
            yield name


def _probes(pair: Pair, surveys: tuple[Survey, Survey] | None) -> Iterator[Shift]:
    for place, probe in enumerate(pair.task.probes):
        shares = None if surveys is None else shares_of(surveys, place)
        if shares is not None:
            yield _shift(pair, "probe", probe.name, shares, "h")


def _shift(pair: Pair, kind: Kind, name: str, found: PerItem, scale: Literal["h", "g"]) -> Shift:
    change = change_in(pair, found)
    size = None
    if change.shown:
        size = (
            cohens_h(*(min(max(one, 0.0), 1.0) for one in (change.before, change.after)))
            if scale == "h"
            else hedges_g(found.before, found.after)
        )
    return Shift(kind=kind, name=name, change=change, scale=scale, size=size)


def _adjusted(found: Sequence[Shift]) -> tuple[Shift, ...]:
    told = [one.change.p for one in found if one.change.p is not None]
    adjusted = iter(benjamini_hochberg(np.array(told)).tolist() if told else ())
    return tuple(
        one if one.change.p is None else dataclasses.replace(one, q=next(adjusted)) for one in found
    )


def _untold(pair: Pair, surveys: tuple[Survey, Survey] | None, told: set[Kind]) -> Iterator[str]:
    if "answers" not in told:
        single = int(pair.depth.min()) == 1
        yield f"answers: {'an item has a single draw' if single else 'they are not known'}"
    lacking = [*(["lengths"] if "length" not in told else [])]
    if pair.task.probes and "probe" not in told:
        lacking.append("probes")
    if lacking:
        why = "are not kept on both sides" if surveys is None else "are not known of all draws"
        yield f"{' and '.join(lacking)}: texts {why}"
