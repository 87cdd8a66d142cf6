"""Which items have an n-gram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from harness.records.data import IntArray


class Postings:
    """The items of each n-gram, as one array with the places where each list begins."""

    def __init__(self, grams: Sequence[IntArray], count: int) -> None:
        sizes = [len(one) for one in grams]
        owners = np.repeat(np.arange(len(grams)), sizes)
        every = np.concatenate([*grams, np.zeros(0, dtype=np.int64)]).astype(np.int64)
        self._items = owners[np.argsort(every, kind="stable")]
        self._starts = np.concatenate(([0], np.cumsum(np.bincount(every, minlength=count))))

    def of(self, grams: IntArray) -> tuple[IntArray, IntArray]:
        """Return the pairs of these n-grams and their items: rows of `grams`, and items."""
        sizes = self._starts[grams + 1] - self._starts[grams]
        rows = np.repeat(np.arange(len(grams)), sizes)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return rows, self._items[self._starts[grams][rows] + within]
