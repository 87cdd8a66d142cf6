"""`evals/plan.json`: read and written, one line a claim."""

from __future__ import annotations

import dataclasses
import json
from math import fsum
from pathlib import Path
from typing import Any

from harness.errors import PlanError
from harness.records import Forecast, Plan, PlannedClaim
from harness.schemas.read import parse_json

SCHEMA = 1  # 1: first version
_WRITE_ANEW = "write it anew with: harness plan --write"
_SLACK = 1e-9


def read_plan(path: Path) -> Plan | None:
    """Read a plan; None if there is none.

    Raises
    ------
    PlanError
        If it is broken, of a later version, or gives alarms more than the whole of alpha.
    """
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    data = parse_json(text, schema="plan", where=str(path), kind=PlanError, hint=_WRITE_ANEW)
    claims = tuple(_claim(row) for row in data["claims"])
    weights = [claim.weight for claim in claims if claim.weight is not None]
    if fsum(weights) > 1 + _SLACK:
        msg = f"the alarms' weights add up to {fsum(weights):g}, and alpha is shared by them"
        raise PlanError(msg, where=str(path), hint="let them add up to 1 at most")
    for claim in claims:
        if (claim.kind == "alarm") == (claim.weight is None):
            msg = f"{claim.text}: alarms have a weight, and other claims have none"
            raise PlanError(msg, where=str(path), hint=_WRITE_ANEW)
    return Plan(claims=claims, policy=data["policy"], seed=data["seed"])


def _claim(row: dict[str, Any]) -> PlannedClaim:
    return PlannedClaim(**{**row, "forecast": Forecast(**row["forecast"])})


def dump_plan(plan: Plan, green: tuple[float | None, float | None]) -> str:
    """Write a plan as JSON; `green` is the chance of a green build, if independent and at least."""
    header = {
        "schema": SCHEMA,
        "policy": plan.policy,
        "seed": plan.seed,
        "green": {"independent": _short(green[0]), "at_least": _short(green[1])},
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in header.items()]
    rows = ",\n".join(f"  {json.dumps(_row(claim))}" for claim in plan.claims)
    return "\n".join(["{", *lines, ' "claims": [', rows, " ]", "}", ""])


def _row(claim: PlannedClaim) -> dict[str, Any]:
    """Write a claim as plain types, its forecast in as many digits as it is good for."""
    row = dataclasses.asdict(claim)
    forecast = row["forecast"]
    row["forecast"] = {
        name: _short(value) if isinstance(value, float) else value
        for name, value in forecast.items()
    }
    return row


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
