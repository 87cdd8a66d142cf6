"""What is to be kept in mind of a whole page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from harness.study.answer import Answer, Figure, Name, Sentence
from harness.study.questions import QUESTIONS
from harness.study.questions.recipe import recipe_of

if TYPE_CHECKING:
    from harness.study.material import Material
    from harness.study.subject import Subject

_CUT = "truncated"


def caveats_of(
    material: Material,
    subjects: Sequence[Subject],
    answers: Sequence[Mapping[str, Answer]],
    along: Sequence[Answer],
) -> tuple[Sentence, ...]:
    """Say what was not asked, how many intervals there are, and whom the figures are about."""
    every = [*(answer for one in answers for answer in one.values()), *along]
    return (
        *_not_asked(answers),
        _many(material, subjects, every),
        _checkpoints(subjects),
        _items(material, subjects),
        *_cut_off(material, subjects),
        _draws(subjects),
        _sampled(material, subjects[0]),
    )


def _not_asked(answers: Sequence[Mapping[str, Answer]]) -> Iterator[Sentence]:
    for question in QUESTIONS:
        if not any(question.key in one for one in answers):
            yield (f'Not asked: "{question.title}", for {question.lacks}.',)


def _many(material: Material, subjects: Sequence[Subject], answers: Sequence[Answer]) -> Sentence:
    figures = [figure for one in answers for figure in one.figures]
    count = sum(
        figure.unit in {"change", "amount"} and figure.low is not None for figure in figures
    )
    sets = sum(len(subject.slices) for subject in subjects)
    chance = 2 * material.policy.alpha * count
    text = (
        f"Each interval stands by itself. There are {count} of a change on this page: were "
        f"nothing to differ, up to about {chance:.0f} of them would leave zero out by chance, and "
        f"of the {sets} curves some would show a shape. What is to hold up belongs in a claim."
    )
    return (text,)


def _checkpoints(subjects: Sequence[Subject]) -> Sentence:
    """Say which arms stand for a recipe, of which several training seeds are known."""
    text = (
        "Each arm is one checkpoint. What is said of it is not said of its recipe, which another "
        "training seed may serve otherwise"
    )
    known = [Name(text=one.arm) for one in subjects if recipe_of(one) is not None]
    if not known:
        return (f"{text}.",)
    listed = [part for name in known for part in (", ", name)][1:]
    return (f"{text}; of ", *listed, " several seeds are known, and one question is about them.")


def _items(material: Material, subjects: Sequence[Subject]) -> Sentence:
    counts = [len(one.pair.items) for one in subjects]
    least, most = min(counts), max(counts)
    count = f"{most} items" if least == most else f"{least} to {most} items of an arm"
    if material.policy.items == "these":
        whom = f"these {count} alone"
        return (f"Changes of scores are about {whom}; bands and shares about items like them.",)
    return (f"The {count} stand for others of their kind, and for no other kind.",)


def _cut_off(material: Material, subjects: Sequence[Subject]) -> Iterator[Sentence]:
    """Say how many completions were cut off, of the arm with the most."""
    names = dict.fromkeys(name for one in subjects for name in (one.start, one.arm))
    found = []
    for name in names:
        tally = material.sides[name].tally
        if _CUT in tally.metrics:
            cut = float(tally.sums[:, tally.metrics.index(_CUT)].sum() / tally.draws.sum())
            found.append((cut, name))
    if len(found) < len(names):
        yield ("How many completions were cut off is not known of all arms.",)
    elif max(found)[0] > 0:
        most, name = max(found)
        share = Figure(what="cut off", unit="score", value=most)
        yield (
            "Completions that were cut off: at most ",
            share,
            " of an arm's (",
            Name(text=name),
            ").",
        )
    else:
        yield ("No completion was cut off.",)


def _draws(subjects: Sequence[Subject]) -> Sentence:
    depths = [one.curves.draws for subject in subjects for one in subject.slices]
    least, most = min(depths), max(depths)
    count = f"{most}" if least == most else f"{least} to {most}"
    return (f"Nothing is known of pass@k beyond k = {count}, the fewest draws of an item.",)


def _sampled(material: Material, subject: Subject) -> Sentence:
    sampling = material.sides[subject.arm].sampling
    told = ", ".join(f"{name} {value}" for name, value in sampling.items())
    rest = ") of one task, with its own prompts and scores. Whether items stand in training data "
    return (
        "Tested is one way of sampling (",
        Name(text=told or "not known"),
        f"{rest}is not tested.",
    )
