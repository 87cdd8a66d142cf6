"""Files are written whole or not at all, and what can't be written is named."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from harness.errors import FileError


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text` in one step; a crash leaves the old file as it was.

    Raises
    ------
    FileError
        If it can't be written, such as for want of rights or space.
    """
    with replacing(path) as file:
        file.write(text.encode())


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to, which replaces `path` once all of it is written.

    Raises
    ------
    FileError
        If it can't be written, such as for want of rights or space.
    """
    with _named(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        try:
            temporary.chmod(0o644)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def remove(path: Path) -> None:
    """Remove a file, if it is there.

    Raises
    ------
    FileError
        If it can't be removed.
    """
    with _named(path):
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        msg = f"can't be written: {error.strerror or error}"
        hint = "see that its folder can be written to and has room, and that no folder has its name"
        raise FileError(msg, where=str(path), hint=hint) from error
