"""Baselines of earlier versions, brought to today's."""

from __future__ import annotations

from typing import Any

from harness.errors import BaselineError
from harness.schemas.read import parse_json

HINT = "restore it from git, or take it anew: harness baseline accept"


def migrated(text: str, where: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read a baseline of version 1, one JSON object, as header and rows of today's.

    All of its items were taken at once. Their prompts were not hashed, and how arms are prompted
    was not noted: that is not known, and never held against it.

    Raises
    ------
    BaselineError
        If it is no JSON, or breaks the schema of its version.
    """
    data = parse_json(text, schema="baseline_v1", where=where, kind=BaselineError, hint=HINT,
                      fixed=True)  # fmt: skip
    provenance = data["provenance"]
    origin = {
        "prompt": "",
        "epoch": data["epoch"],
        "taken": provenance["created"],
        "model": provenance["fingerprint"][:16],
        "how": "drawn",
    }
    header = {
        "task": data["task"],
        "arm": data["arm"],
        "identity": {**data["identity"], "prompting": None},
        "metrics": data["metrics"],
        "seed": provenance["seed"],
    }
    return header, [{**origin, **row} for row in data["items"]]
