"""What a task of multiple choice takes, said before anything is drawn for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.errors import ClaimError
from harness.records import ONE_DRAW, ArmSpec, Policy, Statistic, Task, Terms

_WITH_LIKELIHOODS = {"ctranslate2", "lm_eval", "recorded"}


def check_choices(
    terms: Terms, policy: Policy, task_of: Callable[[str], Task], arms: Mapping[str, ArmSpec]
) -> None:
    """Refuse what likelihoods of choices can't tell, and arms that can't give them.

    Parameters
    ----------
    terms
        The claim's effect.
    policy
        Tells the method, and whom the claim is about.
    task_of
        Gives a task by its name.
    arms
        The arms by their names.

    Raises
    ------
    ClaimError
        With the statistic, the method or the arm, and what to write instead.
    """
    for _, statistic in terms:
        task = task_of(statistic.source.task)
        if task.likelihoods:
            _check_statistic(statistic, task)
            if (policy.method, policy.items) == ("anytime", "these"):
                msg = f"`anytime` bets on rounds of draws for `items: these`; {ONE_DRAW}"
                raise ClaimError(msg, where=f"tasks/{task.name}.yaml", hint="use method: auto")
            _check_arm(arms[statistic.source.arm], task)


def _check_statistic(statistic: Statistic, task: Task) -> None:
    where = f"tasks/{task.name}.yaml"
    if statistic.predicate is not None:
        msg = f"{statistic} reads texts, and the draws of task {task.name!r} are likelihoods"
        raise ClaimError(msg, where=where, hint="claim pass_at(1), or the mean of a metric")
    if statistic.k > 1:
        msg = f"{statistic} needs {statistic.k} draws of an item; {ONE_DRAW}"
        raise ClaimError(msg, where=where, hint="claim pass_at(1), or the mean of a metric")


def _check_arm(arm: ArmSpec, task: Task) -> None:
    if arm.engine not in _WITH_LIKELIHOODS:
        msg = (
            f"{arm.name!r} gives completions ({arm.engine}), and task {task.name!r} compares "
            "likelihoods of choices"
        )
        hint = "take `engine: lm_eval`, with a model such as hf, or a task of type generate_until"
        raise ClaimError(msg, where=arm.where, hint=hint)
    if arm.options.get("apply_chat_template") == "true":
        msg = (
            f"{arm.name!r} has a chat template, and likelihoods of choices are those of plain text"
        )
        hint = f"leave out apply_chat_template in the arm that is asked for task {task.name!r}"
        raise ClaimError(msg, where=arm.where, hint=hint)
