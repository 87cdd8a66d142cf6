"""`harness draws`: list, export, prune and verify the stored draws."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.draws_export import export_draws
from harness.cli.project import CONFIG
from harness.errors import StoreError

if TYPE_CHECKING:
    from harness.store import Database, Stream

_STORE = Path(".harness") / "draws.sqlite"
_MEGABYTE = 1_000_000


def add_draws(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `draws` to those of `harness`."""
    draws = commands.add_parser("draws", help="list, export, prune or verify the stored draws")
    actions = draws.add_subparsers(dest="action", required=True)
    ls = actions.add_parser("ls", help="list the streams of draws")
    ls.add_argument("--json", action="store_true", help="for machines")
    export = actions.add_parser(
        "export", help="write draws and scores to a file, or send them as traces"
    )
    export.add_argument(
        "out",
        help="a .parquet or .jsonl file; samples_NAME.jsonl for viewers of lm-eval's logs; "
        ".eval or .json for that of Inspect; "
        "http://... to send spans to an endpoint of OTLP, or `otlp` for that of the environment",
    )
    export.add_argument(
        "--config", type=Path, default=CONFIG, metavar="PATH",
        help=f"beside it are the tasks that tell the targets of logs of Inspect ({CONFIG})",
    )  # fmt: skip
    prune = actions.add_parser(
        "prune", help="delete draws that no run can use again, or those that are named"
    )
    prune.add_argument("--older", type=float, metavar="DAYS", help="those begun before")
    prune.add_argument("--all", action="store_true", help="all of them")
    prune.add_argument("--yes", action="store_true", help="do it; else it is only told")
    verify = actions.add_parser("verify", help="look for damage and for odd draws")
    for action in (ls, export, prune):
        action.add_argument("--arm", metavar="NAME", help="only the draws of this arm")
        action.add_argument(
            "--stream", type=int, metavar="N", help="only the stream of this number"
        )
    draws.set_defaults(do=_run)
    for action in (ls, export, prune, verify):
        action.add_argument(
            "--store", type=Path, metavar="PATH", help=f"default: {_STORE}, here or above"
        )


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Run `harness draws`; return 1 if the store is damaged or spans were rejected, else 0.

    Raises
    ------
    HarnessError
        If there is no store, it can't be used, or it lacks what is named.
    """
    from harness.store import Database, streams  # noqa: PLC0415  each command loads what it needs

    del rest
    path = _found(args.store)
    with closing(Database(path)) as database:
        if args.action == "verify":
            return _verify(database)
        chosen = streams(database, arm=args.arm, number=args.stream)
        actions = {"ls": _ls, "export": export_draws, "prune": _prune}
        return actions[args.action](database, chosen, args)


def _found(given: Path | None) -> Path:
    """Return the store that is named, or that of this folder or of the nearest above."""
    here = Path.cwd()
    places = [here / _STORE, *(folder / _STORE for folder in here.parents)]
    for path in [given] if given else places:
        if path.is_file():
            return path
    if given:
        raise StoreError("there is no such draw store", where=str(given), hint="is the path right?")
    msg = "there is no draw store, here or in a folder above"
    raise StoreError(msg, where=str(_STORE), hint="run evals first, or name one by --store PATH")


def _ls(database: Database, chosen: Sequence[Stream], args: argparse.Namespace) -> int:
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.report.streams import streams_table  # noqa: PLC0415

    if args.json:
        print(json.dumps([asdict(stream) for stream in chosen], indent=2))
        return 0
    print(streams_table(chosen))
    draws = sum(stream.draws for stream in chosen)
    print(f"{database.path}: {counted(len(chosen), 'stream')}, {counted(draws, 'draw')}")
    return 0


def _prune(database: Database, chosen: Sequence[Stream], args: argparse.Namespace) -> int:
    from harness.report.numbers import counted  # noqa: PLC0415
    from harness.report.streams import streams_table  # noqa: PLC0415
    from harness.store import older, prune, useless  # noqa: PLC0415

    path = database.path or Path()
    if args.older is not None:
        chosen = older(chosen, args.older)
    elif not (args.all or args.arm or args.stream):
        chosen = useless(chosen, path.parent)
    if chosen:
        print(streams_table(chosen))
    draws = sum(stream.draws for stream in chosen)
    what = f"{counted(len(chosen), 'stream')} with {counted(draws, 'draw')}"
    if not args.yes:
        print(f"{what} would be deleted; --yes does it" if chosen else "no stream is to be deleted")
        return 0
    before = path.stat().st_size
    deleted = prune(database, chosen)
    freed = (before - path.stat().st_size) / _MEGABYTE
    rest = ", ".join(counted(deleted[name], name[:-1]) for name in ("scores", "prompts"))
    print(f"deleted {what}, {rest}: {freed:.1f} MB")
    return 0


def _verify(database: Database) -> int:
    from harness.report.untrusted import printable  # noqa: PLC0415
    from harness.store import verify  # noqa: PLC0415

    kinds = set()
    for finding in verify(database):
        kinds.add(finding.kind)
        print(printable(f"{finding.kind}: {finding.text}; {finding.hint}"))
    print(f"{database.path}: {'damaged' if 'damage' in kinds else 'sound'}")
    return int("damage" in kinds)
