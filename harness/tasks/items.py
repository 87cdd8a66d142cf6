"""Items of a task's own: one JSON object a line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from harness.errors import TaskError
from harness.records import Item
from harness.schemas.check import find_problem
from harness.tasks.twins import check_twins


def read_items(path: Path, where: str) -> tuple[Item, ...]:
    """Read the items of a JSONL file, which `where` names.

    Raises
    ------
    TaskError
        If a line is wrong, a prompt stands twice, or twins are no pair; names the line.
    """
    lines: dict[str, int] = {}
    items: list[Item] = []
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                item = _item(line, f"{path}:{number}")
                if item.prompt in lines:
                    # Two items on one prompt would share their draws and count them twice.
                    msg = (
                        f"this prompt stands on line {lines[item.prompt]} already: {item.prompt!r}"
                    )
                    raise TaskError(msg, where=f"{path}:{number}", hint="keep one")
                lines[item.prompt] = number
                items.append(item)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        msg = f"can't read {path}: {reason}"
        raise TaskError(msg, where=where) from None
    if not items:
        msg = f"{path} holds no items"
        raise TaskError(msg, where=where)
    check_twins(items, lambda item: f"{path}:{lines[item.prompt]}")
    return tuple(items)


def _item(line: str, where: str) -> Item:
    try:
        row = json.loads(line, object_pairs_hook=_unique)
    except RecursionError:
        msg = "this line is nested too deeply"
        raise TaskError(msg, where=where) from None
    except ValueError as error:
        msg = f"this line is no JSON: {getattr(error, 'msg', error)}"
        raise TaskError(msg, where=where) from None
    problem = None if _is_plain(row) else find_problem(row, "item")
    if problem is not None:
        key = ".".join(map(str, problem.keys))
        place = f"{where}: {key}" if key else where
        raise TaskError(problem.message, where=place, hint=problem.hint)
    return Item(
        id=item_id(row["prompt"], row["reference"]),
        prompt=row["prompt"],
        reference=row["reference"],
        tags=row.get("tags", {}),
        cluster=row.get("cluster"),
        twin=row.get("twin"),
    )


def _is_plain(row: Any) -> bool:  # noqa: ANN401  any JSON
    """Say at a glance whether a row keeps to the schema, which takes its time."""
    return (
        type(row) is dict
        and row.keys() <= {"prompt", "reference", "tags"}
        and {type(row.get("prompt")), type(row.get("reference"))} == {str}
        and row["prompt"] != ""
        and type(row.get("tags", {})) is dict
        and {type(value) for value in row.get("tags", {}).values()} <= {str}
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        msg = f"key {twice!r} stands twice"
        raise ValueError(msg)
    return found


def item_id(prompt: str, reference: str) -> str:
    """Hash what makes an item itself, its prompt and reference, to 16 hexadecimal digits."""
    content = json.dumps([prompt, reference], ensure_ascii=False)
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
