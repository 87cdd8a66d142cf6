"""Accept what arms are now as their baselines: on draws that no claim was decided on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.acceptance.judged import Judged
from harness.acceptance.named import draws_of_record, named, refuse_judged
from harness.acceptance.project import Pair, Project
from harness.baseline import Baseline
from harness.baseline.state import unlike
from harness.baseline.take import identity_of, take
from harness.engines import replays
from harness.errors import BaselineError
from harness.judge.fresh import no_baseline
from harness.judge.replays import refuse_baseline
from harness.records import Item, Task, Where, describe_where

_WHOLE = "accept the whole of it: harness baseline accept, without --where"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms arms are accepted.

    Attributes
    ----------
    where
        Which items are; none for all.
    draws
        Draws per item; None for as many as the config says, or a record has.
    record
        A record whose draws are taken in the place of fresh ones.
    form
        The record's format; empty to tell it by its name.
    """

    where: Where = ()
    draws: int | None = None
    record: Path | None = None
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A baseline that was taken, not written yet.

    Attributes
    ----------
    before
        What it replaces; None if there was none, or it is broken.
    after
        All of it.
    new
        What was taken of it.
    """

    before: Baseline | None
    after: Baseline
    new: Baseline


def check_run(project: Project, pairs: list[Pair], run: Judged) -> None:
    """Refuse arms that run on something else by now than when they were judged; opens engines.

    Raises
    ------
    BaselineError
        With the arm, and both models.
    """
    for task, name in pairs:
        then, arm = run.fingerprints.get((task, name)), project.arm(name)
        if then is None or replays(arm):
            continue
        now = project.sampler(project.config.seed).fingerprint(arm)
        if now != then:
            msg = f"{name!r} runs on {now[:8]} now, and {run.path} judged it on {then[:8]}"
            raise BaselineError(msg, where=arm.where, hint="run the evals again, then accept")


def accepted(project: Project, pair: Pair, terms: Terms, run: Judged | None = None) -> Taken:
    """Take the new baseline of an arm, and return it.

    Raises
    ------
    BaselineError
        If the arm replays a record, or some items alone can't be accepted.
    EngineError
        If draws can't be had.
    """
    task, arm = project.task(pair[0]), project.arm(pair[1])
    if replays(arm) and terms.record is None:
        refuse_baseline(arm)
    before = _before(project, pair, terms)
    part = before if terms.where else None
    seed = project.config.seed if part is None else part.seed
    identity = identity_of(arm, task, project.sampler(seed))
    if part is not None:
        _check_part(part, identity, project.accepted.where(*pair))
    items = _items(task, terms.where)
    draws = terms.draws or max(project.config.baseline_draws, run.draws.get(pair, 0) if run else 0)
    draws = 1 if task.likelihoods else draws
    if terms.record is not None:
        arm = named(arm, terms.record, terms.form)
        refuse_judged(project, arm, run)
        draws = terms.draws or draws_of_record(arm, items)
    elif part is not None:  # before a draw is paid for; what a record tells is known later
        metrics = project.sampler(seed).scorer(task).metrics
        check_metrics(part, metrics, project.accepted.where(*pair))
    new = take(
        arm, task, project.sampler(seed), draws=draws, seed=seed, items=items,
        epoch=project.accepted.last_epoch(*pair) + 1,
        how="record" if terms.record else "drawn",
    )  # fmt: skip
    new = dataclasses.replace(new, identity=identity)  # a record does not tell how it was sampled
    if part is not None:
        check_metrics(part, new.tally.metrics, project.accepted.where(*pair))
    return Taken(before=before, after=new if part is None else part.joined(new), new=new)


def _items(task: Task, where: Where) -> list[Item]:
    asked = {value for key, values in where if key == "split" for value in values}
    if fresh := sorted((asked if task.items else set(task.fresh)) & set(task.fresh)):
        raise no_baseline(task, fresh, "this baseline")
    items = [task.items[position] for position in task.select(where)]
    if not items:
        msg = f"no item of task {task.name!r} has all of {describe_where(where)}"
        raise BaselineError(msg, hint="take one condition away")
    return items


def _before(project: Project, pair: Pair, terms: Terms) -> Baseline | None:
    """Return what is to be replaced; where that is the whole of it, it may be broken."""
    try:
        return project.accepted.find(*pair)
    except BaselineError:
        if terms.where:
            raise
        return None


def check_metrics(part: Baseline, metrics: Sequence[str], where: str) -> None:
    """Refuse to put items beside others whose metrics are others.

    Raises
    ------
    BaselineError
        With both.
    """
    if part.tally.metrics != tuple(metrics):
        then, now = ", ".join(part.tally.metrics), ", ".join(metrics)
        msg = f"it tells {then}, and what would be put beside that tells {now}"
        raise BaselineError(msg, where=where, hint=_WHOLE)


def _check_part(part: Baseline, identity: Mapping[str, Any], where: str) -> None:
    """Refuse to put items beside others that were scored, sampled or prompted otherwise."""
    for trouble in unlike(part, identity):
        raise BaselineError(str(trouble), where=where, hint=_WHOLE)
