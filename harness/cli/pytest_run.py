"""Run pytest for a command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

_WITH_VALUE = {"-k", "-m", "-c", "-p", "-n", "-W", "-o", "--rootdir", "--deselect", "--ignore"}


def run_pytest(options: Sequence[str], rest: Sequence[str]) -> int:
    """Run pytest on `evals/`, or on what the user's arguments name, and return its exit code."""
    import subprocess  # noqa: PLC0415  each command loads what it needs

    paths = [] if any(map(_is_path, ["", *rest], rest)) else ["evals"]
    # A process of its own: pytest rewrites modules that it is the first to import.
    command = [sys.executable, "-m", "pytest", *paths, *options, *rest]
    return subprocess.call(command)  # noqa: S603  our own interpreter, the user's arguments


def _is_path(before: str, argument: str) -> bool:
    """Say whether an argument of pytest's is something to collect, not an option or its value."""
    takes_value = before in _WITH_VALUE or (before.startswith("--harness-") and "=" not in before)
    return not takes_value and Path(argument.partition("::")[0]).exists()
