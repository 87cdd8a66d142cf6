"""Bring baselines after a change of their task: what is still right of them stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from harness.acceptance.accept import Taken, check_metrics
from harness.acceptance.project import Pair, Project
from harness.acceptance.refresh import check_model
from harness.baseline import Baseline
from harness.baseline.state import Differences, differences, prompt_hash, unlike
from harness.baseline.take import identity_of, take
from harness.engines import replays
from harness.errors import BaselineError
from harness.judge.replays import refuse_baseline
from harness.records import ArmSpec, Item, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """What became of a baseline.

    Attributes
    ----------
    taken
        Before and after; None if there was nothing to do.
    found
        Which items were added, changed and removed.
    rescored
        Whether all was tallied anew, by another scorer.
    """

    taken: Taken | None
    found: Differences
    rescored: bool


def rebased(project: Project, pair: Pair) -> Rebased:
    """Bring a baseline to its task of today, in the streams that its items were taken from.

    Draws that the store has are not taken again. Where items were changed alone, the header
    stays as it is, so that two branches merge.

    Raises
    ------
    BaselineError
        If it is broken, or the arm is sampled, prompted or runs otherwise than accepted.
    EngineError
        If draws can't be had.
    """
    task, arm = project.both(pair)
    if replays(arm):
        refuse_baseline(arm)
    before, where = project.accepted.load(*pair), project.accepted.where(*pair)
    identity = identity_of(arm, task, project.sampler(before.seed))
    found = differences(before, task.items)
    rescored = before.identity["scorer"] != identity["scorer"]
    for trouble in unlike(before, {**identity, "scorer": before.identity["scorer"]}):
        raise BaselineError(str(trouble), where=where, hint=trouble.hint)
    items = {item.id: item for item in task.items}
    kept = [one for one in before.tally.ids if one in items]
    fresh = [items[one] for one in (*found.added, *found.changed)]
    if len(kept) == len(before.tally.ids) and not (fresh or rescored or "" in before.prompts):
        return Rebased(taken=None, found=found, rescored=False)
    if fresh or rescored:
        check_model(project, arm, before, where)
    if fresh and kept and not rescored:
        check_metrics(before, project.sampler(before.seed).scorer(task).metrics, where)
    parts = []
    if kept:
        stayed = before.kept(kept)
        parts = [*_rescored(project, arm, task, stayed)] if rescored else [_prompted(stayed, items)]
    if fresh:
        most = int(before.tally.draws.max())
        parts += [_again(project, arm, task, before, before.epoch, most, fresh)]
    if not parts:
        msg = f"it has no item that task {task.name!r} still has"
        raise BaselineError(msg, where=where, hint="delete the file, or fill the task")
    after = reduce(Baseline.joined, parts)
    new = after if rescored or not fresh else parts[-1]
    return Rebased(taken=Taken(before=before, after=after, new=new), found=found, rescored=rescored)


def extended_anchor(project: Project, accepted: Baseline) -> Baseline | None:
    """Return the anchor of a baseline on the items of its task; None if there is nothing to do.

    Items that it lacks begin to drift from what is accepted now: they have no earlier history.
    What can't be compared with the baseline is left alone, as is an anchor that keeps no item.

    Raises
    ------
    BaselineError
        If it is broken.
    """
    anchor = project.anchor.find(accepted.task, accepted.arm)
    if anchor is None or not anchor.alike(accepted):
        return None
    now = {item.id for item in project.task(accepted.task).items}
    kept = [one for one in anchor.tally.ids if one in now]
    known = set(kept)
    new = [one for one in accepted.tally.ids if one in now and one not in known]
    if not kept or not (new or len(kept) < len(anchor.tally.ids)):
        return None
    return anchor.kept(kept).joined(accepted.kept(new)) if new else anchor.kept(kept)


def _rescored(project: Project, arm: ArmSpec, task: Task, before: Baseline) -> Iterator[Baseline]:
    """Yield the items of a baseline with the scores of today's scorer."""
    items = {item.id: item for item in task.items}
    groups: dict[tuple[int, int], list[Item]] = {}
    rows = zip(before.tally.ids, before.origins, before.tally.draws.tolist(), strict=True)
    for identity, origin, draws in rows:
        groups.setdefault((origin.epoch, draws), []).append(items[identity])
    for (epoch, draws), group in sorted(groups.items(), key=lambda pair: pair[0]):
        yield _again(project, arm, task, before, epoch, draws, group)


def _again(  # noqa: PLR0913, PLR0917  of what, by what, and how much
    project: Project, arm: ArmSpec, task: Task, before: Baseline, epoch: int, draws: int,
    items: list[Item],
) -> Baseline:  # fmt: skip
    """Take items in the stream of an epoch that has been."""
    return take(
        arm, task, project.sampler(before.seed), epoch=epoch, draws=draws, seed=before.seed,
        items=items,
    )  # fmt: skip


def _prompted(before: Baseline, items: Mapping[str, Item]) -> Baseline:
    """Note the prompts that were not: an id tells prompt and reference."""
    prompts = tuple(
        prompt or prompt_hash(items[identity].prompt)
        for identity, prompt in zip(before.tally.ids, before.prompts, strict=True)
    )
    return dataclasses.replace(before, prompts=prompts)
