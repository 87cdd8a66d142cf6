"""A change with its interval, by the method that decides claims."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.decide.evidence import weigh
from harness.decide.verdict import FEWEST_CLUSTERS, FEWEST_ITEMS
from harness.diff.pair import Pair
from harness.errors import ClaimError
from harness.records import Part, Policy, Question, Sample

if TYPE_CHECKING:
    from harness.records.data import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure on both sides, and its change with the interval; None where it can't be told.

    Attributes
    ----------
    before, after
        The figure on either side.
    effect
        After less before.
    low, high
        Interval of the effect, at 1 - 2 alpha of the policy.
    p
        Two-sided p-value of "no change".
    items
        How many items it rests on.
    method
        What made the interval, or why there is none.
    """

    before: float
    after: float
    effect: float
    low: float | None
    high: float | None
    p: float | None
    items: int
    method: str

    @property
    def shown(self) -> bool:
        """Whether there is an interval."""
        return self.low is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PerItem:
    """A figure of each item on both sides, before anything is concluded from it.

    Attributes
    ----------
    before, after
        The figure of each of n items, shape [n].
    rows
        Which items of the pair these are; None for all.
    half_range
        Half the width of the range of a difference.
    """

    before: FloatArray
    after: FloatArray
    rows: IntArray | None = None
    half_range: float = 1.0


def plain(policy: Policy) -> Policy:
    """Return the policy for figures that no claim can be made of: over items, whatever it says."""
    return dataclasses.replace(policy, items="population", method="auto", effect=None)


def change_of(  # noqa: PLR0913  a figure on two sides, and what its interval depends on
    pair: Pair,
    before: FloatArray,
    after: FloatArray,
    policy: Policy,
    *,
    rows: IntArray | None = None,
    half_range: float = 1.0,
    noise: float = math.nan,
    identical: bool = False,
) -> Change:
    """Tell the change of a figure that is a mean over items.

    Parameters
    ----------
    before, after
        The figure of each item on either side, shape [n].
    policy
        Method, items and level.
    rows
        Which items of the pair these are; None for all.
    half_range
        Half the width of the range of a difference.
    noise, identical
        As in `Part` and `Sample`.
    """
    part = Part(
        values=after - before,
        half_range=half_range,
        low=-half_range,
        noise=noise,
        clusters=numbered(pair, rows),
    )
    draws = pair.depth if rows is None else pair.depth[rows]
    sample = Sample(
        parts=(part,), draws=int(draws.min()), low=-half_range, high=half_range,
        identical=identical,
    )  # fmt: skip
    return decided(sample, float(before.mean()), float(after.mean()), policy)


def change_in(pair: Pair, found: PerItem) -> Change:
    """Tell the change of a figure that no claim can be made of, such as a length."""
    return change_of(
        pair, found.before, found.after, plain(pair.policy),
        rows=found.rows, half_range=found.half_range,
    )  # fmt: skip


def change_by(pair: Pair, means: tuple[float, float], values: FloatArray, policy: Policy) -> Change:
    """Tell a change that is no difference of means, from its values linearised item by item.

    Parameters
    ----------
    means
        What to show as the figure on either side.
    values
        The mean of which is the change, shape [N].
    """
    part = Part(
        values=values, half_range=1.0, low=-1.0, noise=math.nan, clusters=numbered(pair, None)
    )
    sample = Sample(parts=(part,), draws=int(pair.depth.min()), low=-1.0, high=1.0)
    return decided(sample, *means, policy)


def apart(first: Pair, second: Pair, metric: str) -> Change:
    """Tell how much more a metric changes on the first items than on the second, other, ones.

    The difference of the changes of two pairs of the same sides, on disjoint items, by the method
    of claims on such: Welch's test with a phantom on each side. Before and after are the changes
    on the second and on the first items.
    """
    gaps = [pair.shares(pair.after, metric) - pair.shares(pair.before, metric)
            for pair in (second, first)]  # fmt: skip
    parts = tuple(
        Part(values=sign * gap, half_range=1.0, low=-1.0, noise=math.nan,
             clusters=numbered(pair, None))
        for sign, gap, pair in zip((-1.0, 1.0), gaps, (second, first), strict=True)
    )  # fmt: skip
    draws = min(int(pair.depth.min()) for pair in (first, second))
    sample = Sample(parts=parts, draws=draws, low=-2.0, high=2.0)
    return decided(sample, float(gaps[0].mean()), float(gaps[1].mean()), plain(first.policy))


def decided(sample: Sample, before: float, after: float, policy: Policy) -> Change:
    """Tell the effect in a claim's data by the method that decides on such."""
    low = high = p = None
    if few := next((told for part in sample.parts if (told := _too_few(part))), ""):
        method = few
    else:
        try:
            found = weigh(sample, Question(direction="greater", threshold=0.0), policy)
        except ClaimError as error:
            method = str(error)
        else:
            bounds, method = found.bounds, found.method
            low = max(bounds.lower(policy.alpha), sample.low)
            high = min(bounds.upper(policy.alpha), sample.high)
            p = min(1.0, 2 * min(bounds.p_greater(0.0), bounds.p_less(0.0)))
    return Change(
        before=before, after=after, effect=sum(float(part.values.mean()) for part in sample.parts),
        low=low, high=high, p=p, items=sum(len(part.values) for part in sample.parts),
        method=method,
    )  # fmt: skip


def _too_few(part: Part) -> str:
    """Say that there are too few units to decide on; empty if there are enough."""
    units = len(part.values) if part.clusters is None else int(part.clusters.max()) + 1
    enough = units >= (FEWEST_ITEMS if part.clusters is None else FEWEST_CLUSTERS)
    return "" if enough else f"{units} are too few to decide on"


def numbered(pair: Pair, rows: IntArray | None) -> IntArray | None:
    """Give the clusters of some items numbers from 0, as they come; None if none has two."""
    if pair.clusters is None:
        return None
    names = pair.clusters if rows is None else pair.clusters[rows]
    if (names < 0).all():
        return None
    own = np.where(names < 0, -1 - np.arange(len(names)), names)  # each a cluster of its own
    _, first, codes = np.unique(own, return_index=True, return_inverse=True)
    if len(first) == len(names):
        return None
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[codes.ravel()]
