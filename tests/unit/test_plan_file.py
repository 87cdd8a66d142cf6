"""`evals/plan.json`: read as it was written, and refused where it promises too much."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from harness.errors import PlanError
from harness.planning import dump_plan, read_plan
from harness.records import Plan, PlannedClaim
from harness.schemas import load_schema

MakePlanned = Callable[..., PlannedClaim]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def plan(planned: MakePlanned) -> Plan:
    """Return a plan with a claim of each kind."""
    alarm = planned(kind="alarm", weight=0.25, low_margin=None, high_margin=0.0, auto=True)
    other = dataclasses.replace(alarm, weight=0.75, selection="split=hard")
    equivalence = planned(kind="equivalence", low_margin=-0.03, high_margin=0.03, chance=None,
                          effect=None, advice="about 40 more items")  # fmt: skip
    claims = (planned(), alarm, other, equivalence)
    return Plan(claims=claims, policy={"alpha": 0.05, "power": 0.9}, seed=7)


def test_it_is_read_as_it_was_written(write: Write, plan: Plan) -> None:
    """A plan survives its file, keys and hash included, and keeps to its schema."""
    text = dump_plan(plan, (0.5, 0.3))
    found = read_plan(write("plan.json", text))
    assert found == plan
    assert found is not None
    assert found.hash == plan.hash
    jsonschema.Draft202012Validator(load_schema("plan")).validate(json.loads(text))
    assert dump_plan(found, (0.5, 0.3)) == text


def test_each_claim_is_a_line(plan: Plan) -> None:
    """A change of one claim is a change of one line."""
    before = dump_plan(plan, (None, None)).splitlines()
    changed = (dataclasses.replace(plan.claims[0], draws=8), *plan.claims[1:])
    after = dump_plan(dataclasses.replace(plan, claims=changed), (None, None)).splitlines()
    assert sum(one != two for one, two in zip(before, after, strict=True)) == 1


def test_a_forecast_has_the_digits_it_is_good_for(planned: MakePlanned) -> None:
    """Four digits of a forecast are written, and all of a margin: forecasts don't make noise."""
    claim = planned(low_margin=0.123456789, detectable=0.123456789)
    text = dump_plan(Plan(claims=(claim,), policy={}, seed=0), (1 / 3, None))
    row = json.loads(text)["claims"][0]
    assert (row["low_margin"], row["forecast"]["detectable"]) == (0.123456789, 0.1235)
    assert json.loads(text)["green"] == {"independent": 0.3333, "at_least": None}


def test_no_plan_is_none(tmp_path: Path) -> None:
    """Without a file there is no plan, which is no error."""
    assert read_plan(tmp_path / "plan.json") is None


def test_weights_share_alpha(write: Write, planned: MakePlanned) -> None:
    """Weights that add up to more than the whole of alpha are refused, with their sum."""
    alarms = tuple(planned(kind="alarm", weight=weight, draws=8) for weight in (0.5, 0.4, 0.2))
    path = write("plan.json", dump_plan(Plan(claims=alarms, policy={}, seed=0), (None, None)))
    with pytest.raises(PlanError, match=r"weights add up to 1\.1, .*let them add up to 1 at most"):
        read_plan(path)


def test_weights_may_be_a_hair_above_one(write: Write, planned: MakePlanned) -> None:
    """Thirds add up to 1 but for rounding, and less than 1 leaves some of alpha unspent."""
    for weights in ([1 / 3] * 3, [0.1] * 10, [0.2]):
        alarms = tuple(planned(kind="alarm", weight=weight) for weight in weights)
        path = write("plan.json", dump_plan(Plan(claims=alarms, policy={}, seed=0), (None, None)))
        assert read_plan(path) is not None


@pytest.mark.parametrize("changes", [{"kind": "alarm"}, {"weight": 0.5}])
def test_alarms_alone_have_weights(
    write: Write, planned: MakePlanned, changes: dict[str, object]
) -> None:
    """An alarm without a weight, or a claim with one, is no plan."""
    plan = Plan(claims=(planned(**changes),), policy={}, seed=0)
    path = write("plan.json", dump_plan(plan, (None, None)))
    with pytest.raises(PlanError, match="alarms have a weight, and other claims have none"):
        read_plan(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"schema": 1', '"schema": 2', "schema 2 is from a later version; this one reads up to 1"),
        ('"kind": "claim"', '"kind": "clam"', r"claims\.0\.kind: unknown value 'clam'; did you"),
        ('"draws": 16', '"draws": 0', r"claims\.0\.draws: 0 is less than the minimum of 1"),
        ('"nodeid"', '"node"', r"claims\.0\.node: unknown key; did you mean 'nodeid'"),
        ('"weight": 0.25', '"weight": 0.0', r"claims\.1\.weight: 0.0 is less than or equal to"),
        ('"low_margin": 0.05', '"low_margin": NaN', "NaN is no number"),
        ('"seed": 7', '"seed": "7"', "seed: '7' is not of type 'integer'"),
        ('"claims"', "claims", "this plan is no JSON"),
    ],
)
def test_a_broken_plan_is_named(write: Write, plan: Plan, old: str, new: str, message: str) -> None:
    """What is wrong with a plan is one line with file and key, and how to write it anew."""
    text = dump_plan(plan, (0.5, 0.3))
    assert old in text
    path = write("plan.json", text.replace(old, new, 1))
    with pytest.raises(PlanError, match=message) as caught:
        read_plan(path)
    assert str(caught.value).startswith(str(path))
