"""Write stored draws as logs of Inspect, one for each task and stream, for its viewer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from harness.errors import FileError
from harness.records import Item, Task
from harness.store import Database, Rows, Stream

if TYPE_CHECKING:
    from harness.traces.inspect_sample import Log

_FORMATS: Mapping[str, Literal["eval", "json"]] = {".eval": "eval", ".json": "json"}
_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What was written.

    Attributes
    ----------
    paths
        The logs.
    draws
        How many, in all.
    replaced
        In how many of them what is no Unicode was replaced.
    unknown
        Draws of items that no task has: they have no target.
    shared, unplaced
        As of an export: prompts of several items, and scores that are left out.
    """

    paths: tuple[Path, ...]
    draws: int
    replaced: int
    unknown: int
    shared: int
    unplaced: int


def write_logs(
    database: Database,
    streams: Sequence[Stream],
    path: Path,
    tasks: Sequence[Task],
    told: Callable[[int], None],
) -> Logged:
    """Write the draws of some streams, by Inspect's own writer; a stream's are in memory at a time.

    Parameters
    ----------
    database
        The store.
    streams
        Which of its streams.
    path
        Where to; of several logs each is called after its task, arm and stream besides.
    tasks
        Those that items may be of: they tell targets, tags and answers.
    told
        Is told how many draws are written so far.

    Raises
    ------
    FileError
        If `inspect_ai` is not installed, a draw has no text, or a log can't be written.
    StoreError
        If the store can't be read.
    """
    make, known, paths = _maker(path), _known(tasks), list[Path]()
    draws, replaced, unknown = itertools.count(1), 0, 0
    with database.reading():
        rows = Rows(database, streams)
        for stream in streams:
            logs: dict[str, Log] = {}
            for row in rows.of(stream):
                task, item = known.get(row["id"]) or known.get(row["prompt"]) or (None, None)
                name = "" if task is None else task.name
                if name not in logs:
                    logs[name] = make(stream, task, rows.metrics)
                logs[name].add(_with_text(row, path), item)
                told(next(draws))
            several = len(streams) > 1 or len(logs) > 1
            for name, log in logs.items():
                paths.append(_named(path, name, stream) if several else path)
                log.write(paths[-1], _FORMATS[path.suffix])
                replaced, unknown = replaced + log.replaced, unknown + log.unknown
        return Logged(
            paths=tuple(paths), draws=next(draws) - 1, replaced=replaced, unknown=unknown,
            shared=rows.shared, unplaced=rows.unplaced,
        )  # fmt: skip


def _maker(path: Path) -> type[Log]:
    try:
        from harness.traces.inspect_sample import Log  # noqa: PLC0415  loads inspect_ai
    except ImportError:
        msg = "logs of Inspect are written by the package 'inspect_ai'"
        hint = "pip install 'rl-eval-harness[inspect]'"
        raise FileError(msg, where=str(path), hint=hint) from None
    return Log


def _known(tasks: Sequence[Task]) -> Mapping[str, tuple[Task, Item]]:
    """Return the task and the item of each id, and of each prompt: ids change with references.

    Of several tasks it is the first by name.
    """
    by_name = sorted(tasks, key=lambda task: task.name, reverse=True)
    items = [(task, item) for task in by_name for item in task.items]
    return {
        **{item.prompt: (task, item) for task, item in items},
        **{item.id: (task, item) for task, item in items},
    }


def _with_text(row: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    if row["completion"] is None:
        msg = "holds texts, and a record gave scores in their place"
        raise FileError(msg, where=str(path), hint="export to a .jsonl or .parquet file")
    return row


def _named(path: Path, task: str, stream: Stream) -> Path:
    """Call one of several logs after its task, arm and stream; streams have a number each."""
    parts = (path.stem, task or "unknown", stream.arm, str(stream.number))
    return path.with_name("-".join(_UNSAFE.sub("_", part) for part in parts) + path.suffix)
