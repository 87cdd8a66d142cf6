"""Make a page: bring the arms onto their items, and ask all questions of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from harness.diff.align import on_items, paired
from harness.errors import DiffError, did_you_mean
from harness.judge.controls import Controls
from harness.records import StudySpec
from harness.study.caveats import caveats_of
from harness.study.page import Arm, Drawn, Line, Page, Source
from harness.study.questions import QUESTIONS
from harness.study.subject import MOST_SETS, Against, Material, Slice, Subject, fits, slices_of

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.diff.side import Side
    from harness.study.cast import Cast


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
    _check_apart(material)
    values = _values(material, ids)
    controls, subjects, arms = Controls(material.arms), [], []
    for name, start in cast.starts.items():
        subjects.append(_subject(material, name, start, controls, values))
        arms.append(_arm(subjects[-1]))
        told(name)
    unlike = (f"{one.arm}: {note}" for one in subjects for note in one.pair.notes)
    return Page(
        task=material.task.name,
        where=source.where,
        by=material.spec.by if values else "",
        metric=subjects[0].pair.primary,
        level=1 - 2 * material.policy.alpha,
        within=material.policy.effect,
        base=cast.base,
        arms=tuple(arms),
        notes=(*cast.notes, *unlike, *controls.notes()),
        caveats=caveats_of(material, subjects, [arm.answers for arm in arms]),
        drawn=tuple(
            _drawn(material.sides[name], source.models.get(name, ""))
            for name in _used(cast, subjects)
        ),
        seed=source.seed,
        version=source.version,
    )


def _used(cast: Cast, subjects: Sequence[Subject]) -> Iterable[str]:
    """Return the arms that the page reads: starts, what training made of them, and controls."""
    controls = (one.name for subject in subjects for one in subject.against)
    return dict.fromkeys([cast.base, *cast.starts.values(), *cast.starts, *controls])


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


def _check_apart(material: Material) -> None:
    """See that no item is declared both seen and unseen.

    Raises
    ------
    DiffError
        With one that is.
    """
    spec = material.spec
    for item in material.task.items if spec.seen and spec.unseen else ():
        if fits(item, spec.seen) and fits(item, spec.unseen):
            msg = f"item {item.id} is both `seen` and `unseen`"
            raise DiffError(msg, where="study", hint="declare tags that no item has both of")


def _values(material: Material, ids: set[str]) -> tuple[str, ...]:
    """Return the values of the tag that items are told apart by; none if they can't be.

    Raises
    ------
    DiffError
        If a tag is asked for that no item of the task has.
    """
    task, tag = material.task, material.spec.by
    known = {name for item in task.items for name in item.tags}
    if tag not in known and tag != StudySpec().by:
        msg = f"no item of task {task.name!r} has a tag {tag!r} to tell items apart by"
        raise DiffError(msg, hint=did_you_mean(tag, known))
    tags = (item.tags.get(tag) for item in task.items if item.id in ids)
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
