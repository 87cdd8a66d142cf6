"""JSON that people can read and diff: what holds nothing deeper stands on one line."""

from __future__ import annotations

import json

_DEEP = {dict, list, tuple}


def laid_out(value: object, indent: str = "") -> str:
    """Write plain types as JSON.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    if isinstance(value, dict):
        parts: list[object] = list(value.values())
    else:
        parts = list(value) if isinstance(value, list | tuple) else []
    if _DEEP.isdisjoint(map(type, parts)):
        return json.dumps(value, allow_nan=False)
    deeper = f"{indent} "
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}: {laid_out(part, deeper)}" for key, part in value.items()]
        opening, closing = "{}"
    else:
        lines = [laid_out(part, deeper) for part in parts]
        opening, closing = "[]"
    inner = f",\n{deeper}".join(lines)
    return f"{opening}\n{deeper}{inner}\n{indent}{closing}"
