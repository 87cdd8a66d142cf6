"""What a vote over answers, or a count of them, takes: said before anything is drawn for it."""

from __future__ import annotations

from collections.abc import Callable

from harness.errors import ClaimError
from harness.records import Policy, Statistic, Task, Terms


def check_votes(terms: Terms, policy: Policy, task_of: Callable[[str], Task]) -> None:
    """Refuse votes, and counts of answers, on which no claim can be decided.

    Parameters
    ----------
    terms
        The claim's effect.
    policy
        Tells whom the claim is about.
    task_of
        Gives a task by its name.

    Raises
    ------
    ClaimError
        If the task has no answers; and for votes, if these are not compared with the references,
        or only the draws of these items are to count as noise.
    """
    for _, statistic in terms:
        if statistic.votes:
            _check_answers(statistic, task_of(statistic.source.task))
            if policy.items == "these":
                msg = f"{statistic} can't be decided for `items: these`: a vote's noise is unknown"
                hint = "use items: population, or compare pass_at, pass_hat or mean"
                raise ClaimError(msg, hint=hint)
        elif statistic.of_answers and not (task := task_of(statistic.source.task)).answer:
            msg = f"{statistic} counts answers, and no metric of task {task.name!r} captures any"
            hint = "let a metric read the answer, such as `correct: {numeric: reference}`"
            raise ClaimError(msg, where=f"tasks/{task.name}.yaml", hint=hint)


def _check_answers(statistic: Statistic, task: Task) -> None:
    compared = [metric.name for metric in task.metrics if metric.equals is not None]
    if task.answer not in compared:
        msg = (
            f"{statistic} needs to know which answer is right, and metric {task.answer!r}, which "
            f"captures the answers of task {task.name!r}, does not compare them"
        )
        others = f", or `answer: {compared[0]}`" if compared else ""
        hint = f"write `equals: reference` in metric {task.answer!r}{others}"
        raise ClaimError(msg, where=f"tasks/{task.name}.yaml", hint=hint)
