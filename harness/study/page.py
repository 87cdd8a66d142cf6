"""A page: what training did, question by question, for each arm that it made."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.diff.align import on_items, paired
from harness.errors import DiffError
from harness.judge.controls import Controls
from harness.study.caveats import caveats_of
from harness.study.questions import QUESTIONS
from harness.study.subject import MOST_SETS, Against, Material, Slice, Subject, slices_of

if TYPE_CHECKING:
    from harness.diff.curve import Point
    from harness.diff.pair import Pair
    from harness.diff.side import Side
    from harness.records import Where
    from harness.study.answer import Answer, Sentence
    from harness.study.cast import Cast


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
    notes: tuple[str, ...]
    caveats: tuple[Sentence, ...]
    drawn: tuple[Drawn, ...]
    seed: int | None
    version: str


def page_of(
    material: Material,
    cast: Cast,
    source: Source,
    told: Callable[[str], None] = lambda _: None,
) -> Page:
    """Answer all questions for all arms.

    Parameters
    ----------
    material
        With sides on all items that were drawn.
    source
        What was asked for, and where the draws come from.
    told
        Is told of each arm once it is done.

    Raises
    ------
    DiffError
        If an arm has no such items, or the metric is graded.
    """
    ids = {material.task.items[row].id for row in material.task.select(source.where)}
    material = dataclasses.replace(
        material, sides={name: _on(side, ids) for name, side in material.sides.items()}
    )
    values = _values(material, ids)
    controls, notes = Controls(material.arms), list(cast.notes)
    arms, subjects = [], []
    for name, start in cast.starts.items():
        subject = _subject(material, name, start, controls, values)
        notes += [f"{name}: {note}" for note in subject.pair.notes]
        arms.append(_arm(subject))
        subjects.append(subject)
        told(name)
    used = dict.fromkeys([cast.base, *cast.starts.values(), *cast.starts])
    used |= dict.fromkeys(one.name for subject in subjects for one in subject.against)
    return Page(
        task=material.task.name,
        where=source.where,
        by=material.spec.by if values else "",
        metric=subjects[0].pair.primary,
        level=1 - 2 * material.policy.alpha,
        within=material.policy.effect,
        base=cast.base,
        arms=tuple(arms),
        notes=(*notes, *controls.notes()),
        caveats=caveats_of(material, subjects, [arm.answers for arm in arms]),
        drawn=tuple(_drawn(material.sides[name], source.models.get(name, "")) for name in used),
        seed=source.seed,
        version=source.version,
    )


def _on(side: Side, ids: set[str]) -> Side:
    """Return a side on some items.

    Raises
    ------
    DiffError
        If it has none of them.
    """
    kept = tuple(one for one in side.tally.ids if one in ids)
    if not kept:
        msg = f"{side.name!r} has no draws of the items that the page is about"
        raise DiffError(msg, hint="choose others by --where, or other arms by --arms")
    return on_items(side, kept)


def _values(material: Material, ids: set[str]) -> tuple[str, ...]:
    """Return the values of the tag that items are told apart by; none if they can't be."""
    tags = (item.tags.get(material.spec.by) for item in material.task.items if item.id in ids)
    found = tuple(dict.fromkeys(value for value in tags if value is not None))
    return found if len(found) <= MOST_SETS else ()


def _subject(
    material: Material, name: str, start: str, controls: Controls, values: tuple[str, ...]
) -> Subject:
    pair = _paired(material, start, name)
    tag = material.spec.by
    against = [
        Against(
            name=arm.name,
            kind="" if arm.control is None else arm.control.kind,
            own=_slices(material, start, arm.name, values),
            net=_slices(material, arm.name, name, values),
        )
        for arm in controls.of(name)
        if arm.name in material.sides
    ]
    return Subject(
        material=material, arm=name, start=start, pair=pair,
        slices=slices_of(pair, values, tag), against=tuple(against),
    )  # fmt: skip


def _slices(
    material: Material, before: str, after: str, values: tuple[str, ...]
) -> tuple[Slice, ...]:
    return slices_of(_paired(material, before, after), values, material.spec.by)


def _paired(material: Material, before: str, after: str) -> Pair:
    """Bring two arms onto their common items.

    Raises
    ------
    DiffError
        If they have none, or the metric is graded.
    """
    sides = material.sides[before], material.sides[after]
    pair = paired(material.task, *sides, material.policy, material.metric)
    if not pair.binary(pair.primary):
        msg = f"the metric {pair.primary!r} is graded: pass@k needs one that is 0 or 1"
        raise DiffError(msg, hint="name such a metric by --metric")
    return pair


def _arm(subject: Subject) -> Arm:
    answers = {one.key: one.ask(subject) for one in QUESTIONS}
    return Arm(
        name=subject.arm,
        start=subject.start,
        answers={key: answer for key, answer in answers.items() if answer is not None},
        lines=tuple(Line(where=one.where, points=one.curves.points) for one in subject.slices),
    )


def _drawn(side: Side, model: str) -> Drawn:
    draws = side.tally.draws
    return Drawn(
        name=side.name, model=model, scorer=side.scorer,
        items=len(draws), fewest=int(draws.min()), most=int(draws.max()),
    )  # fmt: skip
