"""What a completion is worth: named metrics in [0, 1], and the answer it gave."""

from __future__ import annotations

from harness.scoring.registry import open_scorer
from harness.scoring.task import check_references

__all__ = ["check_references", "open_scorer"]
