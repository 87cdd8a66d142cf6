"""Find the files of a record and tell their format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

from harness.engines.recorded.engine import RecordEngine
from harness.engines.recorded.entry import Reader, placed
from harness.engines.recorded.inspect_log import InspectLog
from harness.engines.recorded.lines import Lines
from harness.engines.recorded.lm_eval_samples import LmEvalRows
from harness.engines.recorded.table import Table
from harness.errors import EngineError

#: How files of each format are called; the first that fits tells.
NAMES = {
    "lm_eval": ("samples_*.jsonl",),
    "inspect": ("*.eval",),
    "parquet": ("*.parquet",),
    "jsonl": ("*.jsonl", "*.ndjson"),
}
FORMATS = (*NAMES, "counts")


def open_record(path: str, form: str = "", columns: str = "{}") -> RecordEngine:
    """Open a record; the content of its files is its identity.

    Parameters
    ----------
    path
        A file, or a folder with files of one format.
    form
        The format; empty to tell it by the files' names.
    columns
        The names of columns, as JSON.

    Raises
    ------
    EngineError
        If it is not there, its format can't be told, or it is broken; it names file and line.
    """
    found = _files(Path(path), form)
    form = form or _told(Path(path), found)
    names: dict[str, str] = json.loads(columns)
    _check_columns(form, names, path)
    digest = hashlib.blake2b(f"recorded 1 {_kind(form)}\n".encode(), digest_size=16)
    renamed = {column: name for column, name in names.items() if column != name}
    digest.update(json.dumps(renamed, sort_keys=True).encode())
    for file in found:
        with placed(str(file)), file.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "blake2b").digest())
    fingerprint = digest.hexdigest()
    readers = [(file, _reader(file, form, names, fingerprint)) for file in found]
    return RecordEngine(Path(path), readers, fingerprint)


def _files(path: Path, form: str) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        nearby = sorted(other.name for other in path.parent.glob("*") if other.name[0] != ".")
        hint = f"beside it: {', '.join(nearby[:10])}" if nearby else "is the path right?"
        msg = f"there is no record {path}"
        raise EngineError(msg, hint=hint)
    wanted = NAMES.get(form, NAMES["jsonl"]) if form else sum(NAMES.values(), ())
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and any(fnmatch(file.name, name) for name in wanted)
    )
    if not found:
        msg = f"the folder {path} holds no {' or '.join(wanted)}"
        raise EngineError(msg, hint="is the path right?")
    return found


def _told(path: Path, files: list[Path]) -> str:
    kinds = {_format_of(file) for file in files}
    if "" in kinds or len(kinds) > 1:
        several = f"holds files of several formats: {', '.join(sorted(kinds))}"
        msg = f"{path} {several}" if len(kinds) > 1 else f"the format of {path} can't be told"
        raise EngineError(msg, hint=f"set format: {' | '.join(FORMATS)}")
    return kinds.pop()


def _format_of(file: Path) -> str:
    fitting = (
        form for form, names in NAMES.items() if any(fnmatch(file.name, name) for name in names)
    )
    return next(fitting, "")


def _check_columns(form: str, names: Mapping[str, str], path: str) -> None:
    taken = {"lm_eval": {"prompt"}, "inspect": set[str]()}.get(form)
    odd = sorted(set(names) - taken) if taken is not None else []
    if odd:
        msg = f"columns: {odd[0]!r} has no meaning in {path}, which is of format {form}"
        raise EngineError(msg, hint="take it away")


def _kind(form: str) -> str:
    """Return what a format's rows are read as: a guess and a declaration come to the same."""
    return "table" if form in {"jsonl", "counts", "parquet"} else form


def _reader(file: Path, form: str, names: Mapping[str, str], salt: str) -> Reader:
    if form == "lm_eval":
        return Lines(file, LmEvalRows(names.get("prompt", "")))
    if form == "inspect":
        return InspectLog(file)
    if form == "parquet":
        from harness.engines.recorded.parquet import Parquet  # noqa: PLC0415  loads pyarrow

        return Parquet(file, Table(names, salt))
    return Lines(file, Table(names, salt, counts=True if form == "counts" else None))
