"""`harness examples`: draws for reading, drawn by a seed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from harness.cli.numbers import whole
from harness.cli.selection import add_where, where_of
from harness.cli.sides import add_sides, alone, columns, compared, put, without_collecting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.diff import Side
    from harness.examples import Examples
    from harness.records import Policy, Task

_ONLY = (
    "of items: gained, lost, flipped (by B); of draws of the last side: right, wrong, a metric or "
    "a probe by its name, or not-NAME; may be repeated"
)


def add_examples(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `examples` to those of `harness`."""
    add = add_sides(commands, "examples", "show draws for reading, drawn by a seed", needed=1)
    add.set_defaults(do=_run)
    add.add_argument("-n", type=whole(1), default=5, metavar="N", help="items to show (5)")
    add.add_argument("--seed", type=int, default=0, metavar="S", help="another seed, others (0)")
    add_where(add)
    add.add_argument("--only", action="append", default=[], metavar="WHAT", help=_ONLY)
    add.add_argument("--full", action="store_true", help="do not shorten long texts")


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Print or write the examples.

    Raises
    ------
    HarnessError
        If a side can't be found or read, has no texts, or there is no such filter.
    """
    del rest
    with without_collecting():
        text = _written(args, list(_drawn(args)))
    put(text, args.output)
    return 0


def _drawn(args: argparse.Namespace) -> Iterator[Examples]:
    """Yield the examples of each task, and of a run of each arm."""
    from harness.examples import examples  # noqa: PLC0415  each command loads what it needs

    for task, sides, policy in _sides(args):
        yield examples(
            task, sides, policy,
            where=where_of(args.where), only=tuple(dict.fromkeys(args.only)), count=args.n,
            seed=args.seed, metric=args.metric,
        )  # fmt: skip


def _sides(args: argparse.Namespace) -> Iterator[tuple[Task, Sequence[Side], Policy]]:
    if args.after is None:
        for one in alone(args):
            yield one.task, [one.side.load(one.task)], one.policy
        return
    for pair in compared(args):
        yield pair.task, [one.load(pair.task) for one in (pair.before, pair.after)], pair.policy


def _written(args: argparse.Namespace, found: list[Examples]) -> str:
    """Write the examples in the form that is asked for."""
    if args.json:
        from harness.report.examples_json import examples_json  # noqa: PLC0415

        return examples_json(found)
    if args.markdown:
        from harness.report.examples_markdown import examples_markdown  # noqa: PLC0415

        return "".join(
            f"{line}\n" for one in found for line in examples_markdown(one, full=args.full)
        )
    from harness.report.examples_table import examples_lines  # noqa: PLC0415

    width = columns()
    parts = ("\n".join(examples_lines(one, width, full=args.full)) for one in found)
    return "\n\n".join(parts) + "\n"
