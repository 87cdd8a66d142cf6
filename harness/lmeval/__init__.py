"""What is borrowed from lm-evaluation-harness (lm-eval): its tasks, and how they are scored."""

from __future__ import annotations

from harness.lmeval.borrow import Borrowed, borrow, line
from harness.lmeval.contain import contained
from harness.lmeval.scorer import LmEvalScorer

__all__ = ["Borrowed", "LmEvalScorer", "borrow", "contained", "line"]
