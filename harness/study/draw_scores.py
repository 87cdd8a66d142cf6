"""The reward and the gold score of every draw of a side, where they are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.diff.side import Side
    from harness.records.data import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPairs:
    """Draws of N items by two scores; a row may stand for several.

    Attributes
    ----------
    items
        The place of each row's item, from 0 to N - 1, shape [T].
    reward, gold
        The scores, in [0, 1], shape [T].
    counts
        How many draws a row stands for, shape [T].
    """

    items: IntArray
    reward: FloatArray
    gold: FloatArray
    counts: IntArray


def drawn_pairs(pair: Pair, side: Side, reward: str, gold: str) -> DrawnPairs | None:
    """Return the scores of a side's draws; None where its sums don't tell them.

    Two 0/1 scores are told by their sums and the sum of their product.
    """
    paid, good = (pair.sums(side, name) for name in (reward, gold))
    if np.array_equal(_products(pair, side, reward, reward), paid) and np.array_equal(
        _products(pair, side, gold, gold), good
    ):
        both = _products(pair, side, reward, gold)
        counts = np.stack([both, paid - both, good - both, side.tally.draws - paid - good + both])
        rows, items = np.nonzero(counts)
        return DrawnPairs(
            items=items,
            reward=(rows < 2).astype(np.float64),  # noqa: PLR2004  the first two are paid
            gold=(rows % 2 == 0).astype(np.float64),
            counts=counts[rows, items].astype(np.int64),
        )
    if side.scores is None:
        return None
    items, values = side.scores.columns(side.tally.ids, side.tally.draws, (reward, gold))
    ones = np.ones(len(items), dtype=np.int64)
    return DrawnPairs(items=items, reward=values[:, 0], gold=values[:, 1], counts=ones)


def _products(pair: Pair, side: Side, one: str, two: str) -> FloatArray:
    """Return the sum of the product of two metrics over each item's draws, shape [N]."""
    return side.tally.products[:, pair.column(side, one), pair.column(side, two)]
