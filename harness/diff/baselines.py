"""Sides that are baselines: of a set, of a commit, or a file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from harness.baseline import BaselineStore
from harness.diff.side import Found, Side
from harness.errors import DiffError, did_you_mean
from harness.records import Task

FORMS = (
    "an arm of the last run, RUN.json:ARM, RUN.json, baseline:ARM, NAME:ARM of another set of "
    "baselines, git:REF:ARM, or the path of a baseline"
)


def of_set(store: BaselineStore, arm: str, name: str) -> list[Found]:
    """Find an arm in a set of baselines, on each task that has one.

    Raises
    ------
    DiffError
        If there is none.
    """
    names = store.names()
    chosen = [task for task, one in names if one == arm]
    if not chosen:
        msg = f"there is no baseline of arm {arm!r}"
        where = f"{store.commit[:12]}:{store.folder}" if store.commit else str(store.folder)
        raise DiffError(msg, where=where, hint=did_you_mean(arm, {one for _, one in names}))
    return [_of(store, task, arm, name) for task in chosen]


def of_file(path: Path) -> Found:
    """Find the baseline in a file.

    Raises
    ------
    DiffError
        If it lies in no set of baselines and has no baseline's first line.
    """
    task, folder = path.resolve().parent, path.resolve().parent.parent
    if not folder.name.startswith("baselines") and not _is_baseline(path):
        raise DiffError(_what(path), where=str(path), hint=f"a side is {FORMS}")
    return _of(BaselineStore(folder), task.name, path.stem, str(path))


def _is_baseline(path: Path) -> bool:
    """Say whether a file begins as a baseline does."""
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(head, dict) and {"schema", "task", "arm"} <= head.keys()


def _what(path: Path) -> str:
    """Say what a file is that is no side."""
    try:
        json.loads(path.read_bytes())
    except OSError as error:
        return f"this file can't be read: {error.strerror}"
    except (ValueError, RecursionError):
        return "this file is no JSON, such as one that was cut off, and no baseline"
    return "this file is neither a run nor a baseline"


def _of(store: BaselineStore, task: str, arm: str, name: str) -> Found:
    def read(name: str, _: Task) -> Side:
        baseline = store.load(task, arm)
        return Side(
            name=name,
            tally=baseline.tally,
            scorer=str(baseline.identity["scorer"]),
            sampling=baseline.identity["sampling"],
        )

    digest = hashlib.blake2b(store.content(task, arm).encode(), digest_size=16).hexdigest()
    return Found(
        name=name, arm=arm, task=task, origin=f"baseline {digest}", read=read, full=name
    )  # fmt: skip
