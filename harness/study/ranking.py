"""Whether the reward ranks the draws of an item as the gold score does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.change import change_of, plain
from harness.stats.concordance import concordance

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.study.draw_scores import DrawnPairs

_CHANCE = 0.5  # that a reward which knows nothing ranks two draws rightly


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The chance that of two draws of one item the better one by gold has the higher reward.

    Ties of the reward count half. It is the mean over items of the area under the ROC curve, where
    gold is 0 or 1. Estimate and bounds are None where they can't be told.

    Attributes
    ----------
    items
        How many items it rests on.
    silent
        How many others tell nothing, since all their draws are alike by gold.
    tied
        How many of `items` have one reward in all draws.
    """

    estimate: float | None
    low: float | None
    high: float | None
    items: int
    silent: int
    tied: int


def ranking_of(pair: Pair, drawn: DrawnPairs) -> Ranking:
    """Tell how well the reward ranks the draws of a side."""
    size = len(pair.items)
    alike, pairs = concordance(drawn.items, drawn.reward, drawn.gold, drawn.counts, size)
    rows = np.flatnonzero(pairs > 0)
    least, most = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(least, drawn.items, drawn.reward)
    np.maximum.at(most, drawn.items, drawn.reward)
    estimate = low = high = None
    if len(rows):
        values = alike[rows] / pairs[rows]
        estimate = float(values.mean())
        found = change_of(
            pair, np.full(len(rows), _CHANCE), values, plain(pair.policy), rows=rows, half_range=0.5
        )
        if found.low is not None and found.high is not None:
            low, high = found.low + _CHANCE, found.high + _CHANCE
    return Ranking(
        estimate=estimate, low=low, high=high, items=len(rows), silent=size - len(rows),
        tied=int((least[rows] == most[rows]).sum()),
    )  # fmt: skip
