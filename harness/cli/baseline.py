"""`harness baseline`: accept, refresh, rebase, anchor, show, verify and tell of baselines."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from harness.cli.numbers import whole
from harness.cli.project import CONFIG, opened
from harness.cli.say import say
from harness.cli.selection import add_where


def add_baseline(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `baseline` to those of `harness`."""
    baseline = commands.add_parser("baseline", help="accept, refresh, rebase and tell of baselines")
    actions = baseline.add_subparsers(dest="action", required=True)
    accept = actions.add_parser("accept", help="take what arms are now as their baselines")
    accept.add_argument("run", nargs="?", type=Path, metavar="RUN",
                        help="the run that judged them (.harness/run.json)")  # fmt: skip
    add_where(accept)
    accept.add_argument("--draws", type=whole(1), metavar="N", help="draws per item")
    accept.add_argument("--record", type=Path, metavar="PATH",
                        help="take the draws of a record in the place of fresh ones")  # fmt: skip
    accept.add_argument("--format", default="", metavar="NAME", help="of the record")
    accept.add_argument("--anyway", action="store_true",
                        help="though the run is red, or there is none")  # fmt: skip
    refresh = actions.add_parser("refresh", help="take baselines anew from the same models")
    refresh.add_argument("--older", type=whole(1), metavar="DAYS", help="those taken before")
    rebase = actions.add_parser("rebase", help="bring baselines to tasks that have changed")
    anchor = actions.add_parser("anchor", help="let what is accepted now be the anchor")
    anchor.add_argument("--show", action="store_true", help="tell the drift, and set none")
    show = actions.add_parser("show", help="list the baselines")
    verify = actions.add_parser("verify", help="look for what is the matter with them")
    past = actions.add_parser("history", help="list a baseline's versions in git")
    for action in (accept, refresh, rebase, anchor, past):
        action.add_argument("--task", action="append", default=[], metavar="NAME")
        action.add_argument("--arm", action="append", default=[], metavar="NAME")
    for action in (show, verify, past):
        action.add_argument("--json", action="store_true", help="for machines")
    baseline.set_defaults(do=_run)
    for action in actions.choices.values():
        action.add_argument("--config", type=Path, default=CONFIG, metavar="PATH",
                            help=f"({CONFIG})")  # fmt: skip


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Run `harness baseline`; return 1 if something is the matter, else 0.

    Raises
    ------
    HarnessError
        If what is asked for can't be had; nothing is written then.
    """
    from harness.cli import accepting, taking  # noqa: PLC0415  each command loads what it needs

    del rest
    actions = {
        "accept": accepting.accept, "refresh": taking.refresh, "rebase": taking.rebase,
        "anchor": taking.anchor, "show": _show, "verify": _verify, "history": _history,
    }  # fmt: skip
    return actions[args.action](args)


def _show(args: argparse.Namespace) -> int:
    from harness.acceptance import inspected  # noqa: PLC0415
    from harness.report.baselines import plain, show_lines  # noqa: PLC0415

    found = list(inspected(opened(args.config)))
    if args.json:
        print(json.dumps(plain(found), indent=2))
    elif found:
        say(*show_lines(found))
    else:
        print("there is no baseline yet")
    return 0


def _verify(args: argparse.Namespace) -> int:
    from harness.acceptance import inspected  # noqa: PLC0415
    from harness.report.baselines import plain  # noqa: PLC0415
    from harness.report.numbers import counted  # noqa: PLC0415

    found = list(inspected(opened(args.config)))
    lines = [line for one in found for line in one.lines]
    if args.json:
        print(json.dumps(plain(found), indent=2))
    else:
        say(*lines)
        count = sum(one.state != "stray" for one in found)
        print(f"{counted(count, 'baseline')}: {_summary(lines)}")
    return int(bool(lines))


def _summary(lines: list[str]) -> str:
    if not lines:
        return "nothing is the matter"
    return "1 thing is the matter" if len(lines) == 1 else f"{len(lines)} things are the matter"


def _history(args: argparse.Namespace) -> int:
    from harness.acceptance import history  # noqa: PLC0415
    from harness.report.baselines import history_lines  # noqa: PLC0415

    project = opened(args.config)
    pairs = project.pairs(args.task, args.arm, project.accepted.names(), new=True)
    found = [history(project, pair) for pair in pairs]
    if args.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        say("\n\n".join("\n".join(history_lines(one)) for one in found))
    return 0
