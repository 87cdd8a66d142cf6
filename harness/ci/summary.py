"""The summary of a step: a file that the runner shows, if it is not too large."""

from __future__ import annotations

from pathlib import Path

from harness.ci.text import cut_bytes
from harness.errors import FileError

_MOST = 2**20  # bytes of a step; beyond it all is dropped
_CUT = "_Cut here: a summary takes no more. The whole is in the run._"


def room(path: Path | None) -> int:
    """Return how many bytes a step's summary still takes; of a whole one if it goes elsewhere."""
    there = path.stat().st_size if path is not None and path.exists() else 0
    return _MOST - there - len("\n\n")


def append_summary(path: Path, text: str) -> None:
    """Append to the summary, as much as there is room for.

    Raises
    ------
    FileError
        If there is no room, or it can't be written.
    """
    try:
        fitting = cut_bytes(text.strip(), room(path), _CUT)
        there = path.stat().st_size if path.exists() else 0
        if not fitting:
            msg = f"has no room: {there} of {_MOST} bytes are taken"
            raise FileError(msg, where=str(path), hint="write it in a step of its own")
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{fitting}\n" if there else f"{fitting}\n")
    except OSError as error:
        msg = f"can't be written: {error.strerror or error}"
        raise FileError(msg, where=str(path), hint="is GITHUB_STEP_SUMMARY the runner's?") from None
