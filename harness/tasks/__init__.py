"""Where items come from: a YAML file that says how to score, and a JSONL of items."""

from __future__ import annotations

from harness.tasks.load import load_task

__all__ = ["load_task"]
