"""`harness baseline accept`: on the word of a run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.acceptance import Project, Terms, accepted, check_run, read_judged
from harness.cli.say import say
from harness.cli.taking import advise, alone, tell
from harness.errors import BaselineError, RunError

if TYPE_CHECKING:
    from harness.acceptance import Judged, Pair
    from harness.records import Where

_ANYWAY = "or accept all the same with --anyway"


def accept(args: argparse.Namespace) -> int:
    """Run `harness baseline accept`."""
    with alone(args) as project:
        run, pairs = _judged(args, project)
        terms = Terms(
            where=_where(args.where), draws=args.draws, record=args.record, form=args.format
        )
        taken = [accepted(project, pair, terms, run) for pair in pairs]
        project.accepted.save_all(one.after for one in taken)
    for one in taken:
        tell(project, one, args.record)
    advise(project, project.accepted)
    return 0


def _judged(args: argparse.Namespace, project: Project) -> tuple[Judged | None, list[Pair]]:
    """Return the run that an acceptance rests on, and what is to be accepted.

    Where nothing was accepted before, there is no bar to be lowered, and no run is asked for.
    """
    path = args.run or (project.folder or project.evals) / "run.json"
    run, doubt = _read(path, named=args.run is not None)
    stored = project.accepted.names()
    compared = () if run is None else run.pairs
    if run is not None and stored and not (compared or args.task or args.arm):
        msg = "no claim of this run compares an arm with its baseline"
        raise RunError(msg, where=str(path), hint="name what to accept: --task TASK --arm ARM")
    known = stored if args.task or args.arm else compared or stored
    pairs = project.pairs(args.task, args.arm, known, new=True)
    for pair in pairs:
        project.both(pair)
    lowered = set(pairs) & set(stored)
    if lowered and (why := doubt or _unread(path, sorted(lowered - set(compared)))):
        if not args.anyway:
            hint = "run the evals until it is green" if doubt else "claim on it in an eval"
            raise RunError(why, hint=f"{hint}, {_ANYWAY}")
        say(f"accepted all the same: {why}")
    if run is not None:
        check_run(project, pairs, run)
    return run, pairs


def _read(path: Path, *, named: bool) -> tuple[Judged | None, str]:
    """Return the run, and why nothing should be accepted on its word; empty for no reason.

    Raises
    ------
    RunError
        If it can't be read and was asked for by name.
    """
    if not named and not path.is_file():
        return None, f"{path}: there is no run"
    try:
        run = read_judged(path)
    except RunError as error:
        if named:
            raise
        return None, str(error)
    return run, f"{path}: {'; '.join(run.troubles)}" if run.troubles else ""


def _unread(path: Path, pairs: Sequence[Pair]) -> str:
    """Say that a run tells nothing of some baselines; empty for none of them."""
    if not pairs:
        return ""
    names = ", ".join(f"{arm!r} on {task!r}" for task, arm in pairs)
    return f"{path}: no claim of this run is on the baseline of {names}"


def _where(given: Sequence[str]) -> Where:
    found: dict[str, tuple[str, ...]] = {}
    for one in given:
        tag, sign, value = one.partition("=")
        if not (tag and sign and value):
            msg = "this is not TAG=VALUE"
            raise BaselineError(msg, where=f"--where {one}", hint="for example split=hard")
        found[tag] = (*found.get(tag, ()), value)
    return tuple(found.items())
