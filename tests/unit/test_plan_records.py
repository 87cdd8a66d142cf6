"""Plans: what they promise, and which claim of an eval they mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from harness.records import Direction, Forecast, Plan, PlannedClaim

MakePlanned = Callable[..., PlannedClaim]

CHANGES: dict[str, object] = {
    "nodeid": "evals/test_rl.py::test_else", "text": "rl.pass@1 - base.pass@1 > 0.1",
    "kind": "alarm", "task": "other", "selection": "split=hard", "effect_text": "rl.pass@1",
    "low_margin": 0.1, "high_margin": 0.2, "draws": 8, "auto": True, "items": "these",
    "method": "t", "effect": 0.2, "measure": "c0ffee", "weight": 0.5,
}  # fmt: skip


def plan(*claims: PlannedClaim) -> Plan:
    """Make a plan."""
    return Plan(claims=claims, policy={"alpha": 0.05, "power": 0.9}, seed=0)


def test_every_promise_is_tried() -> None:
    """The changes below are of every field but the forecast."""
    assert {field.name for field in dataclasses.fields(PlannedClaim)} - {"forecast"} == set(CHANGES)


@pytest.mark.parametrize("name", CHANGES)
def test_another_promise_is_another_claim(planned: MakePlanned, name: str) -> None:
    """Whatever is promised enters a claim's key, and the plan's hash."""
    other = planned(**{name: CHANGES[name]})
    assert other.key != planned().key
    assert plan(other).hash != plan(planned()).hash


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Forecast)])
def test_a_forecast_promises_nothing(planned: MakePlanned, name: str) -> None:
    """Better forecasts leave a claim and the plan what they were."""
    change: object = "other" if name in {"basis", "advice"} else 0.123
    forecast = planned().forecast
    assert forecast is not None
    changes: dict[str, Any] = {name: change}
    other = planned(forecast=dataclasses.replace(forecast, **changes))
    assert other.forecast != planned().forecast
    assert other.key == planned().key
    assert plan(other).hash == plan(planned()).hash


def test_a_bet_promises_what_it_is_sized_by(planned: MakePlanned) -> None:
    """The planned variance sizes the bets of a claim that is decided by them: it is promised."""
    one, two = (planned(method="anytime", variance=variance) for variance in (0.1, 0.2))
    assert one.key != two.key


def test_policy_and_seed_are_promised(planned: MakePlanned) -> None:
    """Other error rates, another seed, or another order make another plan."""
    one = plan(planned(), planned(draws=8))
    assert dataclasses.replace(one, seed=1).hash != one.hash
    assert dataclasses.replace(one, policy={"alpha": 0.01, "power": 0.9}).hash != one.hash
    assert dataclasses.replace(one, claims=one.claims[:1]).hash != one.hash


@pytest.mark.parametrize(
    ("changes", "direction", "threshold"),
    [
        ({"low_margin": 0.05, "high_margin": None}, "greater", 0.05),
        ({"low_margin": None, "high_margin": -0.02}, "less", -0.02),
        ({"kind": "equivalence", "low_margin": -0.03, "high_margin": 0.03}, "greater", -0.03),
        ({"kind": "equivalence", "low_margin": -0.03, "high_margin": 0.03}, "less", 0.03),
    ],
    ids=["above", "below", "lower half", "upper half"],
)
def test_a_comparison_is_found(
    planned: MakePlanned, changes: dict[str, object], direction: Direction, threshold: float
) -> None:
    """A comparison, or one half of an equivalence, finds its plan by effect and margin."""
    claim = planned(**changes)
    found = plan(planned(effect_text="a - b"), claim)
    effect = claim.effect_text
    assert found.find(claim.nodeid, "sums", effect, direction, threshold, alarm=False) == claim
    other: Direction = "less" if direction == "greater" else "greater"
    for wrong in (
        (claim.nodeid, "sums", effect, other, threshold),
        (claim.nodeid, "sums", effect, direction, threshold + 1e-9),
        (claim.nodeid, "sums", "base.pass@1 - rl.pass@1", direction, threshold),
        (claim.nodeid, "more", effect, direction, threshold),
        ("evals/test_rl.py::test_else", "sums", effect, direction, threshold),
    ):
        assert found.find(*wrong, alarm=False) is None
    assert found.find(claim.nodeid, "sums", effect, direction, threshold, alarm=True) is None


def test_an_alarm_is_no_claim(planned: MakePlanned) -> None:
    """An alarm and a claim on one comparison are two things."""
    alarm, claim = planned(kind="alarm", weight=1.0), planned()
    both = plan(claim, alarm)
    asked = (claim.nodeid, claim.task, claim.effect_text)
    assert both.find(*asked, "greater", 0.05, alarm=True) == alarm
    assert both.find(*asked, "greater", 0.05, alarm=False) == claim
