"""What a completion is worth: named metrics in [0, 1], and the answer it gave."""

from __future__ import annotations

from harness.scoring.answer import answer_reader
from harness.scoring.registry import open_scorer
from harness.scoring.task import check_references

__all__ = ["answer_reader", "check_references", "open_scorer"]
