"""A study for other tools."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from harness.report.study_words import headline_lines, title
from harness.study import Study

SCHEMA = 1  # 1: first version


def study_json(studies: Sequence[Study]) -> str:
    """Write studies as JSON, each with its headline in words."""
    data = {
        "schema": SCHEMA,
        "studies": [
            {"title": title(one), "words": headline_lines(one), **asdict(one)} for one in studies
        ],
    }
    return json.dumps(data, indent=1, allow_nan=False) + "\n"
