"""`harness check`: check the config, its tasks and its baselines, without a draw."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from harness.cli.say import say


def add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `check` to those of `harness`."""
    check = commands.add_parser("check", help="check the config, its tasks and its baselines")
    check.add_argument("config", nargs="?", type=Path, default=Path("evals/harness.yaml"))
    check.set_defaults(do=_run)


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    from harness.acceptance import inspected  # noqa: PLC0415  each command loads what it needs
    from harness.cli.project import opened  # noqa: PLC0415
    from harness.judge import Controls  # noqa: PLC0415
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.scoring import check_references  # noqa: PLC0415

    del rest
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
    say(*Controls(arms, project.config.recipes).notes())
    troubles: list[str] = []
    for one in inspected(project):
        troubles += one.lines
        if one.baseline is not None:
            items = counted(len(one.baseline.tally.ids), "item")
            say(f"{one.where}: {items}, epoch {one.baseline.epoch}")
    say(*(f"harness: {line}" for line in troubles), error=True)
    return int(bool(troubles))
