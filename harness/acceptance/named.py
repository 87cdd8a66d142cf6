"""A record whose draws are to be a baseline: none that an arm replays, for those are judged."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.acceptance.judged import Judged
from harness.acceptance.project import Project
from harness.engines import replays
from harness.engines.recorded import open_record
from harness.errors import BaselineError
from harness.records import ArmSpec, Item

_OTHER = "name a record of other draws, or leave --record away for fresh ones"


def named(arm: ArmSpec, record: Path, form: str = "") -> ArmSpec:
    """Return an arm as if it replayed a record, of a format that is told by its name or given.

    An arm that replays another record names its columns, and its format where none is given.
    """
    options = {
        **(arm.options if replays(arm) else {}),
        **({"format": form} if form else {}),
        "path": str(record),
    }
    return dataclasses.replace(arm, engine="recorded", options=options, where="--record")


def draws_of_record(source: ArmSpec, items: Sequence[Item]) -> int:
    """Return the fewest draws that a record has of an item; 1 where it lacks one.

    Raises
    ------
    EngineError
        If it can't be read.
    """
    options = source.options
    engine = open_record(options["path"], options.get("format", ""), options.get("columns", "{}"))
    return max(1, min(engine.count(item.prompt, item.id) for item in items))


def refuse_judged(project: Project, source: ArmSpec, run: Judged | None) -> None:
    """Refuse a record that an arm replays, by its place or its content, and an arm's own draws.

    Raises
    ------
    BaselineError
        With the arm, or the stream that was exported.
    """
    record = Path(source.options["path"])
    stream = _exported(record)
    if stream and not stream.startswith("baseline@"):
        msg = f"it was exported from the stream {stream!r}, whose draws runs judge"
        raise BaselineError(msg, where=str(record), hint=_OTHER)
    sampler = project.sampler(project.config.seed)
    content = sampler.fingerprint(source)
    prints = {} if run is None else {one: name for (_, name), one in run.fingerprints.items()}
    if content in prints:
        msg = f"arm {prints[content]!r} replays it: those draws are judged"
        raise BaselineError(msg, where=str(record), hint=_OTHER)
    for name, path in _replayed(project, run):
        mine, theirs = record.resolve(), path.resolve()
        same = mine == theirs or mine in theirs.parents or theirs in mine.parents
        other = project.config.arms.get(name)
        if not same and other is not None and replays(other) and path.exists():
            same = sampler.fingerprint(other) == content
        if same:
            msg = f"arm {name!r} replays it: those draws are judged"
            raise BaselineError(msg, where=str(record), hint=_OTHER)


def _replayed(project: Project, run: Judged | None) -> Iterator[tuple[str, Path]]:
    """Yield the arms that replay records, in the config and in the run, with their records."""
    for name, arm in project.config.arms.items():
        if replays(arm):
            yield name, Path(arm.options["path"])
    if run is not None:
        root = project.folder.parent if project.folder else Path()
        yield from ((name, root / path) for name, path in run.records.items())


def _exported(record: Path) -> str:
    """Return the stream that `harness draws export` wrote the record from; empty for others."""
    row: dict[str, object] = {}
    if record.suffix == ".jsonl" and record.is_file():
        with record.open("rb") as file, contextlib.suppress(ValueError):
            row = json.loads(file.readline())
    elif record.suffix == ".parquet" and record.is_file():
        import pyarrow.parquet as pq  # noqa: PLC0415  only for Parquet

        with pq.ParquetFile(record) as opened:
            if set(_OURS) <= set(opened.schema_arrow.names):
                batch = next(opened.iter_batches(batch_size=1, columns=list(_OURS)), None)
                row = batch.to_pylist()[0] if batch else {}
    return str(row["stream"]) if isinstance(row, dict) and set(_OURS) <= row.keys() else ""


_OURS = ("stream", "stream_seed")  # columns of an export
