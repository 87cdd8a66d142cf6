"""`harness check`: check the config, its tasks and its baselines, without a draw."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.say import say

if TYPE_CHECKING:
    from harness.acceptance import Project
    from harness.errors import HarnessError
    from harness.records import Task, Where


def add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `check` to those of `harness`."""
    check = commands.add_parser("check", help="check the config, its tasks and its baselines")
    check.add_argument("config", nargs="?", type=Path, default=Path("evals/harness.yaml"))
    check.set_defaults(do=_run)


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    from harness.acceptance import inspected  # noqa: PLC0415  each command loads what it needs
    from harness.cli.project import opened  # noqa: PLC0415
    from harness.errors import ConfigError  # noqa: PLC0415
    from harness.judge import Controls  # noqa: PLC0415
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.scoring import check_references  # noqa: PLC0415

    del rest
    if not args.config.is_file():
        hint = "write one, or name it: harness check PATH"
        raise ConfigError("there is no such config file", where=str(args.config), hint=hint)
    project = opened(args.config)
    arms, series = project.config.arms, project.config.series
    say(f"{args.config}: {counted(len(arms), 'arm')}: {', '.join(arms)}")
    for spec in series.values():
        placed = (f"{arm} ({place:g})" for arm, place in zip(spec.arms, spec.at, strict=True))
        say(f"{args.config}: series {spec.name}: {', '.join(placed)}")
    for recipe in project.config.recipes.values():
        seeds = f"{counted(len(recipe.seeds), 'training seed')}: {', '.join(recipe.seeds)}"
        say(f"{args.config}: recipe {recipe.name} of {seeds}")
    for name in project.tasks:
        task = project.task(name)
        check_references(task)
        metrics = ", ".join(metric.name for metric in task.metrics)
        about = f"; probes: {', '.join(one.name for one in task.probes)}" if task.probes else ""
        about += f"; {task.about}" if task.about else ""
        file = project.evals / "tasks" / f"{name}.yaml"
        say(f"{file}: {counted(len(task.items), 'item')}; metrics: {metrics}{about}")
    _check_study(project)
    say(*Controls(arms, project.config.recipes).notes())
    troubles: list[str] = []
    for one in inspected(project):
        troubles += one.lines
        if one.baseline is not None:
            items = counted(len(one.baseline.tally.ids), "item")
            say(f"{one.where}: {items}, epoch {one.baseline.epoch}")
    say(*(f"harness: {line}" for line in troubles), error=True)
    return int(bool(troubles))


def _check_study(project: Project) -> None:
    """Look for the task and the items that the study names.

    Raises
    ------
    ConfigError
        If there is no such task, or no item of any task that it may be on is such as is declared.
    """
    from harness.errors import ConfigError, did_you_mean  # noqa: PLC0415  as above

    spec, path = project.config.study, project.config.path
    if spec.task and spec.task not in project.tasks:
        hint = did_you_mean(spec.task, project.tasks)
        raise ConfigError(f"no task {spec.task!r}", where=f"{path}: study.task", hint=hint)
    names = [spec.task] if spec.task else project.tasks
    tasks = [project.task(name) for name in names]
    for key, where in (("seen", spec.seen), ("unseen", spec.unseen)):
        if (error := _unfit(tasks, where)) is not None:
            raise ConfigError(error.message, where=f"{path}: study.{key}", hint=error.hint)


def _unfit(tasks: Sequence[Task], where: Where) -> HarnessError | None:
    """Return why no task has such items; None if one has, or there is no task."""
    from harness.errors import ClaimError  # noqa: PLC0415  as above

    first: HarnessError | None = None
    for task in tasks:
        try:
            task.select(where)
        except ClaimError as error:
            first = first or error
        else:
            return None
    return first
