"""`run.json`: the run for other tools."""

from __future__ import annotations

import json
from dataclasses import asdict

from harness.report.run import Run

SCHEMA = 1  # 1: first version


def to_json(run: Run) -> str:
    """Write a run as JSON: the same claims for the same draws, what is volatile set apart.

    `complete` stands last: a file without it was cut off.
    """
    data = {
        "schema": SCHEMA,
        "verdict": "green" if run.green else "red",
        "settings": dict(run.settings),
        "evals": [
            {
                "nodeid": result.nodeid,
                "outcome": result.outcome,
                "unasserted": list(result.unasserted),
            }
            for result in run.evals
        ],
        "exploratory": list(run.exploratory),
        "plan": {
            "missing": run.plan.missing,
            "not_reached": [list(pair) for pair in run.plan.not_reached],
            "holm": list(run.plan.holm),
        },
        "missing": list(run.missing),
        "deselected": run.deselected,
        "claims": [asdict(ruling) for ruling in run.rulings],
        "estimates": _estimates(run),
        "baselines": list(run.baselines),
        "provenance": dict(run.provenance),
        "complete": True,
    }
    return json.dumps(data, indent=1, allow_nan=False) + "\n"


def _estimates(run: Run) -> list[dict[str, object]]:
    """Return each figure that some claim rests on, once, sorted."""
    found = {
        (ruling.task, ruling.selection, figure.name, figure.draws, figure.value)
        for ruling in run.rulings
        for figure in ruling.figures
    }
    keys = ("task", "selection", "figure", "draws", "value")
    return [dict(zip(keys, row, strict=True)) for row in sorted(found)]
