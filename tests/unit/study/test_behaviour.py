"""What a study says of behaviour: figures by enumeration, sizes, and the false discovery rate."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]
from statsmodels.stats.proportion import proportion_effectsize  # type: ignore[import-untyped]

from harness.diff import Side
from harness.diff.align import paired
from harness.records import Policy, Probe, Tally
from harness.report.study_behaviour import behaviour_words
from harness.study.behaviour import Behaviour, Shift, behaviour_of
from tests.unit.diff.conftest import items, tally_of, task_of
from tests.unit.study.test_study import BASE, COUNT, side, studied

GIVEN = ((5, 1), (3, 3), (2, 2, 2), (6,), (1, 1, 4), (4, 2))


def told(before: Side, after: Side, **changes: object) -> Behaviour:
    """Compare two sides on a task of as many items as they have."""
    task = task_of(items(len(before.tally.ids)), **changes)
    return behaviour_of(paired(task, before, after, Policy(), None))


def by_name(found: Behaviour) -> dict[str, Shift]:
    """Return the shifts by their names."""
    return {one.name: one for one in found.shifts}


def answering(given: tuple[tuple[int, ...], ...]) -> Side:
    """Return a side that gives answers so many times, six draws of each item."""
    made = side("base", np.full(len(given), 0.5), draws=6)
    answers = tuple(Counter({str(n): count for n, count in enumerate(one)}) for one in given)
    return dataclasses.replace(made, tally=dataclasses.replace(made.tally, answers=answers))


def test_agreement_is_that_of_all_pairs_of_draws() -> None:
    """The chance that two draws agree is the share of pairs that do, counted one by one."""
    found = by_name(told(answering(GIVEN), answering(GIVEN[::-1])))["agreement"].change
    shares = []
    for one in GIVEN:
        draws = [n for n, count in enumerate(one) for _ in range(count)]
        shares.append(np.mean([a == b for a, b in itertools.combinations(draws, 2)]))
    assert found.before == pytest.approx(np.mean(shares))
    assert found.effect == pytest.approx(0.0)


def test_sizes_and_q_are_those_of_statsmodels() -> None:
    """Cohen's h of shares, Hedges' g of the others, and Benjamini and Hochberg over all of them."""
    before, after = side("base", BASE, boxed=0.5), side("rl", np.sqrt(BASE), boxed=0.55)
    found = told(before, after)
    boxed = by_name(found)["boxed"]
    wanted = proportion_effectsize(boxed.change.after, boxed.change.before)
    assert boxed.scale == "h"
    assert boxed.size == pytest.approx(wanted)
    p = [one.change.p for one in found.shifts]
    assert [one.q for one in found.shifts] == pytest.approx(multipletests(p, method="fdr_bh")[1])
    assert {one.name for one in found.shifts} == {
        "unique", "entropy", "agreement", "boxed", "truncated",
    }  # fmt: skip


def test_a_change_of_diversity_has_its_size() -> None:
    """Fewer answers and the same form: the answers shift, by Hedges' g, the form does not."""
    found = by_name(told(side("base", BASE), side("rl", np.minimum(BASE * 3, 1))))
    unique = found["unique"]
    assert unique.shown
    assert unique.scale == "g"
    assert unique.size is not None
    assert unique.size < -0.3
    assert found["agreement"].change.effect > 0
    assert not found["boxed"].shown


def test_the_same_model_rarely_shifts() -> None:
    """Of 100 comparisons of a model with itself at most a few show anything at 5%."""
    seen = 0
    ids = tuple(f"{n:06d}" for n in range(COUNT))
    rng = np.random.default_rng(5)
    task = task_of(items(COUNT))
    for _ in range(100):
        first, second = (
            Side(name=name, tally=tally_of(ids, BASE, 0.6, 8, rng), scorer="s", sampling={})
            for name in ("base", "again")
        )
        found = behaviour_of(paired(task, first, second, Policy(), None))
        seen += any(one.shown for one in found.shifts)
    assert seen <= 9  # 5 are expected at most


def test_what_can_t_be_told_is_said() -> None:
    """Counts have no lengths and no probes, and single draws no diversity."""
    probes = (Probe(name="scratch", pattern=">"),)
    found = told(side("base", BASE, draws=1), side("rl", BASE, draws=1), probes=probes)
    assert found.draws is None
    assert found.untold == (
        "answers: an item has a single draw",
        "lengths and probes: texts are not kept on both sides",
    )
    assert {one.kind for one in found.shifts} == {"form"}


def test_too_few_items_have_no_size() -> None:
    """Where there is no interval there is no size, and nothing is shown."""
    found = told(side("base", BASE[:3]), side("rl", BASE[:3]))
    assert {(one.size, one.q) for one in found.shifts} == {(None, None)}


def test_the_words_name_the_largest_shifts() -> None:
    """A study says how many figures shifted, and which most; none is said to where none did."""
    found = studied(side("base", BASE, boxed=0.3), side("rl", BASE, boxed=0.9))
    words = behaviour_words(found)
    assert words.startswith("behaviour: 1 of 5 figures shifted at FDR 5%: boxed (h +1.3")
    same = studied(side("base", BASE), side("again", BASE))
    assert behaviour_words(same) == "behaviour: 0 of 5 figures shifted at FDR 5%"


def test_answers_that_nobody_knows_are_not_told() -> None:
    """Where a record gave scores alone, answers are left out."""
    made = side("base", BASE)
    tally: Tally = dataclasses.replace(made.tally, answers=tuple({"?": 32} for _ in BASE))
    found = told(dataclasses.replace(made, tally=tally), side("rl", BASE))
    assert found.untold[0] == "answers: they are not known"
