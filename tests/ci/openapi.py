"""Hold requests and answers against a description of an API."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema

_METHODS = {"get", "post", "patch", "put", "delete"}


class Description:
    """An OpenAPI description, version 3.0."""

    def __init__(self, path: Path) -> None:
        self._data = _nullable(json.loads(path.read_text(encoding="utf-8")))
        self._ways = [
            (method, re.compile(re.sub(r"\{\w+\}", "([^/]+)", template)), template)
            for template, operations in self._data["paths"].items()
            for method in _METHODS & set(operations)
        ]

    def problem(
        self, method: str, path: str, query: Mapping[str, list[str]], body: object
    ) -> str | None:
        """Say what is wrong with a request; None if nothing is."""
        operation = self._operation(method, path)
        if operation is None:
            return f"no such operation: {method} {path}"
        parameters = [self._resolved(one) for one in operation.get("parameters", [])]
        known = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
        for name, values in query.items():
            if name not in known or len(values) != 1:
                return f"{method} {path}: no parameter {name}={values}"
            kind = known[name].get("type")
            value = int(values[0]) if kind == "integer" and values[0].isdigit() else values[0]
            found = self._invalid(value, known[name])
            if found:
                return f"{method} {path}: {name}: {found}"
        if "requestBody" not in operation:
            return None if body is None else f"{method} {path} takes no body"
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        return self._invalid(body, {**schema, "additionalProperties": False})

    def wrong_answer(self, method: str, path: str, status: int, body: object) -> str | None:
        """Say what is wrong with an answer; None if nothing is, or none is described."""
        operation = self._operation(method, path) or {}
        response = self._resolved(operation.get("responses", {}).get(str(status), {}))
        content = response.get("content", {}).get("application/json")
        return self._invalid(body, content["schema"]) if content else None

    def smallest(self, name: str, /, **given: object) -> dict[str, Any]:
        """Return the smallest object of a named schema, with what is given in it."""
        found: dict[str, Any] = self._smallest(self._data["components"]["schemas"][name])
        return {**found, **given}

    def _smallest(self, schema: dict[str, Any]) -> Any:  # noqa: ANN401  JSON
        schema = self._resolved(schema)
        if "anyOf" in schema:
            return self._smallest(schema["anyOf"][0])
        if "allOf" in schema:
            return self._smallest(schema["allOf"][0])
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("type") == "object":
            properties = schema.get("properties", {})
            return {key: self._smallest(properties[key]) for key in schema.get("required", [])}
        values = {"string": "x", "integer": 1, "number": 1, "boolean": False, "array": []}
        return values[schema["type"]]

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for known, pattern, template in self._ways:
            if known == method.lower() and pattern.fullmatch(path):
                found: dict[str, Any] = self._data["paths"][template][known]
                return found
        return None

    def _resolved(self, data: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in data:
            return data
        _, _, kind, name = data["$ref"].split("/")
        found: dict[str, Any] = self._data["components"][kind][name]
        return found

    def _invalid(self, value: object, schema: dict[str, Any]) -> str | None:
        whole = {**schema, "components": self._data["components"]}
        error = jsonschema.exceptions.best_match(
            jsonschema.Draft202012Validator(whole).iter_errors(value)
        )
        return None if error is None else f"{list(error.absolute_path)}: {error.message[:200]}"


def _nullable(data: Any) -> Any:  # noqa: ANN401  JSON
    """Write `nullable`, which JSON schemas lack, as a type."""
    if isinstance(data, list):
        return [_nullable(one) for one in data]
    if not isinstance(data, dict):
        return data
    found = {key: _nullable(value) for key, value in data.items()}
    if found.pop("nullable", False) is True:
        return {"anyOf": [found, {"type": "null"}]}
    return found
