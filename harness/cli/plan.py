"""`harness plan` and `harness calibrate`: what claims can show, and how often a gate flips."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from harness.cli.pytest_run import run_pytest

_TO_PYTEST = "Other arguments go to pytest: files, -k, --harness-draws auto, ..."


def add_plan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `plan` to those of `harness`."""
    plan = commands.add_parser(
        "plan", help="say what the evals' claims can show and will take", epilog=_TO_PYTEST
    )
    plan.add_argument("--write", action="store_true", help="write evals/plan.json")
    plan.set_defaults(do=_plan, rest=True)


def add_calibrate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `calibrate` to those of `harness`."""
    calibrate = commands.add_parser(
        "calibrate", help="say how often the gate flips on identical models", epilog=_TO_PYTEST
    )
    calibrate.add_argument("--arm", help="whose stored draws to replay")
    calibrate.add_argument("--repeats", type=int, default=400, help="replays (default: 400)")
    calibrate.set_defaults(do=_calibrate, rest=True)


def _plan(args: argparse.Namespace, rest: Sequence[str]) -> int:
    return run_pytest(["--harness-write-plan" if args.write else "--harness-plan"], rest)


def _calibrate(args: argparse.Namespace, rest: Sequence[str]) -> int:
    options = [f"--harness-calibrate={args.repeats}"]
    options += [f"--harness-calibrate-arm={args.arm}"] if args.arm else []
    return run_pytest(options, rest)
