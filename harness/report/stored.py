"""Read a run that was written: whole, and of this version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import RunError
from harness.schemas.read import parse_json

SCHEMA = 2  # 1: first version; 2: what was read, and what it came to, item by item
#: What is the same for the same draws, whoever took them, in whatever order and on what machine.
CONTENT = ("plan", "claims", "figures", "estimates", "flips", "items", "samples")
_AGAIN = "run the evals again: pytest evals/"


def read_run(path: Path) -> dict[str, Any]:
    """Read a `run.json`, as plain types that keep to its schema.

    Raises
    ------
    RunError
        If there is none, it was cut off, broken or changed, or is of another version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        msg = "there is no such run"
        raise RunError(msg, where=str(path), hint="run the evals first: pytest evals/") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        msg = f"this run can't be read: {reason}"
        raise RunError(msg, where=str(path), hint="is the path right?") from None
    _refuse_others(text, path)
    data = parse_json(
        text, schema="run", where=str(path), kind=RunError, hint=_AGAIN, unread=("items", "flips")
    )
    if data["content"] != content_of(data):
        raise RunError("this run was changed since", where=str(path), hint=_AGAIN)
    return data


def content_of(data: Mapping[str, Any]) -> str:
    """Return the hash of what is the same for the same draws."""
    text = json.dumps([data[key] for key in CONTENT], allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _refuse_others(text: str, path: Path) -> None:
    """Refuse what was cut off, and what an earlier version wrote, each by name."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if text.lstrip().startswith("{") and (
        data is None or (isinstance(data, dict) and "schema" in data and "complete" not in data)
    ):
        raise RunError("this run was cut off", where=str(path), hint=_AGAIN)
    version = data.get("schema") if isinstance(data, dict) else None
    if type(version) is int and version < SCHEMA:
        msg = f"schema {version} is of an earlier version, which did not keep what this needs"
        raise RunError(msg, where=str(path), hint=_AGAIN)
