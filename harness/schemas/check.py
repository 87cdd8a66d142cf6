"""Hold data against a published schema, and say what is wrong in the user's words."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema

from harness.errors import did_you_mean
from harness.schemas import load_schema

_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The first thing that is wrong: where in the data, what, and the next step."""

    keys: tuple[str | int, ...]
    message: str
    hint: str | None = None


def find_problem(data: object, schema: str) -> Problem | None:
    """Return what is wrong with `data` by the schema of that name, or None.

    Data of a later version of the schema are told by their number, before anything else.
    """
    published = load_schema(schema)
    if isinstance(data, Mapping):
        version, known = data.get("schema"), published["properties"].get("schema", {}).get("const")
        if type(version) is int and known is not None and version > known:
            message = f"schema {version} is from a later version; this one reads up to {known}"
            return Problem(keys=("schema",), message=message, hint="update rl-eval-harness")
    odd = next(_oddities(data, ()), None)
    if odd is not None:
        return odd
    error = jsonschema.exceptions.best_match(_validator(schema).iter_errors(data))
    return None if error is None else _explained(error)


@functools.cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(load_schema(schema))


def _oddities(data: object, keys: tuple[str | int, ...]) -> Iterator[Problem]:
    """Find numbers that are none, which a JSON schema lets pass."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _oddities(value, (*keys, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _oddities(value, (*keys, index))
    elif isinstance(data, float) and not math.isfinite(data):
        yield Problem(keys=keys, message=f"{data} is no finite number")


def _explained(error: jsonschema.ValidationError) -> Problem:
    keys = tuple(error.absolute_path)
    # The stubs allow for what only a hand-made error lacks.
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    wanted: Any = error.validator_value
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = schema.get("properties", {})
        unknown = next((key for key in error.instance if key not in known), None)
        if unknown is not None:
            hint = did_you_mean(unknown, known)
            return Problem(keys=(*keys, unknown), message="unknown key", hint=hint)
    if error.validator == "not":  # a key that is allowed, but not beside the others
        return Problem(keys=keys, message="this key does not go with the engine", hint="remove it")
    if error.validator == "required" and isinstance(error.instance, dict):
        missing = ", ".join(repr(key) for key in wanted if key not in error.instance)
        return Problem(keys=keys, message=f"needs {missing}", hint="add it")
    if error.validator == "enum":
        hint = did_you_mean(str(error.instance), map(str, wanted))
        return Problem(keys=keys, message=f"unknown value {error.instance!r}", hint=hint)
    # A value that is to be a secret's name may be the secret.
    message = "this is not what belongs here" if schema.get("writeOnly") else error.message
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]}..."
    return Problem(keys=keys, message=message, hint=schema.get("description"))
