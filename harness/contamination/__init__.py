"""What of a task's items stands in training data, and how arms do on it."""

from __future__ import annotations

from harness.contamination.block import Reading
from harness.contamination.gaps import Gap, Measured, measured
from harness.contamination.overlap import Contamination, Overlap, Terms, contamination

__all__ = [
    "Contamination",
    "Gap",
    "Measured",
    "Overlap",
    "Reading",
    "Terms",
    "contamination",
    "measured",
]
