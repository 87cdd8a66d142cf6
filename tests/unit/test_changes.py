"""What a plan changes of the one before it, in lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from harness.records import Plan, PlannedClaim
from harness.report.changes import change_lines

MakePlanned = Callable[..., PlannedClaim]


def plan(*claims: PlannedClaim, seed: int = 0, alpha: float = 0.05) -> Plan:
    """Make a plan."""
    return Plan(claims=claims, policy={"alpha": alpha}, seed=seed)


def test_the_same_plan_changes_nothing(planned: MakePlanned) -> None:
    """Forecasts are no promise: others of them are no change."""
    assert list(change_lines(plan(planned()), plan(planned(detectable=0.5)))) == []


def test_claims_come_and_go(planned: MakePlanned) -> None:
    """A claim in other words, or in another eval, is another claim."""
    before, after = planned(text="a > 0"), planned(text="a > 0.1", nodeid="e.py::test_b")
    assert list(change_lines(plan(before), plan(after))) == [
        "added: a > 0.1 (e.py::test_b)",
        "no longer planned: a > 0 (evals/test_rl.py::test_it)",
    ]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"draws": 8}, "draws is 8, was 16"),
        ({"auto": True, "effect": None}, "auto is True, was False; effect is none, was 0.1"),
        ({"measure": "c0ffee"}, "items or scorer"),
        ({"selection": "split=odd"}, "selection is split=odd, was none"),
    ],
)
def test_what_is_promised_otherwise_is_named(
    planned: MakePlanned, changes: dict[str, object], text: str
) -> None:
    """A change of a claim says what, with both values where they tell something."""
    (line,) = change_lines(plan(planned()), plan(planned(**changes)))
    assert line == f"changed: rl.pass@1 - base.pass@1 > 0.05 (evals/test_rl.py::test_it): {text}"


def test_bets_are_sized_by_their_forecast(planned: MakePlanned) -> None:
    """Under a bet the variance is a promise, too."""
    before, after = (planned(method="anytime", variance=variance) for variance in (0.1, 0.2))
    (line,) = change_lines(plan(before), plan(after))
    assert line.endswith(": the variance that sizes its bets")


def test_policy_and_seed_are_the_plans(planned: MakePlanned) -> None:
    """What all claims were planned for is told once."""
    before, after = plan(planned()), plan(planned(), seed=3, alpha=0.1)
    assert list(change_lines(before, after)) == [
        "changed: alpha is 0.1, was 0.05", "changed: seed is 3, was 0",
    ]  # fmt: skip


def test_long_lists_are_cut(planned: MakePlanned) -> None:
    """Of many claims ten are named, and the others counted."""
    claims = [planned(text=f"a > {number}") for number in range(14)]
    lines = list(change_lines(plan(), plan(*claims)))
    assert len(lines) == 11
    assert lines[-1] == "added: 4 more"
    weighted = [dataclasses.replace(claim, draws=3) for claim in claims[:10]]
    assert len(list(change_lines(plan(*claims[:10]), plan(*weighted)))) == 10
