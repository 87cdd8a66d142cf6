"""An answer to a question about training: a verdict, a sentence, figures and caveats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.diff.change import Change
from harness.stats.fieller import Ratio
from harness.stats.first_passage import FirstPassage

#: What a figure counts: a score, a change of one, a share of a change, a number of tries, of
#: items, or of whatever its name says; or the change of what is no share, such as a length.
Unit = Literal["score", "change", "ratio", "tries", "items", "number", "amount"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What users named, inside of a sentence: an arm, a split, a metric. It may hold anything."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with its interval.

    Attributes
    ----------
    what
        Names it, in our words.
    of
        What users named in it, such as a control; empty if nothing.
    where
        The items: a value of the tag that items are told apart by; empty for all.
    unit
        What it counts.
    value
        The figure; None for a number of tries beyond the draws.
    low, high
        Its interval; None where there is none, or it has no such end.
    before, after
        The score on both sides, of a change.
    expected, p
        Of items: how many equal chances would give, and the chance of so many or more then.
    most
        Of tries: the most that could be told.
    scale, size, q
        Of a shift of behaviour: its standardised size, by Cohen's h of shares or Hedges' g of all
        else, and p adjusted for the false discovery rate.
    """

    what: str
    unit: Unit
    value: float | None
    low: float | None = None
    high: float | None = None
    of: str = ""
    where: str = ""
    before: float | None = None
    after: float | None = None
    expected: float | None = None
    p: float | None = None
    most: int | None = None
    scale: Literal["", "h", "g"] = ""
    size: float | None = None
    q: float | None = None


#: Our words, names and figures, in the order of the sentence: each face writes them its own way.
Sentence = tuple[str | Name | Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question comes to for one arm.

    Attributes
    ----------
    verdict
        A word or two, by the rule of the question.
    words
        The same for each set of items that it was asked on.
    said
        The answer in a sentence, without its full stop.
    figures
        What it rests on.
    caveats
        What is to be kept in mind of this answer alone.
    """

    verdict: str
    said: Sentence
    words: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    caveats: tuple[Sentence, ...] = ()


def changed(what: str, change: Change, *, of: str = "", where: str = "") -> Figure:
    """Return a change of a score as a figure."""
    return Figure(
        what=what, unit="change", value=change.effect, low=change.low, high=change.high, of=of,
        where=where, before=change.before, after=change.after,
    )  # fmt: skip


def shared(what: str, ratio: Ratio, *, of: str = "", where: str = "") -> Figure:
    """Return a share of a change as a figure."""
    return Figure(
        what=what, unit="ratio", value=ratio.estimate, low=ratio.low, high=ratio.high, of=of,
        where=where,
    )  # fmt: skip


def tried(what: str, found: FirstPassage, most: int, *, where: str = "") -> Figure:
    """Return a number of tries as a figure."""
    return Figure(
        what=what, unit="tries", value=found.k, low=found.low, high=found.high, where=where,
        most=most,
    )  # fmt: skip
