"""`run.json`: the run for other tools."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import asdict

from harness.records import Held
from harness.report.run import EvalResult, Run
from harness.report.samples import samples

SCHEMA = 2  # 1: first version; 2: what was read, and what it came to


def to_json(run: Run) -> str:
    """Write a run as JSON: the same claims for the same draws, what is volatile set apart.

    `complete` stands last: a file without it was cut off.
    """
    run = dataclasses.replace(run, evals=sorted_evals(run.evals))
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
            "hash": run.plan.hash or None,
            "not_reached": [list(pair) for pair in run.plan.not_reached],
            "holm": list(run.plan.holm),
        },
        "missing": sorted(run.missing),
        "deselected": run.deselected,
        "claims": [asdict(ruling) for ruling in run.rulings],
        "estimates": _estimates(run),
        "samples": samples(run.reads),
        "baselines": list(run.baselines),
        "held": [_held(held) for held in run.held],
        "notes": list(run.notes),
        "provenance": dict(run.provenance),
        "complete": True,
    }
    return json.dumps(data, indent=1, allow_nan=False) + "\n"


def sorted_evals(evals: Iterable[EvalResult]) -> tuple[EvalResult, ...]:
    """Put evals in the order of their files and lines, in whatever order they ran."""
    return tuple(sorted(evals, key=lambda result: (result.place, result.nodeid)))


def _held(held: Held) -> dict[str, object]:
    """Return what is told of a baseline that an arm was held against."""
    return {name: value for name, value in asdict(held).items() if name != "sums"}


def _estimates(run: Run) -> list[dict[str, object]]:
    """Return each figure that some claim rests on, once, sorted."""
    found = {
        (ruling.task, ruling.selection, figure.name, figure.draws, figure.value)
        for ruling in run.rulings
        for figure in ruling.figures
    }
    keys = ("task", "selection", "figure", "draws", "value")
    return [dict(zip(keys, row, strict=True)) for row in sorted(found)]
