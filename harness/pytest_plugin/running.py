"""Which run this is: one that was cut short goes on under its old name.

Draws of arms that can change behind their name serve only the run that they were taken for. A run
that was killed has not ended: the next one takes its name, and finds its draws.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

RUNNING = ".harness/running"
#: Variables that name a run of several machines; the first is ours, others are a CI's, and stay
#: the same when a job of the run is tried again.
_NAMES = ("HARNESS_RUN", "GITHUB_RUN_ID", "CI_PIPELINE_ID")


def name_of_run(root: Path) -> str:
    """Return the name of the run that was cut short here, or a new one."""
    try:
        found = (root / RUNNING).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    return found or secrets.token_hex(8)


def shared_name(environ: Mapping[str, str]) -> str:
    """Return the name that all shards of a run find in their environment; empty for none.

    Raises
    ------
    ConfigError
        If it is no name.
    """
    variable = next((name for name in _NAMES if environ.get(name)), None)
    if variable is None:
        return ""
    name = environ[variable]
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", name):
        from harness.errors import ConfigError  # noqa: PLC0415  only if it is wrong

        msg = f"{name!r} is no name of a run"
        hint = "take up to 100 letters, digits, dots, dashes and underscores"
        raise ConfigError(msg, where=variable, hint=hint)
    return name


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
