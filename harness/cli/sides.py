"""What commands that compare two sides have in common."""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.importing import import_as_pytest
from harness.cli.say import say

if TYPE_CHECKING:
    from harness.diff import Found, Library
    from harness.records import Policy, Task

_CONFIG = Path("evals") / "harness.yaml"
_SIDE = (
    "an arm of the last run, RUN.json:ARM, RUN.json (all its arms), baseline:ARM, NAME:ARM of "
    "another set of baselines, git:REF:ARM, or the path of a baseline"
)
_NARROWEST, _WIDEST = 80, 100


def add_sides(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    purpose: str,
    *,
    needed: int = 2,
) -> argparse.ArgumentParser:
    """Add a command on sides A and B, of which `needed` can't be left out, and its options."""
    parser = commands.add_parser(name, help=purpose, epilog=f"A and B are each {_SIDE}.")
    first, second = (None if needed > place else "?" for place in range(2))
    parser.add_argument("before", metavar="A", nargs=first, help="the side before")
    parser.add_argument("after", metavar="B", nargs=second, help="the side after")
    parser.add_argument("--metric", help="what items, groups and curves are about (correct)")
    parser.add_argument("--config", type=Path, default=_CONFIG, metavar="PATH", help=f"({_CONFIG})")
    parser.add_argument("--store", type=Path, metavar="PATH", help="where the draws are")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for machines")
    form.add_argument("--markdown", action="store_true", help="for a comment or a page")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there")
    return parser


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two sides on one task that are to be compared, not yet read."""

    library: Library
    policy: Policy
    task: Task
    before: Found
    after: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """One side on a task, not yet read."""

    policy: Policy
    task: Task
    side: Found


def alone(args: argparse.Namespace) -> Iterator[Alone]:
    """Yield the side that is named, on each of its tasks; of a run each of its arms.

    Raises
    ------
    HarnessError
        If it can't be found.
    """
    from harness.tasks import load_task  # noqa: PLC0415  each command loads what it needs

    with _library(args) as (policy, library):
        for side in library.find(args.before):
            task = load_task(args.config.parent / "tasks", side.task, side.run)
            yield Alone(policy=policy, task=task, side=side)


def compared(args: argparse.Namespace) -> Iterator[Compared]:
    """Yield each pair of the sides that are named, and tell what is left out.

    Raises
    ------
    HarnessError
        If a side can't be found, or the sides have nothing in common.
    """
    from harness.diff import left_out, matched, told_apart  # noqa: PLC0415  what it needs
    from harness.tasks import load_task  # noqa: PLC0415

    with _library(args) as (policy, library):
        before, after = told_apart(library.find(args.before), library.find(args.after))
        pairs = matched(before, after)
        for told in (*left_out(before, pairs), *left_out(after, pairs)):
            say(f"harness: not compared: {told}", error=True)
        # Arms on one task follow each other, and its items take their time.
        task_of = functools.lru_cache(maxsize=1)(load_task)
        for one, other in pairs:
            task = task_of(args.config.parent / "tasks", one.task, other.run or one.run)
            yield Compared(library=library, policy=policy, task=task, before=one, after=other)


@contextlib.contextmanager
def _library(args: argparse.Namespace) -> Iterator[tuple[Policy, Library]]:
    """Give the config's policy, and a library of sides while it is open."""
    from harness.config import load_config  # noqa: PLC0415  each command loads what it needs
    from harness.diff import Library  # noqa: PLC0415

    import_as_pytest(Path.cwd())  # functions of probes
    config = load_config(args.config)
    with Library(args.config.parent, args.store, config.recipes) as library:
        yield config.policy, library


@contextlib.contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no cycles: comparing makes none, and looking takes a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def put(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file.

    Raises
    ------
    HarnessError
        If the file can't be written.
    """
    if output is None:
        sys.stdout.write(text)
        return
    from harness.files import write_atomically  # noqa: PLC0415  each command loads what it needs

    write_atomically(output, text)
    print(f"{output}: written")


def columns() -> int:
    """Return how wide a report is: as the terminal, within bounds."""
    return min(max(shutil.get_terminal_size((_WIDEST, 24)).columns, _NARROWEST), _WIDEST)
