"""A page: what training did, question by question, for each arm that it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.diff.curve import Point
from harness.records import Where
from harness.study.answer import Answer, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """pass@k of an arm and its start on a set of items."""

    where: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What is told of one arm; `answers` by the questions' keys, without those not asked of it."""

    name: str
    start: str
    answers: Mapping[str, Answer]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a score goes along a series of `arms`, which stand `at` these places."""

    name: str
    arms: tuple[str, ...]
    at: tuple[float, ...]
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What is known of an arm's draws: its model, the items, draws of an item, and the scorer."""

    name: str
    model: str
    items: int
    fewest: int
    most: int
    scorer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The selection of items that is asked for, and where draws come from.

    Attributes
    ----------
    where
        The items that the page is about; empty for all.
    models
        By arm, what it ran on.
    seed
        Of the sampling; None if the run does not say.
    version
        Of what makes the page.
    """

    where: Where
    models: Mapping[str, str]
    seed: int | None
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What training did on the items of one task.

    Attributes
    ----------
    where
        The selection of items; empty for all.
    by
        The tag that items are told apart by; empty if they are not.
    metric
        What pass@k is of.
    level
        Of the intervals.
    within
        The smallest effect of interest; None if undeclared.
    series
        How pass@1 goes along each series.
    notes
        What is left out, or not alike.
    caveats
        What is to be kept in mind of the whole page.
    drawn
        What is known of each arm's draws.
    seed
        Of the sampling; None if the run does not say.
    version
        Of what made the page.
    """

    task: str
    where: Where
    by: str
    metric: str
    level: float
    within: float | None
    base: str
    arms: tuple[Arm, ...]
    series: tuple[Course, ...]
    notes: tuple[str, ...]
    caveats: tuple[Sentence, ...]
    drawn: tuple[Drawn, ...]
    seed: int | None
    version: str
