"""Items that are made anew in each run: what they are known by, and what they can't have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.errors import BaselineError, ConfigError
from harness.records import Item, Source, Task


def fresh_seeds(task: Task, items: Sequence[Item]) -> Iterator[list[str | int]]:
    """Yield the seeds of the items that are made for this run alone, by their splits."""
    for split in task.fresh_among(items):
        yield [split, task.fresh[split].first]


def measured_by(task: Task, items: Sequence[Item]) -> list[list[str | int | None]]:
    """Return what identifies the items that a claim is about.

    Fresh ones are known by their split and its size: in each run they are others, and the claim
    is about the same population.
    """
    found: list[list[str | int | None]] = [
        [*item.key] for item in items if not task.fresh_among([item])
    ]
    return found + [["fresh", one, task.fresh[one].count] for one in task.fresh_among(items)]


def refuse_fresh_items(source: Source, task: Task, items: Sequence[Item]) -> None:
    """Refuse the baseline of items that are made anew in each run.

    Raises
    ------
    BaselineError
        With the splits.
    """
    if splits := task.fresh_among(items):
        raise no_baseline(task, splits, str(source))


def no_baseline(task: Task, splits: Sequence[str], what: str) -> BaselineError:
    """Return the error that says why there is no baseline of some splits."""
    names = ", ".join(map(repr, splits))
    msg = f"{what} has items of {names}, which task {task.name!r} makes anew in each run"
    lasting = sorted({item.tags["split"] for item in task.lasting.items})
    hint = f'select others: where(split="{lasting[0]}"), or compare' if lasting else "compare"
    return BaselineError(msg, hint=f"{hint} two arms of one run")


def refuse_fresh_shards(task: Task, items: Sequence[Item]) -> None:
    """Refuse to draw items of this run's own where its shards don't know its name.

    Raises
    ------
    ConfigError
        With the task.
    """
    if task.fresh_among(items):
        msg = f"task {task.name!r} makes items anew in each run, the same for all of its shards"
        raise ConfigError(msg, hint="set HARNESS_RUN to one name for all shards of the run")
