"""What a completion is worth: named metrics in [0, 1], and the answer it gave."""

from __future__ import annotations

from harness.scoring.scorer import Score, Scorer

__all__ = ["Score", "Scorer"]
