"""Answers that stand in a field of a JSON object."""

from __future__ import annotations

import functools
import json
from typing import Any

from harness.records import JsonField, Numeric
from harness.scoring.exact import exact_reader
from harness.scoring.numeric import numeric_reader, whole_number
from harness.scoring.reader import Reader

# Places at which no object begins after all: where there are more, nothing is looked for further.
_TRIES = 200


def json_reader(rule: JsonField) -> Reader:
    """Return a reader of one field of a text that is JSON, or of the last object in it."""
    steps = tuple(rule.path.split("."))
    compare = rule.compare
    inner = numeric_reader(compare) if isinstance(compare, Numeric) else exact_reader(compare)

    def read(text: str) -> str | None:
        found = _at(_parsed(text), steps)
        if found is None:
            return None
        return whole_number(found) if isinstance(compare, Numeric) else inner.read(found)

    @functools.cache
    def normal(reference: str) -> str | None:
        return inner.normal(_alike(reference))

    return Reader(read=read, normal=normal, near=inner.near, wanted=inner.wanted)


def _at(data: object, steps: tuple[str, ...]) -> str | None:
    for step in steps:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdecimal() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return None if data is None else _text(data)


def _text(value: object) -> str:
    """Write a value as a text: its own, or as JSON in one form."""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _alike(reference: str) -> str:
    """Write a reference that is an object or a list in the form of such answers."""
    data = _load(reference)
    return _text(data) if isinstance(data, dict | list) else reference


def _parsed(text: str) -> object:
    whole = _load(text)
    return whole if isinstance(whole, dict | list) else _last_object(text)


def _last_object(text: str) -> object:
    """Return the last object that stands in a text, fenced or not, and in no other object."""
    found: object = None
    start, failures = text.find("{"), 0
    while start >= 0 and failures < _TRIES:
        try:
            found, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            end, failures = start + 1, failures + 1
        start = text.find("{", end)
    return found


def _load(text: str) -> Any:  # noqa: ANN401  JSON
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> float:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
