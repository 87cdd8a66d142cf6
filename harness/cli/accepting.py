"""`harness baseline accept`: on the word of a run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.acceptance import Project, Terms, accepted, check_run, read_judged
from harness.baseline import digest
from harness.cli.say import say
from harness.cli.selection import where_of
from harness.cli.taking import advise, alone, tell
from harness.errors import BaselineError, RunError

if TYPE_CHECKING:
    from harness.acceptance import Judged, Pair

_ANYWAY = "or accept all the same with --anyway"


def accept(args: argparse.Namespace) -> int:
    """Run `harness baseline accept`."""
    with alone(args) as project:
        run, pairs, doubt = _judged(args, project)
        terms = Terms(
            where=where_of(args.where), draws=args.draws, record=args.record, form=args.format
        )
        taken = [accepted(project, pair, terms, run) for pair in pairs]
        project.accepted.save_all(one.after for one in taken)
    if doubt:
        say(f"accepted all the same: {doubt}")
    for one in taken:
        tell(project, one, args.record)
    advise(project, project.accepted)
    return 0


def _judged(args: argparse.Namespace, project: Project) -> tuple[Judged | None, list[Pair], str]:
    """Return the run that an acceptance rests on, what is to be accepted, and a doubt about that.

    Where nothing was accepted before, there is no bar to be lowered, and no run is asked for.

    Raises
    ------
    RunError
        If there is a doubt, and nobody says to accept all the same.
    """
    path = args.run or (project.folder or project.evals) / "run.json"
    run, doubt = _read(path, named=args.run is not None)
    stored = project.accepted.names()
    compared = () if run is None else run.pairs
    if run is not None and stored and not (compared or args.task or args.arm or run.troubles):
        msg = "no claim of this run compares an arm with its baseline"
        raise RunError(msg, where=str(path), hint="name what to accept: --task TASK --arm ARM")
    known = stored if args.task or args.arm else compared or stored
    pairs = project.pairs(args.task, args.arm, known, new=True)
    for pair in pairs:
        project.both(pair)
    lowered, hint = sorted(set(pairs) & set(stored)), "run the evals until it is green"
    if run is not None and not doubt:
        doubt, hint = _unvouched(project, run, lowered)
    if lowered and doubt and not args.anyway:
        raise RunError(doubt, hint=f"{hint}, {_ANYWAY}")
    if run is not None and not args.anyway:
        check_run(project, pairs, run)
    return run, pairs, doubt if lowered else ""


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


def _unvouched(project: Project, run: Judged, pairs: Sequence[Pair]) -> tuple[str, str]:
    """Return why a green run says nothing of some baselines, and what to do; empty if it does."""
    if others := [pair for pair in pairs if pair not in run.pairs]:
        names = ", ".join(f"{arm!r} on {task!r}" for task, arm in others)
        msg = f"{run.path}: no claim of this run is on the baseline of {names}"
        return msg, "claim on it in an eval"
    for task, arm in pairs:
        then, now = run.held.get((task, arm)), _now(project, task, arm)
        if then is None or now is None or then == now:
            continue
        what = f"epoch {then[0]} of {arm!r} on {task!r}, and epoch {now[0]} is there by now"
        if then[0] == now[0]:
            what = f"another baseline of {arm!r} on {task!r} than is there"
        return f"{run.path}: this run was held against {what}", "run the evals again"
    return "", ""


def _now(project: Project, task: str, arm: str) -> tuple[int, str] | None:
    """Return the last epoch of a baseline, and its content's hash; None where it is broken."""
    try:
        baseline = project.accepted.load(task, arm)
    except BaselineError:
        return None
    return baseline.epoch, digest(baseline)
