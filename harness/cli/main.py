"""The commands that sample nothing: check, plan, calibrate, draws, html and schema."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import __version__
from harness.cli.draws import add_draws, run_draws
from harness.cli.html import add_html, run_html
from harness.errors import HarnessError

_WITH_VALUE = {"-k", "-m", "-c", "-p", "-n", "-W", "-o", "--rootdir", "--deselect", "--ignore"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 for a mistake found, 2 for wrong usage.

    `plan` and `calibrate` run pytest, and return its exit code.
    """
    parser = argparse.ArgumentParser(prog="harness", description=__doc__)
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check the config, its tasks and its baselines")
    check.add_argument("config", nargs="?", type=Path, default=Path("evals/harness.yaml"))
    schema = commands.add_parser("schema", help="print the JSON schema of a file format")
    names = ["config", "task", "item", "plan", "baseline", "baseline_item", "ledger", "run"]
    schema.add_argument("name", choices=names)
    _add_planning(commands)
    add_draws(commands)
    add_html(commands)
    args, rest = parser.parse_known_args(arguments)
    if rest and args.command not in {"plan", "calibrate"}:
        parser.error(f"unknown arguments: {' '.join(rest)}")
    try:
        match args.command:
            case "check":
                return _check(args.config)
            case "schema":
                return _schema(args.name)
            case "draws":
                return run_draws(args)
            case "html":
                return run_html(args)
        return _pytest(args, rest)
    except HarnessError as error:
        print(f"harness: {error}", file=sys.stderr)
        return 1


def _add_planning(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    plan = commands.add_parser(
        "plan",
        help="say what the evals' claims can show and will take",
        epilog="Other arguments go to pytest: files, -k, --harness-draws auto, ...",
    )
    plan.add_argument("--write", action="store_true", help="write evals/plan.json")
    calibrate = commands.add_parser(
        "calibrate",
        help="say how often the gate flips on identical models",
        epilog="Other arguments go to pytest: files, -k, --harness-draws auto, ...",
    )
    calibrate.add_argument("--arm", help="whose stored draws to replay")
    calibrate.add_argument("--repeats", type=int, default=400, help="replays (default: 400)")


def _pytest(args: argparse.Namespace, rest: list[str]) -> int:
    """Run pytest in planning mode, on `evals/` unless a path is given."""
    import subprocess  # noqa: PLC0415  each command loads what it needs

    if args.command == "plan":
        options = ["--harness-write-plan" if args.write else "--harness-plan"]
    else:
        options = [f"--harness-calibrate={args.repeats}"]
        options += [f"--harness-calibrate-arm={args.arm}"] if args.arm else []
    paths = [] if any(map(_is_path, ["", *rest], rest)) else ["evals"]
    # A process of its own: pytest rewrites modules that it is the first to import.
    command = [sys.executable, "-m", "pytest", *paths, *options, *rest]
    return subprocess.call(command)  # noqa: S603  our own interpreter, the user's arguments


def _is_path(before: str, argument: str) -> bool:
    """Say whether an argument of pytest's is something to collect, not an option or its value."""
    takes_value = before in _WITH_VALUE or (before.startswith("--harness-") and "=" not in before)
    return not takes_value and Path(argument.partition("::")[0]).exists()


def _schema(name: str) -> int:
    from harness.schemas import load_schema  # noqa: PLC0415  each command loads what it needs

    print(json.dumps(load_schema(name), indent=2))
    return 0


def _check(path: Path) -> int:
    from harness.baseline import BaselineStore  # noqa: PLC0415
    from harness.config import load_config  # noqa: PLC0415
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.scoring import check_references  # noqa: PLC0415
    from harness.tasks import load_task  # noqa: PLC0415

    config = load_config(path)
    print(f"{path}: {counted(len(config.arms), 'arm')}: {', '.join(config.arms)}")
    for file in sorted((path.parent / "tasks").glob("*.yaml")):
        task = load_task(file.parent, file.stem)
        check_references(task)
        metrics = ", ".join(metric.name for metric in task.metrics)
        about = f"; {task.about}" if task.about else ""
        print(f"{file}: {counted(len(task.items), 'item')}; metrics: {metrics}{about}")
    store = BaselineStore(path.parent / "baselines")
    for name, arm in store.names():
        baseline = store.load(name, arm)
        items = counted(len(baseline.tally.ids), "item")
        print(f"{store.where(name, arm)}: {items}, epoch {baseline.epoch}")
    return 0
