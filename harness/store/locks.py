"""One process at a time draws from an arm; the others wait, and find the draws in the store."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from harness.errors import StoreError


@contextlib.contextmanager
def only_one(folder: Path | None, name: str) -> Iterator[None]:
    """Hold a lock among all processes that share a store; its end frees it, however it comes.

    Parameters
    ----------
    folder
        Where the store lies; None for one in memory, which nobody shares.
    name
        What is held: a name of letters and digits.
    """
    if folder is None:
        yield
        return
    import filelock  # noqa: PLC0415  only where something is to be drawn

    place = folder / "locks"
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(place / f"{name}.lock")
        lock.acquire()
    except OSError as error:
        msg = f"can't be locked: {error.strerror}"
        raise StoreError(
            f"the draw store {msg}", where=str(place), hint="may it be written?"
        ) from None
    try:
        yield
    finally:
        lock.release()
