"""A diff for other tools."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from harness.diff import Diff
from harness.report.diff_words import headline_lines, title

SCHEMA = 1  # 1: first version


def diff_json(diffs: Sequence[Diff]) -> str:
    """Write diffs as JSON, each with its headline in words."""
    data = {
        "schema": SCHEMA,
        "diffs": [
            {"title": title(diff), "words": headline_lines(diff), **asdict(diff)} for diff in diffs
        ],
    }
    return json.dumps(data, indent=1, allow_nan=False) + "\n"
