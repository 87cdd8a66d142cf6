"""From a stored run back to what the faces are made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.records import Held, Ruling, ruling_of
from harness.report.measured import Measured
from harness.report.run import EvalResult, PlanState, Run


def run_of(data: Mapping[str, Any]) -> Run:
    """Make a run of a parsed `run.json`.

    What is kept of draws and items is not restored.
    """
    rulings: dict[str, list[Ruling]] = {}
    for row in data["claims"]:
        rulings.setdefault(row["nodeid"], []).append(ruling_of(row))
    plan = data["plan"]
    return Run(
        evals=tuple(
            EvalResult(
                nodeid=row["nodeid"],
                outcome=row["outcome"],
                rulings=tuple(rulings.get(row["nodeid"], ())),
                unasserted=tuple(row["unasserted"]),
            )
            for row in data["evals"]
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
        measured=Measured(held=tuple(Held(**row, draws=(), sums={}) for row in data["references"])),
        changes=tuple(data["changes"]),
        notes=tuple(data["notes"]),
        readings=tuple(data.get("readings", ())),
    )
