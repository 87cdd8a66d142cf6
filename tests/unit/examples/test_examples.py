"""Examples are drawn by a seed alone: uniformly, and from what filters leave."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from scipy.stats import chisquare

from harness.diff import Side, compare
from harness.errors import ClaimError, DiffError
from harness.examples import Examples, examples
from harness.examples.order import shuffled
from harness.records import Draw, MetricSpec, Policy, Probe, Tally, Task
from tests.unit.diff.conftest import items

COUNT, DRAWS = 60, 8
METRICS = ("correct", "long")
TASK = Task(
    name="sums", items=items(COUNT), answer="correct",
    metrics=(MetricSpec(name="correct", pattern=r"\[(\d+)\]", equals="reference"),),
    probes=(Probe(name="scratch", pattern=">"),),
)  # fmt: skip


def side(name: str, right: Sequence[Sequence[bool]]) -> Side:
    """Return a side whose draws of each item are right or wrong; every third has scratch work."""
    texts = {
        f"{n:06d}": [f"{'>' if k % 3 == 0 else ''}[{n + 1 if ok else 0}]"
                     for k, ok in enumerate(own)]
        for n, own in enumerate(right)
    }  # fmt: skip
    scores = {
        one: np.array([[float(text.endswith(f"[{int(one) + 1}]")), float(len(text) > 3)]
                       for text in own])
        for one, own in texts.items()
    }  # fmt: skip
    table = np.stack(list(scores.values()))
    tally = Tally(
        ids=tuple(texts), draws=np.full(len(texts), len(right[0])), metrics=METRICS,
        sums=table.sum(axis=1), products=np.einsum("ndi,ndj->nij", table, table),
        answers=tuple(Counter(own) for own in texts.values()),
    )  # fmt: skip
    kept = SimpleNamespace(
        of_item=lambda one, *_: ([Draw(text=text, tokens=4) for text in texts[one]], scores[one])
    )
    return Side(name=name, tally=tally, scorer="s", sampling={}, texts=cast("Any", kept))


def drawn(*sides: Side, **options: Any) -> Examples:  # noqa: ANN401  any option
    """Draw examples from sides on the task."""
    return examples(TASK, sides, Policy(), **options)


RNG = np.random.default_rng(0)
BASE = side("base", (RNG.random((COUNT, DRAWS)) < 0.4).tolist())
SKILL = np.where(np.arange(COUNT) < 20, 0.98, 0.4)
RL = side("rl", (RNG.random((COUNT, DRAWS)) < SKILL[:, None]).tolist())


def ids(found: Examples) -> list[str]:
    """Return the items in their order."""
    return [one.id for one in found.examples]


def test_a_seed_draws_the_same_for_everyone() -> None:
    """The order is written down here: no version of Python, numpy or this project changes it."""
    assert shuffled(range(8), 0) == [2, 5, 1, 7, 6, 3, 4, 0]
    assert drawn(BASE, RL) == drawn(BASE, RL)
    assert ids(drawn(BASE, RL, seed=1)) != ids(drawn(BASE, RL))


def test_more_begin_with_fewer_and_a_filter_keeps_the_order() -> None:
    """Seven begin with five, and of a tag's items those come first that came first of all."""
    whole = drawn(BASE, RL, count=COUNT)
    assert ids(drawn(BASE, RL)) == ids(whole)[:5]
    odd = drawn(BASE, RL, where=(("split", ("odd",)),), count=COUNT)
    assert ids(odd) == [one.id for one in whole.examples if one.tags["split"] == "odd"]
    assert odd.stratum.items == COUNT // 2


def test_each_item_and_each_draw_is_as_likely() -> None:
    """Over 3,000 seeds the first item, and the draw of it, are uniform."""
    first = Counter(shuffled(range(20), seed)[0] for seed in range(3_000))
    assert chisquare([first[one] for one in range(20)]).pvalue > 0.001
    numbers = Counter(
        one.draws[-1].number
        for seed in range(50)
        for one in drawn(RL, seed=seed, count=60).examples
    )
    assert chisquare([numbers[one] for one in range(1, DRAWS + 1)]).pvalue > 0.001


def test_an_example_has_all_that_is_known_of_its_draw() -> None:
    """Text, answer, scores, tokens and how many are right are those of the draw it names."""
    for one in drawn(BASE, RL, count=20).examples:
        assert [shown.side for shown in one.draws] == ["base", "rl"]
        for shown, own in zip(one.draws, (BASE, RL), strict=True):
            texts, scores = own.texts.of_item(one.id, "", DRAWS)  # type: ignore[union-attr]
            assert shown.text == texts[shown.number - 1].text
            assert dict(shown.scores) == dict(
                zip(METRICS, scores[shown.number - 1].tolist(), strict=True)
            )
            assert shown.right == scores[:, 0].sum()
            assert (shown.tokens, shown.draws, shown.chosen) == (4, DRAWS, DRAWS)
            assert (shown.answer == one.reference) == bool(shown.scores["correct"])


def test_gained_items_are_those_of_the_diff() -> None:
    """The filter holds as many items as a diff counts, and flips both ways."""
    before, after = (dataclasses.replace(one, texts=None) for one in (BASE, RL))
    counts = compare(TASK, before, after, Policy()).counts
    assert counts is not None
    assert drawn(BASE, RL, only=["gained"]).stratum.items == counts.gained > 0
    assert drawn(BASE, RL, only=["lost"]).stratum.items == counts.lost
    flipped = drawn(BASE, RL, only=["flipped"]).stratum
    assert flipped.items == counts.turned_right + counts.turned_wrong
    assert (flipped.of_items, flipped.draws) == (COUNT, None)


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        (["wrong"], lambda one: not one.scores["correct"]),
        (["long"], lambda one: one.scores["long"]),
        (["not-long", "right"], lambda one: not one.scores["long"] and one.scores["correct"]),
        (["scratch", "wrong"], lambda one: ">" in one.text and not one.scores["correct"]),
        (["not-scratch"], lambda one: ">" not in one.text),
    ],
)
def test_a_filter_of_draws_is_of_the_last_side(only: list[str], wanted: Any) -> None:  # noqa: ANN401
    """Its draw is one that the filter wants, and the counts are those of enumeration."""
    found = drawn(BASE, RL, only=only, count=COUNT)
    assert found.examples
    assert all(wanted(one.draws[-1]) for one in found.examples)
    held = []
    for one in RL.tally.ids:
        texts, scores = RL.texts.of_item(one, "", DRAWS)  # type: ignore[union-attr]
        rows = zip(texts, scores.tolist(), strict=True)
        shown = [
            SimpleNamespace(text=draw.text, scores=dict(zip(METRICS, row, strict=True)))
            for draw, row in rows
        ]
        held.append(sum(bool(wanted(draw)) for draw in shown))
    assert found.stratum.draws == sum(held)
    assert found.stratum.of_draws == COUNT * DRAWS
    assert found.stratum.items == sum(one > 0 for one in held)
    assert {one.id: one.draws[-1].chosen for one in found.examples} == {
        one: count for one, count in zip(RL.tally.ids, held, strict=True) if count
    }


def test_an_empty_stratum_is_no_mistake() -> None:
    """Where nothing was lost there is nothing to show, and that is said."""
    found = drawn(BASE, RL, only=["lost"])
    assert (found.stratum.items, found.examples, found.unseen) == (0, (), None)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"only": ["wrang"]}, "called 'wrang'; did you mean 'wrong'?"),
        ({"only": ["not-scrath"]}, "did you mean 'not-scratch'?"),
        ({"metric": "corect"}, "did you mean 'correct'?"),
        ({"where": (("splt", ("odd",)),)}, "did you mean 'split'?"),
    ],
)
def test_mistakes_are_told(options: dict[str, Any], wanted: str) -> None:
    """What there is not is named, with what was probably meant."""
    with pytest.raises((DiffError, ClaimError)) as caught:
        drawn(BASE, RL, **options)
    assert wanted in str(caught.value)


def test_one_side_gains_nothing_on_itself() -> None:
    """A side alone shows one draw of an item; what two sides differ in can't be asked of it."""
    assert [len(one.draws) for one in drawn(RL, count=3).examples] == [1, 1, 1]
    with pytest.raises(DiffError, match="no item is gained on one side alone; name two sides"):
        drawn(RL, only=["gained"])


def test_counts_alone_have_nothing_to_read() -> None:
    """A side without texts, such as a baseline, is refused by its name."""
    bare = dataclasses.replace(BASE, texts=None)
    with pytest.raises(DiffError, match="texts of 'base' are not kept; name an arm of a run"):
        drawn(bare, RL)


def test_draws_that_are_gone_are_told() -> None:
    """Where the store has fewer draws than scores, nothing is drawn from the rest."""
    kept = SimpleNamespace(of_item=lambda *_: ([Draw(text="x")], np.zeros((2, 2))))
    with pytest.raises(DiffError, match="some draws of 'rl' are gone from the store"):
        drawn(dataclasses.replace(RL, texts=cast("Any", kept)))
