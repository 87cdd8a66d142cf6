"""Which run this is: one that was cut short goes on under its old name.

Draws of arms that can change behind their name serve only the run that they were taken for. A run
that was killed has not ended: the next one takes its name, and finds its draws.
"""

from __future__ import annotations

import secrets
from pathlib import Path

RUNNING = ".harness/running"


def name_of_run(root: Path) -> str:
    """Return the name of the run that was cut short here, or a new one."""
    try:
        found = (root / RUNNING).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    return found or secrets.token_hex(8)


def note_start(root: Path, name: str) -> None:
    """Note that a run is under way.

    Raises
    ------
    FileError
        If that can't be written.
    """
    from harness.files import write_atomically  # noqa: PLC0415  only for evals

    write_atomically(root / RUNNING, f"{name}\n")


def note_end(root: Path) -> None:
    """Note that the run has ended: the next one is another.

    Raises
    ------
    FileError
        If the note can't be removed.
    """
    from harness.files import remove  # noqa: PLC0415  only for evals

    remove(root / RUNNING)
