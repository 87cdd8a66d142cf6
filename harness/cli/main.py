"""`harness check` and `harness schema`: what can be done without sampling."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import __version__
from harness.errors import HarnessError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 for a mistake found, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="harness", description=__doc__)
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check the config, its tasks and its baselines")
    check.add_argument("config", nargs="?", type=Path, default=Path("evals/harness.yaml"))
    schema = commands.add_parser("schema", help="print the JSON schema of a file format")
    schema.add_argument("name", choices=["config", "task", "item", "baseline", "run"])
    args = parser.parse_args(arguments)
    try:
        return _check(args.config) if args.command == "check" else _schema(args.name)
    except HarnessError as error:
        print(f"harness: {error}", file=sys.stderr)
        return 1


def _schema(name: str) -> int:
    from harness.schemas import load_schema  # noqa: PLC0415  each command loads what it needs

    print(json.dumps(load_schema(name), indent=2))
    return 0


def _check(path: Path) -> int:
    from harness.baseline import BaselineStore  # noqa: PLC0415
    from harness.config import load_config  # noqa: PLC0415
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.tasks import load_task  # noqa: PLC0415

    config = load_config(path)
    print(f"{path}: {counted(len(config.arms), 'arm')}: {', '.join(config.arms)}")
    for file in sorted((path.parent / "tasks").glob("*.yaml")):
        task = load_task(file.parent, file.stem)
        metrics = ", ".join(metric.name for metric in task.metrics)
        print(f"{file}: {counted(len(task.items), 'item')}; metrics: {metrics}")
    store = BaselineStore(path.parent / "baselines")
    for file in sorted(store.folder.glob("*/*.json")):
        baseline = store.load(file.parent.name, file.stem)
        print(f"{file}: {counted(len(baseline.tally.ids), 'item')}, epoch {baseline.epoch}")
    return 0
