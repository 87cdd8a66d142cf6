"""`harness diff`: what two arms, or an arm and its baseline, differ in."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from harness.cli.numbers import whole
from harness.cli.sides import add_sides, columns, compared, put, without_collecting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.diff import Diff


def add_diff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `diff` to those of `harness`."""
    diff = add_sides(commands, "diff", "say what two arms, or an arm and its baseline, differ in")
    diff.set_defaults(do=_run)
    diff.add_argument("--items", type=whole(0), default=5, metavar="N", help="items to show (5)")


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Print or write the diff.

    Raises
    ------
    HarnessError
        If a side can't be found or read, or they can't be compared.
    """
    del rest
    with without_collecting():
        text = _written(args, list(_diffs(args)))
    put(text, args.output)
    return 0


def _diffs(args: argparse.Namespace) -> Iterator[Diff]:
    """Yield the diff of each pair of sides, one pair in memory at a time."""
    from harness.diff import compare  # noqa: PLC0415  each command loads what it needs

    for one in compared(args):
        yield compare(
            one.task, one.before.load(one.task), one.after.load(one.task), one.policy,
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

    width = columns()
    return "\n\n".join("\n".join(diff_lines(diff, width)) for diff in diffs) + "\n"
