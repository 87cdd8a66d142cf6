"""Read a JSON file of ours: whole, of a known version, and of the right shape."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from harness.errors import HarnessError
from harness.schemas.check import find_problem

_LONGEST = 80  # characters of a key that are shown


def parse_json(  # noqa: PLR0913  what it reads, and how it says what is wrong
    text: str,
    *,
    schema: str,
    where: str,
    kind: type[HarnessError],
    hint: str,
    fixed: bool = False,
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
    fixed
        Whether it is the next step of all that can be wrong with a file of this version: nobody
        writes such a file by hand, and what the schema says of a key helps nobody.
    migrate
        Brings data of an earlier version to today's.
    line
        Number of the file's line that the text is, where it is one.
    unread
        Lists that are not gone through, for their length.

    Raises
    ------
    HarnessError
        Of that kind, naming file, line or key: the text is no JSON, has a key twice, breaks the
        schema, or comes from a later version.
    """
    try:
        data: dict[str, Any] = json.loads(
            text, parse_constant=_no_constant, object_pairs_hook=unique
        )
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
        said = problem.hint if problem.later or not fixed else None
        raise kind(problem.message, where=place, hint=said or hint)
    return data


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict of a JSON object, for decoders.

    Raises
    ------
    ValueError
        If a key stands twice: which one is meant is not known.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        msg = f"key {twice[:_LONGEST]!r} stands twice"
        raise ValueError(msg)
    return found


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
