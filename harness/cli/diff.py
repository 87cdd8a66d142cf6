"""`harness diff`: what two arms, or an arm and its baseline, differ in."""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.importing import import_as_pytest
from harness.cli.say import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.diff import Diff

_CONFIG = Path("evals") / "harness.yaml"
_SIDE = (
    "an arm of the last run, RUN.json:ARM, RUN.json (all its arms), baseline:ARM, NAME:ARM of "
    "another set of baselines, git:REF:ARM, or the path of a baseline"
)
_NARROWEST, _WIDEST = 80, 100


def add_diff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `diff` to those of `harness`."""
    diff = commands.add_parser(
        "diff", help="say what two arms, or an arm and its baseline, differ in",
        epilog=f"A and B are each {_SIDE}.",
    )  # fmt: skip
    diff.set_defaults(do=_run)
    diff.add_argument("before", metavar="A", help="the side before")
    diff.add_argument("after", metavar="B", help="the side after")
    diff.add_argument("--metric", help="what items, groups and curves are about (correct)")
    diff.add_argument("--items", type=_count, default=5, metavar="N", help="items to show (5)")
    diff.add_argument("--config", type=Path, default=_CONFIG, metavar="PATH", help=f"({_CONFIG})")
    diff.add_argument("--store", type=Path, metavar="PATH", help="where the draws are")
    form = diff.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for machines")
    form.add_argument("--markdown", action="store_true", help="for a comment or a page")
    diff.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there")


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        msg = f"{count} is less than 0"
        raise argparse.ArgumentTypeError(msg)
    return count


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Print or write the diff.

    Raises
    ------
    HarnessError
        If a side can't be found or read, or they can't be compared.
    """
    from harness.files import write_atomically  # noqa: PLC0415  each command loads what it needs

    del rest
    collects = gc.isenabled()
    gc.disable()  # nothing here makes cycles, and looking for them takes a third of the time
    try:
        text = _written(args, list(_diffs(args)))
    finally:
        if collects:
            gc.enable()
    if args.output is not None:
        write_atomically(args.output, text)
        print(f"{args.output}: written")
        return 0
    sys.stdout.write(text)
    return 0


def _diffs(args: argparse.Namespace) -> Iterator[Diff]:
    """Yield the diff of each pair of sides, one pair in memory at a time."""
    from harness.config import load_config  # noqa: PLC0415
    from harness.diff import Library, compare, left_out, matched  # noqa: PLC0415
    from harness.tasks import load_task  # noqa: PLC0415

    import_as_pytest(Path.cwd())  # functions of probes
    config = load_config(args.config)
    with Library(args.config.parent, args.store) as library:
        before, after = library.find(args.before), library.find(args.after)
        pairs = matched(before, after)
        for told in (*left_out(before, pairs), *left_out(after, pairs)):
            say(f"harness: not compared: {told}", error=True)
        for one, other in pairs:
            task = load_task(args.config.parent / "tasks", one.task)
            yield compare(
                task, one.load(), other.load(), config.policy,
                metric=args.metric, items=args.items,
            )  # fmt: skip


def _written(args: argparse.Namespace, diffs: list[Diff]) -> str:
    """Write the diffs in the form that is asked for."""
    if args.json:
        from harness.report.diff_json import diff_json  # noqa: PLC0415

        return diff_json(diffs)
    if args.markdown:
        from harness.report.diff_markdown import diff_markdown  # noqa: PLC0415

        return "\n".join(line for diff in diffs for line in diff_markdown(diff)) + "\n"
    from harness.report.diff_table import diff_lines  # noqa: PLC0415

    width = shutil.get_terminal_size((_WIDEST, 24)).columns
    width = min(max(width, _NARROWEST), _WIDEST)
    return "\n\n".join("\n".join(diff_lines(diff, width)) for diff in diffs) + "\n"
