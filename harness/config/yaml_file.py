"""Read a YAML file so that every later complaint can name its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from harness.errors import ConfigError, did_you_mean
from harness.schemas import load_schema

Key = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """The data of a YAML file, and the line on which each of its keys stands."""

    path: Path
    data: Any
    lines: dict[tuple[Key, ...], int]

    def where(self, keys: Sequence[Key]) -> str:
        """Name the place of a key: ``file:line: dotted.key``; of its nearest parent if absent."""
        known = tuple(keys)
        while known and known not in self.lines:
            known = known[:-1]
        dotted = ".".join(map(str, keys))
        place = f"{self.path}:{self.lines.get(known, 1)}"
        return f"{place}: {dotted}" if dotted else place


def read_yaml(path: Path, schema: str) -> YamlFile:
    """Read `path` and hold it against the published schema named `schema`.

    Raises
    ------
    ConfigError
        If the file can't be read, is no YAML, repeats a key, comes from a later version or
        breaks the schema.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        msg = f"can't read this file: {reason}"
        raise ConfigError(msg, where=str(path)) from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = dict(_lines(node, (), path)) if node else {}
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or "not readable"
        msg = f"this is no YAML: {problem}"
        raise ConfigError(msg, where=where) from None
    file = YamlFile(path=path, data=data, lines=lines)
    _check(file, load_schema(schema))
    return file


def _lines(
    node: yaml.Node, keys: tuple[Key, ...], path: Path
) -> Iterator[tuple[tuple[Key, ...], int]]:
    yield keys, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                msg = f"key {key.value!r} stands twice"
                hint = f"first on line {seen[key.value]}; keep one"
                raise ConfigError(msg, where=f"{path}:{line}", hint=hint)
            seen[key.value] = line
            yield from _lines(value, (*keys, key.value), path)
            yield (*keys, key.value), line
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*keys, index), path)


def _check(file: YamlFile, schema: dict[str, Any]) -> None:
    if isinstance(file.data, dict):
        version, known = file.data.get("schema"), schema["properties"]["schema"]["const"]
        if isinstance(version, int) and not isinstance(version, bool) and version > known:
            msg = f"schema {version} is from a later version; this one reads up to {known}"
            raise ConfigError(msg, where=file.where(["schema"]), hint="update rl-eval-harness")
    errors = jsonschema.Draft202012Validator(schema).iter_errors(file.data)
    error = jsonschema.exceptions.best_match(errors)
    if error is not None:
        raise _explain(file, error)


def _explain(file: YamlFile, error: jsonschema.ValidationError) -> ConfigError:
    keys = list(error.absolute_path)
    # The stubs allow for what only a hand-made error lacks.
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    wanted: Any = error.validator_value
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = schema.get("properties", {})
        unknown = next((key for key in error.instance if key not in known), None)
        if unknown is not None:
            where = file.where([*keys, str(unknown)])
            return ConfigError("unknown key", where=where, hint=did_you_mean(str(unknown), known))
    if error.validator == "required" and isinstance(error.instance, dict):
        missing = [key for key in wanted if key not in error.instance]
        listed = ", ".join(map(repr, missing))
        return ConfigError(f"needs {listed}", where=file.where(keys), hint="add it")
    if error.validator == "enum":
        hint = did_you_mean(str(error.instance), map(str, wanted))
        return ConfigError(f"unknown value {error.instance!r}", where=file.where(keys), hint=hint)
    return ConfigError(error.message, where=file.where(keys), hint=schema.get("description"))
