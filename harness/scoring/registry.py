"""Find the scorer of a task."""

from __future__ import annotations

from harness.records import Scorer, Task
from harness.scoring.given import GivenScorer
from harness.scoring.pattern import PatternScorer


def open_scorer(task: Task) -> Scorer:
    """Return the scorer of a task, which may bring its own."""
    return GivenScorer(PatternScorer(task) if task.scorer is None else task.scorer)
