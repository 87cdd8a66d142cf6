"""Two halves of a chained comparison are one equivalence."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from harness.judge import joined
from harness.records import Ruling

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
    [{"place": "evals/x.py:8"}, {"effect_text": "a"}, {"kind": "alarm"},
     {"low_margin": 0.01, "high_margin": None}],
    ids=["another line", "another effect", "an alarm", "the same side"],
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


def test_a_margin_of_nil_has_no_sign(halves: tuple[Ruling, Ruling]) -> None:
    """Minus zero is zero."""
    (found,) = joined([dataclasses.replace(halves[0], low_margin=-0.0), halves[1]])
    assert found.text.startswith("0 < ")
