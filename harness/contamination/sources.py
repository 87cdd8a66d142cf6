"""Training data of any known kind, as a stream of blocks."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harness.contamination.block import Block, Reading
from harness.contamination.records import json_lines, parquet
from harness.contamination.texts import texts
from harness.errors import ContaminationError

STDIN = "-"
_LINES = {".jsonl", ".ndjson"}
_PARQUET = ".parquet"
_KNOWN = {".txt", ".text", ".md", ".json", _PARQUET, *_LINES}
_PACKED = {".zst", ".xz", ".bz2", ".zip", ".7z"}


def listed(paths: Sequence[str], reading: Reading) -> list[str]:
    """Return the files to read: those given, and those of known kinds in given folders, by name.

    Raises
    ------
    ContaminationError
        If one is not there or packed in a way that is not known, or a folder has none to read.
    """
    found = [name for path in paths for name in _of(path, reading)]
    if STDIN not in found:
        reading.whole = sum(Path(name).stat().st_size for name in found)
    return found


def _of(path: str, reading: Reading) -> list[str]:
    if path == STDIN:
        return [path]
    if not Path(path).is_dir():
        if not Path(path).exists():
            msg = "there is no such file or folder"
            raise ContaminationError(msg, where=path, hint="is the path right?")
        if Path(path).suffix in _PACKED:
            msg = f"{Path(path).suffix} can't be unpacked here"
            hint = f"unpack it into standard input: ... | harness contamination TASK {STDIN}"
            raise ContaminationError(msg, where=path, hint=hint)
        return [path]
    files = sorted(str(one) for one in Path(path).rglob("*") if one.is_file())
    known = [one for one in files if _kind(one) in _KNOWN]
    reading.skipped += len(files) - len(known)
    if not known:
        msg = "this folder holds no training data"
        hint = f"known are {' '.join(sorted(_KNOWN))}; a file that is named is read as it is"
        raise ContaminationError(msg, where=path, hint=hint)
    return known


def _kind(name: str) -> str:
    path = Path(name)
    kind = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    return kind.lower()


def blocks(name: str, field: str, reading: Reading) -> Iterator[Block]:
    """Yield the blocks of a file; memory is bounded, whatever is in it.

    Parameters
    ----------
    name
        Its path, or ``-`` for standard input.
    field
        Where the text stands in a record of JSON or Parquet, nested by dots; empty for all its
        strings, in their order.
    reading
        Is told how far it is.

    Raises
    ------
    ContaminationError
        If it can't be read.
    """
    reading.files += 1
    begun = reading.done
    try:
        if _kind(name) == _PARQUET:
            yield from parquet(Path(name), field, reading)
        else:
            yield from _streamed(name, field, reading)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"can't be read: {reason}"
        raise ContaminationError(msg, where=name, hint="is the file whole?") from None
    if name != STDIN:
        reading.done = begun + Path(name).stat().st_size


def _streamed(name: str, field: str, reading: Reading) -> Iterator[Block]:
    begun = reading.done
    with _opened(name) as (file, stored):
        lines = _kind(name) in _LINES or (name == STDIN and _holds_json(file, field))
        found = json_lines(name, file, field, reading) if lines else texts(name, file.read, reading)
        for block in found:
            if name != STDIN:
                reading.done = begun + stored.tell()
            yield block


@contextmanager
def _opened(name: str) -> Iterator[tuple[BinaryIO | gzip.GzipFile, BinaryIO]]:
    """Open a file; beside it comes the one that is stored, which may be packed."""
    if name == STDIN:
        yield sys.stdin.buffer, sys.stdin.buffer
        return
    with Path(name).open("rb") as stored:
        if Path(name).suffix.lower() == ".gz":
            with gzip.open(stored) as file:
                yield file, stored
        else:
            yield stored, stored


def _holds_json(file: object, field: str) -> bool:
    """Say whether standard input is to be read as JSON lines: by the field, or how it begins."""
    peek = getattr(file, "peek", None)
    return bool(field) or (peek is not None and peek(1)[:64].lstrip().startswith(b"{"))
