"""Find the scorer of a task."""

from __future__ import annotations

from harness.records import Scorer, Task
from harness.scoring.form import FormScorer
from harness.scoring.given import GivenScorer
from harness.scoring.task import TaskScorer, check_references


def open_scorer(task: Task) -> Scorer:
    """Return the scorer of a task, which may bring its own; it tells the form of draws besides.

    Raises
    ------
    TaskError
        If a function of the task can't be imported, or a reference can be no answer.
    """
    check_references(task)
    own = TaskScorer(task) if task.scorer is None else task.scorer
    return GivenScorer(FormScorer(own, task))
