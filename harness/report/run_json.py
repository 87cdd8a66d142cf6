"""`run.json`: the run for other tools."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import asdict

from harness.report.costs import costs
from harness.report.estimates import estimates
from harness.report.flips import flips
from harness.report.items import items
from harness.report.layout import laid_out
from harness.report.run import EvalResult, Run
from harness.report.samples import samples
from harness.report.stored import SCHEMA, content_of
from harness.report.warned import warnings


def to_json(run: Run) -> str:
    """Write a run as JSON: the same content for the same draws, what is volatile set apart.

    `complete` stands last: a file without it was cut off.
    """
    run = dataclasses.replace(run, evals=_sorted(run.evals))
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
        "warnings": warnings(run.rulings, run.measured.left_out),
        "figures": _figures(run),
        "estimates": estimates(run.measured),
        "flips": flips(run.rulings, run.measured),
        "items": items(run.measured),
        "samples": samples(run.reads),
        "references": _references(run),
        "changes": list(run.changes),
        "baselines": list(run.baselines),
        "notes": list(run.notes),
        "readings": list(run.readings),
        "costs": costs(run.reads, run.spent, run.settings.get("arms", {})),
        "provenance": dict(run.provenance),
    }
    data["content"] = content_of(data)
    data["complete"] = True
    return laid_out(data) + "\n"


def _references(run: Run) -> list[dict[str, object]]:
    """Return what arms were held against: where it is from, and how old it is."""
    names = ("task", "arm", "name", "place", "digest", "epoch", "taken", "change")
    return [{name: getattr(held, name) for name in names} for held in run.measured.held]


def _sorted(evals: Iterable[EvalResult]) -> tuple[EvalResult, ...]:
    """Put evals in the order of their files and lines, in whatever order they ran."""
    return tuple(sorted(evals, key=lambda result: (result.place, result.nodeid)))


def _figures(run: Run) -> list[dict[str, object]]:
    """Return each figure that some claim rests on, once, sorted."""
    found = {
        (ruling.task, ruling.selection, figure.name, figure.draws, figure.value)
        for ruling in run.rulings
        for figure in ruling.figures
    }
    keys = ("task", "selection", "figure", "draws", "value")
    return [dict(zip(keys, row, strict=True)) for row in sorted(found)]
