"""What was drawn for reading, and from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.examples.stratum import Stratum


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One draw of an item.

    Attributes
    ----------
    side
        The side's name.
    number, draws
        Which of the item's draws it is, from 1, and how many there are.
    chosen
        How many of them it was drawn among.
    right
        How many of all are right; of a graded metric, their sum.
    text
        What was said; None where a record gave scores in its place.
    scores
        Of each metric; what is not known is left out.
    answer
        As the task reads it; None where there is none, or answers are not read.
    finish
        Why it ended.
    tokens
        Of the completion, where that is known.
    """

    side: str
    number: int
    draws: int
    chosen: int
    right: float
    text: str | None
    scores: Mapping[str, float]
    answer: str | None
    finish: str
    tokens: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An item with a draw of each side."""

    id: str
    prompt: str
    reference: str
    tags: Mapping[str, str]
    draws: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """What was drawn, and from what.

    Attributes
    ----------
    sides
        Names, one or two.
    metric, binary
        What `right` is about, and whether it is 0/1.
    answers
        Whether the task reads answers.
    seed
        What decides what is drawn, with names alone.
    stratum
        What it is drawn from.
    examples
        In the order in which they were drawn.
    unseen
        The share of such draws that these few may show nothing of, at 95%; None for no examples.
    rare, needed
        To see what a share `rare` of draws does at least once, at 95%, so many are to be read.
    notes
        What is not compared, or not alike.
    """

    task: str
    sides: tuple[str, ...]
    metric: str
    binary: bool
    answers: bool
    seed: int
    stratum: Stratum
    examples: tuple[Example, ...]
    unseen: float | None
    rare: float
    needed: int
    notes: tuple[str, ...]
