"""Data inside of the page: compressed, and in letters that no HTML takes for its own."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.report.html.pairs import Pair
from harness.report.html.sides import main_metric, sides

_LEVEL = 6  # of the compression: more takes long, and saves little


def packed(value: object) -> str:
    """Write plain types as compressed JSON in base64; the same for the same value."""
    text = json.dumps(value, separators=(",", ":"))  # in ASCII: escapes hold any surrogate
    return base64.b64encode(gzip.compress(text.encode(), _LEVEL, mtime=0)).decode()


def overview(run: Mapping[str, Any], pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return what the list of items is made from: counts, tags, and which items differ."""
    return {
        "tasks": [
            {
                "task": task["task"],
                "metric": main_metric(task),
                "ids": task["ids"],
                "tags": task["tags"],
                "clusters": task["clusters"],
                "sides": [
                    {"name": side.name, "own": not side.baseline, "draws": side.draws,
                     "sums": side.sums}
                    for side in sides(task)
                ],
                "scorers": {
                    one["arm"]: one["scorer"].partition("/")[2].split(",")
                    for one in run["samples"]
                    if one["task"] == task["task"]
                },
            }
            for task in run["items"]
        ],
        "pairs": [
            {
                "task": pair.task,
                "metric": pair.metric,
                "sides": [pair.first, pair.second],
                "cells": list(pair.cells.values()),
                "flips": [[at, int(up)] for at, up in pair.flips],
            }
            for pair in pairs
        ],
    }  # fmt: skip
