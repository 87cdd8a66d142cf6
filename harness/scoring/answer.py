"""The answer that a text gives, as the metrics of its task read it."""

from __future__ import annotations

from collections.abc import Callable

from harness.records import Function, Task
from harness.scoring.kinds import reader_of


def answer_reader(task: Task) -> Callable[[str], str | None] | None:
    """Return what reads the answer off a text, in its normal form, None being no answer.

    None where answers are not read: the task has no metric that does, or a scorer of its own.
    """
    spec = next((one for one in task.metrics if one.name == task.answer), None)
    if spec is None or task.scorer is not None or isinstance(spec.rule, Function):
        return None
    return reader_of(spec).read
