"""Make a page: bring the arms onto their items, and ask all questions of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from harness.diff.align import paired
from harness.errors import DiffError, did_you_mean
from harness.judge.controls import Controls
from harness.records import StudySpec
from harness.study.against import against_of
from harness.study.along import courses_of, undrawn_of
from harness.study.caveats import caveats_of
from harness.study.material import Material, limited
from harness.study.page import Arm, Drawn, Line, Page, Source
from harness.study.questions import QUESTIONS
from harness.study.questions.recipe import recipe_of
from harness.study.subject import MOST_SETS, Subject, slices_of

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
    material = limited(material, cast, ids)
    values = _values(material, ids)
    controls, subjects, arms = Controls(material.arms, material.recipes), [], []
    for name in cast.starts:
        subjects.append(_subject(material, cast, name, controls, values))
        arms.append(_arm(subjects[-1]))
        told(name)
    metric = subjects[0].pair.primary
    series = tuple(courses_of(material, metric, [one.where for one in subjects[0].slices]))
    return Page(
        task=material.task.name,
        where=source.where,
        by=material.spec.by if values else "",
        metric=metric,
        level=1 - 2 * material.policy.alpha,
        within=material.policy.effect,
        base=cast.base,
        arms=tuple(arms),
        series=series,
        notes=(*cast.notes, *_notes(material, subjects, controls)),
        caveats=caveats_of(
            material, subjects, [arm.answers for arm in arms], [one.answer for one in series]
        ),
        drawn=tuple(
            _drawn(material.sides[name], source.models.get(name, ""))
            for name in _used(material, cast, subjects)
        ),
        seed=source.seed,
        version=source.version,
    )


def _notes(material: Material, subjects: Sequence[Subject], controls: Controls) -> Iterator[str]:
    """Say what is not alike, or counts as no control, or is left out."""
    yield from (f"{one.arm}: {note}" for one in subjects for note in one.pair.notes)
    yield from controls.notes()
    arms = [one.arm for one in subjects]
    concerned = {one.name for arm in arms for one in controls.of(arm)}
    for name, recipe in material.recipes.items():
        missing = material.undrawn(name)
        if missing and (name in concerned or not set(arms).isdisjoint(recipe.seeds)):
            yield f"recipe {name} is left out: the run drew nothing of {' and '.join(missing)}"
    yield from undrawn_of(material)


def _used(material: Material, cast: Cast, subjects: Sequence[Subject]) -> Iterable[str]:
    """Return the arms that the page reads: of its own, of controls, of recipes and of series."""
    named = [cast.base, *cast.starts.values(), *cast.starts]
    named += [one.name for subject in subjects for one in subject.against]
    named += [one.name for subject in subjects if (one := recipe_of(subject)) is not None]
    for series in material.series.values():
        named += [] if any(map(material.undrawn, series.arms)) else series.arms
    return dict.fromkeys(arm for name in named for arm in material.checkpoints(name))


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
    material: Material, cast: Cast, name: str, controls: Controls, values: tuple[str, ...]
) -> Subject:
    start = cast.starts[name]
    pair = _paired(material, start, name)
    slices = slices_of(pair, values, material.spec.by)
    against = (
        against_of(material, name, start, one, slices)
        for one in controls.of(name)
        if not material.undrawn(one.name)
    )
    return Subject(
        material=material, arm=name, start=start, pair=pair, slices=slices,
        base=cast.base, beside={one: its for one, its in cast.starts.items() if one != name},
        against=tuple(one for one in against if one.net),
    )  # fmt: skip


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
