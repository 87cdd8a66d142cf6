"""Take baselines anew from the models that were accepted, whatever comes out."""

from __future__ import annotations

from harness.acceptance.accept import Taken
from harness.acceptance.project import Pair, Project
from harness.baseline import Baseline
from harness.baseline.state import unlike
from harness.baseline.take import identity_of, model_of, take
from harness.errors import BaselineError
from harness.records import ArmSpec

_ACCEPT = "accept is the way: harness baseline accept"


def refreshed(project: Project, pair: Pair) -> Taken:
    """Take the items of a baseline anew, in the stream of the next epoch.

    Nothing is asked of what comes out: so it does not creep up by the luck of the accepted.

    Raises
    ------
    BaselineError
        If it is broken, has changed, or the arm runs on something else than was accepted.
    EngineError
        If draws can't be had.
    """
    task, arm = project.both(pair)
    before, where = project.accepted.load(*pair), project.accepted.where(*pair)
    seed = project.config.seed
    for trouble in unlike(before, identity_of(arm, task, project.sampler(seed))):
        raise BaselineError(str(trouble), where=where, hint=trouble.hint)
    check_model(project, arm, before, where)
    known = set(before.tally.ids)
    items = [item for item in task.items if item.id in known]
    if not items:
        msg = f"it has no item that task {task.name!r} still has"
        raise BaselineError(msg, where=where, hint=_ACCEPT)
    after = take(
        arm, task, project.sampler(seed), epoch=project.accepted.last_epoch(*pair) + 1,
        draws=max(int(before.tally.draws.max()), project.config.baseline_draws), seed=seed,
        items=items,
    )  # fmt: skip
    return Taken(before=before, after=after, new=after)


def check_model(project: Project, arm: ArmSpec, before: Baseline, where: str) -> None:
    """Refuse a baseline of another model than the arm runs on; opens its engine.

    Raises
    ------
    BaselineError
        With both models, or that it is of a record.
    """
    if any(origin.how == "record" for origin in before.origins):
        msg = "it holds draws of a record, which are not to be had again"
        raise BaselineError(msg, where=where, hint=_ACCEPT)
    now = model_of(arm, project.sampler(project.config.seed))
    others = [model for model in before.models if model != now]
    if others:
        msg = f"{arm.name!r} runs on {now[:8]} now, and this is of {others[0][:8] or 'no model'}"
        raise BaselineError(msg, where=where, hint=_ACCEPT)
