"""Items of a task's own: one JSON object a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from harness.errors import TaskError
from harness.records import Item
from harness.records.item import Tags
from harness.schemas.check import find_problem
from harness.schemas.read import unique
from harness.tasks.twins import check_twins

_PLAIN = frozenset({"prompt", "reference", "tags"})
_TEXT = frozenset({str})


def read_items(path: Path, where: str) -> tuple[Item, ...]:
    """Read the items of a JSONL file, which `where` names.

    Raises
    ------
    TaskError
        If a line is wrong, a prompt stands twice, or twins are no pair; names the line.
    """
    lines: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8") as file:
            items = tuple(_items(file, path, lines))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        msg = f"can't read {path}: {reason}"
        raise TaskError(msg, where=where) from None
    if not items:
        msg = f"{path} holds no items"
        raise TaskError(msg, where=where)
    check_twins(items, lambda item: f"{path}:{lines[item.prompt]}")
    return items


def _items(lines: Iterable[str], path: Path, known: dict[str, int]) -> Iterator[Item]:
    """Yield the items of lines, and enter in `known` on which line each prompt stands."""
    alike: dict[tuple[tuple[str, str], ...], Tags] = {}  # many items have the same tags
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _row(line, path, number)
        prompt, tags = row["prompt"], row.get("tags", {})
        if (first := known.setdefault(prompt, number)) != number:
            # Two items on one prompt would share their draws and count them twice.
            msg = f"this prompt stands on line {first} already: {prompt!r}"
            raise TaskError(msg, where=f"{path}:{number}", hint="keep one")
        yield Item(
            id=item_id(prompt, row["reference"]),
            prompt=prompt,
            reference=row["reference"],
            tags=alike.setdefault(tuple(tags.items()), tags),
            cluster=row.get("cluster"),
            twin=row.get("twin"),
        )


def _row(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        row = _DECODER.decode(line)
    except RecursionError:
        msg = "this line is nested too deeply"
        raise TaskError(msg, where=f"{path}:{number}") from None
    except ValueError as error:
        msg = f"this line is no JSON: {getattr(error, 'msg', error)}"
        raise TaskError(msg, where=f"{path}:{number}") from None
    problem = None if _is_plain(row) else find_problem(row, "item")
    if problem is not None:
        key = ".".join(map(str, problem.keys))
        place = f"{path}:{number}: {key}" if key else f"{path}:{number}"
        raise TaskError(problem.message, where=place, hint=problem.hint)
    found: dict[str, Any] = row
    return found


def _is_plain(row: Any) -> bool:  # noqa: ANN401  any JSON
    """Say at a glance whether a row keeps to the schema, which takes its time."""
    return (
        type(row) is dict
        and _PLAIN.issuperset(row)
        and type(row.get("prompt")) is type(row.get("reference")) is str
        and row["prompt"] != ""
        and type(tags := row.get("tags", {})) is dict
        and _TEXT.issuperset(map(type, tags.values()))
    )


# Made once: `json.loads` and `json.dumps` with options make one for each line.
_DECODER = json.JSONDecoder(object_pairs_hook=unique)
_written = json.JSONEncoder(ensure_ascii=False).encode


def item_id(prompt: str, reference: str) -> str:
    """Hash what makes an item itself, its prompt and reference, to 16 hexadecimal digits."""
    content = f"[{_written(prompt)}, {_written(reference)}]"
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
