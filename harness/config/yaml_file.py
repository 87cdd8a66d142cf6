"""Read a YAML file so that every later complaint can name its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harness.errors import ConfigError
from harness.schemas.check import find_problem

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
        reason = getattr(error, "problem", None) or "not readable"
        msg = f"this is no YAML: {reason}"
        raise ConfigError(msg, where=where) from None
    except RecursionError:
        msg = "this file is nested too deeply"
        raise ConfigError(msg, where=str(path)) from None
    except ValueError as error:  # what YAML takes for a date or a number, and Python does not
        msg = f"this file holds an impossible value: {error}"
        raise ConfigError(msg, where=str(path)) from None
    if data is None:
        msg = "this file is empty"
        raise ConfigError(msg, where=str(path), hint="begin with `schema: 1`")
    file = YamlFile(path=path, data=data, lines=lines)
    problem = find_problem(data, schema)
    if problem is not None:
        raise ConfigError(problem.message, where=file.where(problem.keys), hint=problem.hint)
    return file


def _lines(
    node: yaml.Node, keys: tuple[Key, ...], path: Path, above: tuple[yaml.Node, ...] = ()
) -> Iterator[tuple[tuple[Key, ...], int]]:
    """Yield the line of each key, and refuse what YAML allows and a config can't mean."""
    line = node.start_mark.line + 1
    if node in above:
        msg = "this value holds itself"
        raise ConfigError(msg, where=f"{path}:{line}", hint="take the alias (*) away")
    yield keys, line
    above = (*above, node)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            _check_key(key, seen, f"{path}:{line}")
            seen[key.value] = line
            yield from _lines(value, (*keys, key.value), path, above)
            yield (*keys, key.value), line
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*keys, index), path, above)


def _check_key(key: yaml.Node, seen: Mapping[str, int], where: str) -> None:
    if not isinstance(key, yaml.ScalarNode):
        msg = "a key must be a word"
        raise ConfigError(msg, where=where)
    if key.tag != "tag:yaml.org,2002:str":
        msg = f"YAML reads the key {key.value!r} as {key.tag.rpartition(':')[2]}, not as text"
        raise ConfigError(msg, where=where, hint=f"write it in quotes: '{key.value}'")
    if key.value in seen:
        msg = f"key {key.value!r} stands twice"
        raise ConfigError(msg, where=where, hint=f"first on line {seen[key.value]}; keep one")
