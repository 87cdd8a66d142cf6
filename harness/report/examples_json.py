"""Examples for other tools; texts are as they were."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from harness.examples import Examples
from harness.report.examples_words import lines, title

SCHEMA = 1  # 1: first version


def examples_json(found: Sequence[Examples]) -> str:
    """Write examples as JSON, in ASCII: escapes hold whatever a model says."""
    data = {
        "schema": SCHEMA,
        "tasks": [{"title": title(one), "words": list(lines(one)), **asdict(one)} for one in found],
    }
    return json.dumps(data, indent=1, allow_nan=False) + "\n"
