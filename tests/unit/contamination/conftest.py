"""A task of one's own, and files to hold it against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from harness.contamination import Contamination, Terms, contamination
from harness.records import Item, Task
from harness.tasks.items import item_id

Compare = Callable[..., Contamination]


def item_of(prompt: str, reference: str, split: str = "") -> Item:
    """Make an item."""
    tags = {"split": split} if split else {}
    return Item(id=item_id(prompt, reference), prompt=prompt, reference=reference, tags=tags)


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    """Return what holds items against files of given names and contents."""

    def _compare(
        items: Sequence[tuple[str, str]], files: dict[str, bytes], **terms: object
    ) -> Contamination:
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
        made = tuple(item_of(*one) for one in items)
        task = Task(name="sums", items=made, metrics=(), answer="correct")
        paths = [str(tmp_path / name) for name in files]
        return contamination(task, paths, Terms(**terms))  # type: ignore[arg-type]

    return _compare
