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
    """The first thing that is wrong: where in the data, what, and the next step.

    `later` says that the data are of a later version, so that nothing but an update helps.
    """

    keys: tuple[str | int, ...]
    message: str
    hint: str | None = None
    later: bool = False


def find_problem(data: object, schema: str) -> Problem | None:
    """Return what is wrong with `data` by the schema of that name, or None.

    Data of a later version of the schema are told by their number, before anything else.
    """
    published = load_schema(schema)
    if isinstance(data, Mapping):
        version, known = data.get("schema"), published["properties"].get("schema", {}).get("const")
        if type(version) is int and known is not None and version > known:
            message = f"schema {version} is from a later version; this one reads up to {known}"
            hint = "update rl-eval-harness"
            return Problem(keys=("schema",), message=message, hint=hint, later=True)
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
    said: str | None = schema.get("description")
    if isinstance(error.instance, dict):
        problem = _of_keys(error.instance, keys, str(error.validator), schema)
        if problem is not None:
            return problem
    if error.validator == "not":  # a key that is allowed, but not beside the others
        message = said or "this key does not go with the engine"
        return Problem(keys=keys, message=message, hint="remove it")
    if error.validator == "enum":
        hint = did_you_mean(str(error.instance), map(str, wanted))
        return Problem(keys=keys, message=f"unknown value {error.instance!r}", hint=hint)
    # A value that is to be a secret's name may be the secret.
    message = "this is not what belongs here" if schema.get("writeOnly") else error.message
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]}..."
    return Problem(keys=keys, message=message, hint=said)


def _of_keys(
    data: Mapping[str, Any], keys: tuple[str | int, ...], rule: str, schema: Mapping[str, Any]
) -> Problem | None:
    """Explain what is wrong with the keys of an object, if that is what a rule is about."""
    wanted: Any = schema.get(rule)
    if rule == "additionalProperties":
        known = schema.get("properties", {})
        unknown = next((key for key in data if key not in known), None)
        if unknown is not None:
            hint = did_you_mean(unknown, known)
            return Problem(keys=(*keys, unknown), message="unknown key", hint=hint)
    if rule == "required":
        missing = ", ".join(repr(key) for key in wanted if key not in data)
        hint = schema.get("description", "add it")
        return Problem(keys=keys, message=f"needs {missing}", hint=hint)
    if rule == "dependentRequired":
        key = next(key for key, needs in wanted.items() if key in data and needs[0] not in data)
        message = f"this key goes with `{wanted[key][0]}` alone"
        return Problem(keys=(*keys, key), message=message, hint="remove it")
    if rule == "oneOf":  # of keys: each way is {"required": [key]}
        given = [repr(way["required"][0]) for way in wanted if way["required"][0] in data]
        message = f"{' and '.join(given)} don't go together"
        return Problem(keys=keys, message=message, hint="keep one")
    return None
