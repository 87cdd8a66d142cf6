"""From tallies to the per-item values that a claim is decided on."""

from __future__ import annotations

from harness.estimate.answers import answers_of
from harness.estimate.figure import Figure, alike, figure
from harness.estimate.sample import Prospect, TallyOf, sample

__all__ = ["Figure", "Prospect", "TallyOf", "alike", "answers_of", "figure", "sample"]
