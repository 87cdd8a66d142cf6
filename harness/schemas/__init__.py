"""The published JSON schemas of the files that users and tools read and write."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

NAMES = (
    "config",
    "task",
    "item",
    "plan",
    "baseline",
    "ledger",
    "run",
    "shard",
    "diff",
    "contamination",
    "study",
    "study_page",
)


@functools.cache
def load_schema(name: str) -> dict[str, Any]:
    """Return the schema `name`, one of NAMES, as a dict."""
    text = resources.files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
