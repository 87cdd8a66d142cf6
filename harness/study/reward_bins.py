"""What a reward is worth: the gold score of draws by their reward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.decide.verdict import FEWEST_CLUSTERS, FEWEST_ITEMS
from harness.diff.change import numbered
from harness.diff.curve import units_of
from harness.stats.mean import floored_se, t_quantile

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.diff.pair import Pair
    from harness.records.data import FloatArray
    from harness.study.draw_scores import DrawnPairs

_MOST = 5  # bins


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The mean gold score of a side's draws in a bin, or the share of right ones.

    Attributes
    ----------
    share
        Of the side's draws that lie in the bin, a mean over items.
    draws, items
        How many these are, and of how many items.
    estimate
        A ratio of two means over items.
    low, high
        Its interval, over items or clusters; None where these are too few.
    """

    share: float
    draws: int
    items: int
    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Draws whose reward lies in [`low`, `high`]; None of a side that has none, or is not known."""

    low: float
    high: float
    before: Level | None
    after: Level | None


def bins_of(pair: Pair, sides: Sequence[DrawnPairs | None]) -> tuple[Bin, ...]:
    """Tell the gold score by the reward, on both sides.

    Each value of the reward is a bin, if there are no more than five; else fifths of the draws of
    both sides together.
    """
    known = [one for one in sides if one is not None]
    if not known:
        return ()
    rewards = np.concatenate([one.reward for one in known])
    values = np.unique(rewards)
    if len(values) > _MOST:
        weights = np.concatenate([one.counts for one in known])
        values = _heads(rewards, weights)
    found = []
    for place, low in enumerate(values.tolist()):
        end = values[place + 1] if place + 1 < len(values) else np.inf
        within = (rewards >= low) & (rewards < end)
        before, after = (
            None if one is None else _level(pair, one, (one.reward >= low) & (one.reward < end))
            for one in sides
        )
        high = float(rewards[within].max())
        found.append(Bin(low=low, high=high, before=before, after=after))
    return tuple(found)


def _heads(rewards: FloatArray, weights: npt.NDArray[np.int64]) -> FloatArray:
    """Return the least reward of each fifth of the draws; of a value that fills two, once."""
    order = np.argsort(rewards)
    total = np.cumsum(weights[order])
    places = np.searchsorted(total, total[-1] * np.arange(_MOST) / _MOST, side="right")
    return np.unique(rewards[order][places])


def _level(pair: Pair, drawn: DrawnPairs, inside: npt.NDArray[np.bool_]) -> Level | None:
    size = len(pair.items)
    weights = drawn.counts * inside
    draws = np.bincount(drawn.items, drawn.counts, size)
    counts = np.bincount(drawn.items, weights, size)
    shares = counts / draws
    share = float(shares.mean())
    if share == 0:
        return None
    gold = np.bincount(drawn.items, weights * drawn.gold, size) / draws
    estimate = float(gold.mean()) / share
    low, high = _bounds(pair, estimate + (gold - estimate * shares) / share, shares)
    return Level(
        share=share, draws=int(counts.sum()), items=int((shares > 0).sum()), estimate=estimate,
        low=low, high=high,
    )  # fmt: skip


def _bounds(
    pair: Pair, values: FloatArray, shares: FloatArray
) -> tuple[float, float] | tuple[None, None]:
    """Return the interval of a ratio whose values are linearised item by item (Cochran 1977, 6.4).

    The floor's phantom item lies in the bin with all its draws, so that it weighs more where the
    bin is small: wide rather than too sure, as where nearly all draws of a bin are right.
    """
    clusters = numbered(pair, None)
    inside = shares > 0
    count = int(inside.sum()) if clusters is None else len(np.unique(clusters[inside]))
    if count < (FEWEST_ITEMS if clusters is None else FEWEST_CLUSTERS):
        return None, None
    units = units_of(pair, np.arange(len(values)), values[:, None])[:, 0]
    mean = float(units.mean())
    squares = np.square(units - mean).sum()
    width = t_quantile(1 - pair.policy.alpha, count - 1) * float(
        floored_se(squares, len(units), 0.5 / float(shares.mean()))
    )
    return max(mean - width, 0.0), min(mean + width, 1.0)
