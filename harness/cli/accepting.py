"""`harness baseline accept`: on the word of a run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
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
    run, doubt = None, f"{path}: there is no run"
    try:
        if args.run or path.is_file():
            run = read_judged(path)
            doubt = f"{path}: {'; '.join(run.troubles)}" if run.troubles else ""
    except RunError as error:
        if args.run:
            raise
        doubt = str(error)
    stored = project.accepted.names()
    known = run.pairs if run is not None and not (args.task or args.arm) else ()
    pairs = project.pairs(args.task, args.arm, known or stored, new=True)
    for task, arm in pairs:
        project.task(task)
        project.arm(arm)
    if doubt and set(pairs) & set(stored):
        if not args.anyway:
            raise RunError(doubt, hint=f"run the evals until it is green, {_ANYWAY}")
        say(f"accepted all the same: {doubt}")
    if run is not None:
        check_run(project, pairs, run)
    return run, pairs


def _where(given: Sequence[str]) -> Where:
    found: dict[str, tuple[str, ...]] = {}
    for one in given:
        tag, sign, value = one.partition("=")
        if not (tag and sign and value):
            msg = "this is not TAG=VALUE"
            raise BaselineError(msg, where=f"--where {one}", hint="for example split=hard")
        found[tag] = (*found.get(tag, ()), value)
    return tuple(found.items())
