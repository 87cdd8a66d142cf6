"""`harness study`: what RL did, beyond pass@1."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from harness.cli.numbers import whole
from harness.cli.sides import add_sides, columns, compared, put, without_collecting
from harness.cli.study_page import add_page, write_page
from harness.errors import DiffError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.diff import Found
    from harness.study import Study


def add_study(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `study` to those of `harness`."""
    study = add_sides(
        commands, "study", "say what training did: coverage, reliability, format", needed=0
    )
    study.set_defaults(do=_run)
    study.add_argument("--control", metavar="C", help="hold the gain against this side's")
    study.add_argument(
        "--reward", metavar="NAME", help="audit this metric as the reward; default: the task's"
    )
    study.add_argument("--gold", metavar="NAME", help="the score that a reward is held against")
    study.add_argument(
        "--at", type=whole(1), nargs="+", default=[], metavar="K", help="tell pass@K as well"
    )
    add_page(study)


def _run(args: argparse.Namespace, rest: Sequence[str]) -> int:
    """Print or write the study of two sides, or the page.

    Raises
    ------
    HarnessError
        If a side can't be found or read, or they can't be compared.
    """
    del rest
    _check(args)
    if args.before is None:
        write_page(args)
        return 0
    with without_collecting():
        text = _written(args, list(_studies(args)))
    put(text, args.output)
    return 0


def _check(args: argparse.Namespace) -> None:
    """See that options go with what is asked for.

    Raises
    ------
    DiffError
        If there is one side, or an option of the other form.
    """
    if args.before is not None and args.after is None:
        msg = f"there is one side, {args.before!r}"
        raise DiffError(msg, hint="name two, or none for the page of the last run")
    sides = args.before is not None
    names = (
        ("run", "task", "where", "base", "arms", "by")
        if sides
        else ("control", "at", "reward", "gold")
    )
    if given := next((name for name in names if getattr(args, name)), None):
        msg = f"--{given} goes with {'a page, which takes no sides' if sides else 'two sides'}"
        hint = "leave out the sides" if sides else "name them: harness study A B"
        raise DiffError(msg, hint=hint)


def _studies(args: argparse.Namespace) -> Iterator[Study]:
    """Yield the study of each pair of sides, one at a time in memory."""
    from harness.study import study  # noqa: PLC0415  each command loads what it needs

    for one in compared(args):
        control = None
        if args.control:
            named = _control(one.library.find(args.control), one.before, one.after)
            control = named.load(one.task)
        yield study(
            one.task, one.before.load(one.task), one.after.load(one.task), one.policy,
            control=control, metric=args.metric, at=args.at, reward=args.reward, gold=args.gold,
        )  # fmt: skip


def _control(controls: Sequence[Found], before: Found, after: Found) -> Found:
    """Return the control on the task of a pair.

    Raises
    ------
    DiffError
        If there is none, there are several, or it is one of the pair.
    """
    name = controls[0].name
    found = [one for one in controls if one.task == before.task]
    if not found:
        tasks = ", ".join(sorted({one.task for one in controls}))
        msg = f"control {name!r} has no draws on {before.task}, but on {tasks}"
        raise DiffError(msg, hint="name one that has")
    if len(found) > 1:
        arms = ", ".join(one.arm for one in found)
        raise DiffError(f"the control has several arms: {arms}", hint="name one: RUN.json:ARM")
    for side in (before, after):
        if side.origin == found[0].origin:
            msg = f"control {name!r} and {side.name!r} are the same draws"
            raise DiffError(msg, hint="name another arm, such as RL with random rewards")
    return found[0]


def _written(args: argparse.Namespace, studies: list[Study]) -> str:
    """Write the studies in the form that is asked for."""
    if args.json:
        from harness.report.study_json import study_json  # noqa: PLC0415

        return study_json(studies)
    if args.markdown:
        from harness.report.study_markdown import study_markdown  # noqa: PLC0415

        return "\n".join(line for one in studies for line in study_markdown(one)) + "\n"
    from harness.report.study_table import study_lines  # noqa: PLC0415

    width = columns()
    return "\n\n".join("\n".join(study_lines(one, width)) for one in studies) + "\n"
