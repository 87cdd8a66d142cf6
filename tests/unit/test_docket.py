"""Two halves of a chained comparison are one equivalence."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from harness.judge import joined
from harness.records import Reading, Ruling

MakeRuling = Callable[..., Ruling]


@pytest.fixture
def halves(ruling: MakeRuling) -> tuple[Ruling, Ruling]:
    """Return the two rulings that `-0.03 < a - b < 0.03` makes."""
    low = ruling(low_margin=-0.03, text="a - b > -0.03", p=0.01)
    high = ruling(ordinal=2, low_margin=None, high_margin=0.03, text="a - b < 0.03", p=0.02)
    return low, high


def test_halves_are_joined(halves: tuple[Ruling, Ruling]) -> None:
    """Text, margins and p-value are those of the whole."""
    (found,) = joined(list(halves))
    assert found.kind == "equivalence"
    assert found.text == "-0.03 < rl.pass@1 - base.pass@1 < 0.03"
    assert (found.low_margin, found.high_margin, found.decision.p) == (-0.03, 0.03, 0.02)


def test_the_order_of_the_halves_makes_no_difference(halves: tuple[Ruling, Ruling]) -> None:
    """`0.03 > a - b > -0.03` is the same equivalence."""
    (found,) = joined(list(halves[::-1]))
    assert found == joined(list(halves))[0]


def test_the_worse_half_decides(halves: tuple[Ruling, Ruling], ruling: MakeRuling) -> None:
    """A refuted half refutes the whole, with its reason."""
    worse = dataclasses.replace(
        halves[1], decision=ruling(verdict="refuted", reason="wrong side").decision
    )
    (found,) = joined([halves[0], worse])
    assert (found.decision.verdict, found.decision.reason) == ("refuted", "wrong side")


@pytest.mark.parametrize(
    "change",
    [{"place": "evals/x.py:8"}, {"effect_text": "a"}, {"task": "other"}, {"kind": "alarm"},
     {"low_margin": 0.01, "high_margin": None}],
    ids=["another line", "another effect", "another task", "an alarm", "the same side"],
)  # fmt: skip
def test_other_neighbours_stay_apart(halves: tuple[Ruling, Ruling], change: dict[str, Any]) -> None:
    """Only two sides of one effect on one line are one claim."""
    found = joined([halves[0], dataclasses.replace(halves[1], **change)])
    assert [one.ordinal for one in found] == [1, 2]


def test_claims_are_renumbered(halves: tuple[Ruling, Ruling], ruling: MakeRuling) -> None:
    """After joining, ordinals count what is left."""
    found = joined([*halves, ruling(ordinal=3, place="evals/x.py:9"), *halves])
    assert [(one.ordinal, one.kind) for one in found] == [
        (1, "equivalence"), (2, "claim"), (3, "equivalence"),
    ]  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_halves_of_two_looks_keep_their_bounds(
    halves: tuple[Ruling, Ruling], ruling: MakeRuling, order: int
) -> None:
    """Each half gives the bound that it was decided by; effect and figures are the later look's."""
    later = (Reading(name="rl.pass@1", value=0.5, draws=8),)
    early = ruling(effect=0.01, low=-0.02, high=0.09, draws=2).decision
    late = ruling(effect=-0.01, low=-0.05, high=0.02, draws=8).decision
    low = dataclasses.replace(halves[0], decision=early)
    high = dataclasses.replace(halves[1], decision=late, figures=later)
    (found,) = joined([low, high][::order])
    assert (found.decision.low, found.decision.high) == (-0.02, 0.02)
    assert (found.decision.effect, found.decision.draws) == (-0.01, 8)
    assert found.figures == later


@pytest.mark.parametrize("order", [1, -1])
def test_doubts_on_one_half_are_doubts_on_the_whole(
    halves: tuple[Ruling, Ruling], order: int
) -> None:
    """An equivalence is exploratory if one of its sides is."""
    doubted = dataclasses.replace(halves[1], exploratory="attempt 2 on other draws")
    (found,) = joined([halves[0], doubted][::order])
    assert found.exploratory == "attempt 2 on other draws"


def test_a_ruling_has_the_normal_form_of_its_claim(
    halves: tuple[Ruling, Ruling], ruling: MakeRuling
) -> None:
    """What was decided is found in the plan by the same words as what was claimed."""
    assert ruling().normal_form == "rl.pass@1 - base.pass@1 > 0.05"
    alarm = ruling(kind="alarm", low_margin=None, high_margin=-0.0)
    assert alarm.normal_form == "no_evidence(rl.pass@1 - base.pass@1 < 0)"
    (both,) = joined(list(halves))
    assert both.normal_form == both.text == "-0.03 < rl.pass@1 - base.pass@1 < 0.03"


def test_a_margin_of_nil_has_no_sign(halves: tuple[Ruling, Ruling]) -> None:
    """Minus zero is zero."""
    (found,) = joined([dataclasses.replace(halves[0], low_margin=-0.0), halves[1]])
    assert found.text.startswith("0 < ")
