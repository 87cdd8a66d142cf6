"""A shard's share of the items: dealt by their prompts, the same way on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.records import Item
from harness.store.database import hash_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Shard `index` of `count`, from 1; `run` is the name that all have, empty for none."""

    index: int
    count: int
    run: str = ""

    def of(self, items: Sequence[Item]) -> list[Item]:
        """Return the items whose draws are this shard's to take.

        Not dealt by item: two tasks may ask one prompt, whose draws are the same, and must not
        be taken by two shards.
        """
        return [item for item in items if _number(item.prompt) % self.count == self.index - 1]


def _number(prompt: str) -> int:
    return int.from_bytes(hash_of(prompt), "big")
