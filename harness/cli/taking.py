"""`harness baseline refresh`, `rebase` and `anchor`: take first, write in the end."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness import git
from harness.acceptance import (
    Project,
    Taken,
    clusters_of,
    drift,
    extended_anchor,
    rebased,
    refreshed,
)
from harness.baseline import digest
from harness.baseline.state import age_of
from harness.cli.project import opened
from harness.cli.say import say
from harness.errors import BaselineError
from harness.report.baselines import drift_text, rebased_line, taken_lines
from harness.report.numbers import counted
from harness.store import only_one

if TYPE_CHECKING:
    from harness.acceptance import Drift, Pair
    from harness.baseline import Baseline, BaselineStore

_UNION = "echo 'baselines*/** merge=union'"


@contextmanager
def alone(args: argparse.Namespace) -> Iterator[Project]:
    """Open the project; no other command changes its baselines meanwhile."""
    project = opened(args.config)
    with only_one(project.folder, "baselines"):
        yield project


def refresh(args: argparse.Namespace) -> int:
    """Run `harness baseline refresh`."""
    with alone(args) as project:
        pairs = project.pairs(args.task, args.arm, project.accepted.names())
        pairs = [pair for pair in pairs if _old(project, pair, args.older)]
        taken = [refreshed(project, pair) for pair in pairs]
        project.accepted.save_all(one.after for one in taken)
    for one in taken:
        tell(project, one)
    if not taken:
        print(f"no baseline is older than {counted(args.older, 'day')}")
    return 0


def _old(project: Project, pair: Pair, most: int | None) -> bool:
    """Say whether a baseline is older than so many days; None for any age."""
    if most is None:
        return True
    age = age_of(project.accepted.load(*pair).oldest, dt.datetime.now(dt.UTC).date())
    return age is None or age > most


def rebase(args: argparse.Namespace) -> int:
    """Run `harness baseline rebase`."""
    with alone(args) as project:
        pairs = project.pairs(args.task, args.arm, project.accepted.names())
        found = {pair: rebased(project, pair) for pair in pairs}
        accepted = [one.taken.after for one in found.values() if one.taken]
        now = [project.accepted.load(*pair) for pair, one in found.items() if not one.taken]
        anchors = [extended_anchor(project, one) for one in (*accepted, *now)]
        project.accepted.save_all(accepted)
        moved = project.anchor.save_all(one for one in anchors if one is not None)
    for pair, one in found.items():
        say(rebased_line(one, project.accepted.where(*pair)))
    for path in moved:
        say(f"{path}: items added as they are accepted now, or removed; all others stay")
    advise(project, project.accepted)
    return 0


def anchor(args: argparse.Namespace) -> int:
    """Run `harness baseline anchor`."""
    with alone(args) as project:
        pairs = project.pairs(args.task, args.arm, project.accepted.names())
        new = [project.accepted.load(*pair) for pair in pairs]
        old = [_anchored(project, pair) for pair in pairs]
        if not args.show:
            project.anchor.save_all(new)
    for before, after in zip(old, new, strict=True):
        say(f"{project.anchor.where(after.task, after.arm)}: {_moved(before, after)}")
        change = _drift(project, before, after)
        same = before is not None and digest(before) == digest(after)
        nothing = "these are the draws of the anchor" if same else "nothing to compare with"
        print(f"  {drift_text(change)}" if change and not same else f"  {nothing}")
    if not args.show:
        print("commit this: what was lost up to now counts no more")
        advise(project, project.anchor)
    return 0


def _anchored(project: Project, pair: Pair) -> Baseline | None:
    """Return an anchor that is to be replaced; a broken one is none."""
    try:
        return project.anchor.find(*pair)
    except BaselineError:
        return None


def _moved(before: Baseline | None, after: Baseline) -> str:
    now = f"epoch {after.epoch} of {after.oldest}"
    return now if before is None else f"epoch {before.epoch} of {before.oldest} -> {now}"


def tell(project: Project, taken: Taken, record: Path | None = None) -> None:
    """Say what was taken, and how far it lies from what was there."""
    after = taken.after
    where = project.accepted.where(after.task, after.arm)
    say(*taken_lines(taken, where, _drift(project, taken.before, after), record))


def _drift(project: Project, before: Baseline | None, after: Baseline) -> Drift | None:
    if before is None:
        return None
    clusters = clusters_of(project.task(after.task)) if after.task in project.tasks else {}
    return drift(before, after, project.config.policy, clusters)


def advise(project: Project, store: BaselineStore) -> None:
    """Say how git comes to merge what two branches accept, where it has not been told."""
    path = store.folder.relative_to(project.evals) / "any" / "arm.jsonl"
    if git.attribute("merge", path, project.evals) == "unspecified":
        file = project.evals / ".gitattributes"
        print(f"advice: let git merge what two branches accept: {_UNION} >> {file}")
