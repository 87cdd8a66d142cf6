"""Read a JSON file of ours: whole, of a known version, and of the right shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from harness.errors import HarnessError
from harness.schemas.check import find_problem


def parse_json(  # noqa: PLR0913  what it reads, and how it says what is wrong
    text: str,
    *,
    schema: str,
    where: str,
    kind: type[HarnessError],
    hint: str,
    migrate: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    line: int | None = None,
    unread: Collection[str] = (),
) -> dict[str, Any]:
    """Parse a JSON file and hold it against its schema.

    Parameters
    ----------
    text
        The file's text.
    schema
        Name of the schema, which is also what the file is called in messages.
    where
        The file's path.
    kind
        The error to raise.
    hint
        The next step where there is no better one.
    migrate
        Brings data of an earlier version to today's.
    line
        Number of the file's line that the text is, where it is one.
    unread
        Lists that are not gone through, for their length.

    Raises
    ------
    HarnessError
        Of that kind, naming file, line or key: the text is no JSON, breaks the schema, or comes
        from a later version.
    """
    try:
        data: dict[str, Any] = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", None) or str(error)
        if line is None and isinstance(error, json.JSONDecodeError):
            line = error.lineno
        msg = f"this {schema.partition('_')[0]} is no JSON: {reason}"
        raise kind(msg, where=_at(where, line), hint=hint) from None
    if migrate is not None and isinstance(data, dict):
        data = migrate(data)
    problem = find_problem(_without(data, unread), schema)
    if problem is not None:
        key = repr(".".join(map(str, problem.keys)))[1:-1]  # printable, whatever stands there
        place = f"{_at(where, line)}: {key}" if key else _at(where, line)
        raise kind(problem.message, where=place, hint=problem.hint or hint)
    return data


def _at(where: str, line: int | None) -> str:
    return where if line is None else f"{where}:{line}"


def _without(data: object, unread: Collection[str]) -> object:
    if not isinstance(data, dict):
        return data
    return {
        key: [] if key in unread and isinstance(value, list) else value
        for key, value in data.items()
    }


def _no_constant(name: str) -> float:
    msg = f"{name} is no number"
    raise ValueError(msg)
