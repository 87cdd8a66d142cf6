"""Read a run that was written: whole, and of this version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import RunError
from harness.records import Held, ruling_of
from harness.report.measured import Measured
from harness.report.run import EvalResult, PlanState, Run
from harness.schemas.read import parse_json

SCHEMA = 2  # 1: first version; 2: what was read, and what it came to, item by item
_AGAIN = "run the evals again: pytest evals/"


def read_run(path: Path) -> dict[str, Any]:
    """Read a `run.json`, as plain types that keep to its schema.

    Raises
    ------
    RunError
        If there is none, it was cut off or broken, or is of another version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        msg = "there is no such run"
        raise RunError(msg, where=str(path), hint="run the evals first: pytest evals/") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        msg = f"this run can't be read: {reason}"
        raise RunError(msg, where=str(path), hint="is the path right?") from None
    _refuse_others(text, path)
    return parse_json(text, schema="run", where=str(path), kind=RunError, hint=_AGAIN)


def _refuse_others(text: str, path: Path) -> None:
    """Refuse what was cut off, and what an earlier version wrote, each by name."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if text.lstrip().startswith("{") and (
        data is None or (isinstance(data, dict) and "schema" in data and "complete" not in data)
    ):
        raise RunError("this run was cut off", where=str(path), hint=_AGAIN)
    version = data.get("schema") if isinstance(data, dict) else None
    if type(version) is int and version < SCHEMA:
        msg = f"schema {version} is of an earlier version, which did not keep what this needs"
        raise RunError(msg, where=str(path), hint=_AGAIN)


def run_of(data: Mapping[str, Any]) -> Run:
    """Make a run of plain types again, but for its draws: it has no tallies, rosters and reads."""
    rulings: dict[str, list[Any]] = {}
    for claim in data["claims"]:
        rulings.setdefault(claim["nodeid"], []).append(ruling_of(claim))
    plan = data["plan"]
    return Run(
        evals=tuple(
            EvalResult(
                nodeid=one["nodeid"],
                outcome=one["outcome"],
                rulings=tuple(rulings.get(one["nodeid"], ())),
                unasserted=tuple(one["unasserted"]),
            )
            for one in data["evals"]
        ),
        missing=tuple(data["missing"]),
        deselected=data["deselected"],
        baselines=tuple(data["baselines"]),
        settings=data["settings"],
        provenance=data["provenance"],
        plan=PlanState(
            missing=plan["missing"],
            hash=plan["hash"] or "",
            not_reached=tuple((nodeid, text) for nodeid, text in plan["not_reached"]),
            holm=tuple(plan["holm"]),
        ),
        notes=tuple(data["notes"]),
        measured=Measured(held=tuple(_held(one) for one in data["references"])),
    )


def _held(row: Mapping[str, Any]) -> Held:
    return Held(**row, draws=(), sums={})
