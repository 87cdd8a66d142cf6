"""What a completion is worth: named metrics in [0, 1], and the answer it gave."""

from __future__ import annotations

from harness.scoring.registry import open_scorer

__all__ = ["open_scorer"]
