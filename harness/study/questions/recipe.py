"""Does its recipe help, over training seeds?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.judge.controls import Controls
from harness.records import Recipe
from harness.study.against import against_of
from harness.study.answer import Answer, Figure, Name, Sentence, changed
from harness.study.contrast import Contrast, comparable, contrast
from harness.study.questions.helped import WORDS, phrases
from harness.study.signs import overall, placed, sign_of, told

if TYPE_CHECKING:
    from harness.study.subject import Against, Slice, Subject

_NET = {"up": "more than ", "down": "less than ", "open": "not shown to differ from "}
_FEW = 3  # training seeds: fewer show large effects alone


def how_sure_of_the_recipe(subject: Subject) -> Answer | None:
    """Say what the recipe of an arm gains, by an interval that allows for other training seeds.

    None where the arm is a seed of no recipe whose seeds were all drawn, or another seed of it
    comes before it on the page.
    """
    recipe = recipe_of(subject)
    if recipe is None:
        return None
    within = subject.material.policy.effect
    names = (recipe.name, subject.start)
    places = [one for one in subject.slices if comparable(subject.material, names, one.where)]
    if not places:
        return None
    gains = [_gain(subject, recipe, one) for one in places]
    figures = [changed("pass@1 of", gain.change, of=recipe.name, where=one.where)
               for one, gain in zip(places, gains, strict=True)]  # fmt: skip
    found = [(sign_of(one.low, one.high, within), one) for one in figures]
    against = list(_against(subject, recipe))
    net = tuple(part for one in against for part in _net(one))
    return Answer(
        verdict=overall((sign for sign, _ in found), WORDS),
        said=(*_over(recipe), *told(found, phrases("pass@1", within)), *net),
        words={figure.where: WORDS[sign] for sign, figure in found},
        figures=(
            *(part for one, gain in zip(figures, gains, strict=True)
              for part in (one, *_seeds(gain, one.where))),
            *(changed("pass@1 of the recipe, net of", at.gain, of=one.name, where=at.where)
              for one in against for at in one.net),
        ),
        caveats=tuple(_few(recipe)),
    )  # fmt: skip


def _over(recipe: Recipe) -> Sentence:
    named = [part for seed in recipe.seeds for part in (", ", Name(text=seed))]
    return (f"over {len(recipe.seeds)} seeds (", *named[1:], ") ")


def recipe_of(subject: Subject) -> Recipe | None:
    """Return the drawn recipe that an arm stands for on the page; None if there is none."""
    for recipe in subject.material.recipes.values():
        on_page = [one for one in recipe.seeds if one == subject.arm or one in subject.beside]
        drawn = not subject.material.undrawn(recipe.name)
        if on_page[:1] == [subject.arm] and drawn and subject.start not in recipe.seeds:
            return recipe
    return None


def _gain(subject: Subject, recipe: Recipe, one: Slice) -> Contrast:
    terms = [(recipe.name, 1.0), (subject.start, -1.0)]
    return contrast(subject.material, terms, one.pair.primary, one.where)


def _seeds(gain: Contrast, where: str) -> Iterator[Figure]:
    """Yield what each seed gains over the start, without intervals: seeds are what varies."""
    *seeds, start = gain.scores
    for seed in seeds:
        yield Figure(
            what="of it, gain of the seed", of=seed.arm, unit="change", where=where,
            value=seed.score - start.score, before=start.score, after=seed.score,
        )  # fmt: skip


def _against(subject: Subject, recipe: Recipe) -> Iterator[Against]:
    """Yield the controls of a recipe that are recipes themselves."""
    material = subject.material
    for one in Controls(material.arms, material.recipes).of(recipe.name):
        if isinstance(one, Recipe) and not material.undrawn(one.name):
            yield against_of(material, recipe.name, subject.start, one, subject.slices)


def _net(one: Against) -> Sentence:
    said: list[str | Name | Figure] = []
    for sign, phrase in _NET.items():
        found = [
            changed("pass@1", at.gain, where=at.where)
            for at in one.net
            if sign_of(at.gain.low, at.gain.high) == sign
        ]
        if found:
            said += ["; ", phrase, Name(text=one.name), *placed(found)]
    return tuple(said)


def _few(recipe: Recipe) -> Iterator[Sentence]:
    if len(recipe.seeds) < _FEW:
        told = f" has {len(recipe.seeds)} seeds: fewer than {_FEW} show large effects alone"
        yield (Name(text=recipe.name), told)
