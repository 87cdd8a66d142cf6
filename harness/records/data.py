"""What the draws came to: tallies, and the data of a claim."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the draws of an arm came to, item by item; all that an estimate needs.

    Attributes
    ----------
    ids
        Item ids, N of them, all different.
    draws
        Draws per item, shape [N].
    metrics
        Names of the M metrics.
    sums
        Sum of each metric over an item's draws, shape [N, M].
    products
        Sum of the products of each two metrics, shape [N, M, M]; squares on the diagonal.
    answers
        For each item, how often each (hashed) answer was given; "" is no answer.
    right
        For each item, the (hashed) answer that is right, as its reference says; none where that
        is not known yet.
    exact
        Whether nothing about the draws is random, as with likelihoods: more would be the same.
    """

    ids: tuple[str, ...]
    draws: IntArray
    metrics: tuple[str, ...]
    sums: FloatArray
    products: FloatArray
    answers: tuple[Mapping[str, int], ...]
    right: tuple[str, ...] = ()
    exact: bool = False

    def chosen(self, rows: Sequence[int]) -> Tally:
        """Return some of its items, in this order."""
        places = list(rows)
        return Tally(
            ids=tuple(self.ids[row] for row in places),
            draws=self.draws[places],
            metrics=self.metrics,
            sums=self.sums[places],
            products=self.products[places],
            answers=tuple(self.answers[row] for row in places),
            right=tuple(self.right[row] for row in places) if self.right else (),
            exact=self.exact,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How much of the data a decision sees: the first `draws` of each item, of a `share` of items.

    The items stand in a fixed, seeded order; a look sees all that an earlier one saw.
    """

    draws: int
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Per-item values of a linear combination of statistics on one set of items.

    Attributes
    ----------
    values
        The combination on each item, shape [N], in the order of the looks.
    half_range
        Half the width of the range that a value can take: R = sum |coefficient| / 2.
    noise
        Mean over items of the variance that a value owes to the draws alone; NaN if unknown.
    growing
        The part of `noise` that more draws would lessen: a stored baseline takes none.
    growing_at_cap
        What `growing` would be at the most draws that the claim may take.
    clusters
        For each item the number of its cluster, shape [N]; None if items are independent.
    low
        The least that a value can be; half the range below zero if not said.
    twins
        Whether a value is one of two items, which are twins.
    of_seeds
        The part of `noise` that is of draws of recipes: it is in what their seeds differ by, too.
    """

    values: FloatArray
    half_range: float
    noise: float
    growing: float = math.nan
    growing_at_cap: float = math.nan
    clusters: IntArray | None = None
    low: float = math.nan
    twins: bool = False
    of_seeds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedMeans:
    """What each training seed of a recipe has in a claim; the recipe has their mean.

    Attributes
    ----------
    recipe
        Its name.
    means
        Each checkpoint's combination of its statistics, over the items, shape [S], S >= 2.
    """

    recipe: str
    means: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The data of one claim: one part when all is paired, more when the items are disjoint.

    The effect lies in [`low`, `high`]; `draws` is the smallest number of draws of an item.

    Attributes
    ----------
    share
        Share of the items that this look sees.
    identical
        Whether each item's draws are all alike, as at temperature 0: then they count once.
    voters
        Draws that make one vote, where a statistic is of answers: k draws count once.
    means
        Mean of each statistic that the effect is made of.
    rounds
        The effect in each round of one draw of every item, where it is decided by rounds.
    seeds
        The recipes in the claim.
    """

    parts: tuple[Part, ...]
    draws: int
    low: float
    high: float
    share: float = 1.0
    identical: bool = False
    voters: int = 1
    means: tuple[float, ...] = ()
    rounds: FloatArray | None = None
    seeds: tuple[SeedMeans, ...] = ()

    @property
    def twins(self) -> bool:
        """Whether some values are those of two items, which are twins."""
        return any(part.twins for part in self.parts)

    @property
    def items(self) -> int:
        """How many items there are."""
        return sum(len(part.values) * (2 if part.twins else 1) for part in self.parts)

    @property
    def contrast(self) -> bool:
        """Whether the coefficients cancel, so that an effect of zero means no change."""
        return abs(self.low + self.high) < 1e-9  # noqa: PLR2004

    @property
    def counted(self) -> int:
        """Draws per item that count: one, where they are all alike, and one of each k that vote.

        A vote over k of n draws, averaged over all choices of them, varies no more than the mean
        of n // k votes over draws of their own (Hoeffding 1948).
        """
        return 1 if self.identical else max(self.draws // self.voters, 1)
