"""What the draws came to: tallies, the statistics read off them, and the data of a claim."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from harness.records.definition import Where, describe_where

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
class Source:
    """Which draws a statistic reads: of an arm or of what it is held against, on selected items.

    `baseline` is empty for the arm's own draws; else it names what is stored of it: ``baseline``,
    the last that was accepted, or ``anchor``, which stays.
    `where` is what the eval's marker selects, `narrowed` what the test itself selects of that.
    `recipe` names the recipe that the arm stands for as one of its training seeds; an empty `arm`
    stands for all of them.
    """

    task: str
    arm: str
    baseline: str
    draws: int
    where: Where = ()
    narrowed: Where = ()
    recipe: str = ""

    def narrow(self, where: Where) -> Source:
        """Keep only the items with these tags, of those that are selected already."""
        return dataclasses.replace(self, narrowed=(*self.narrowed, *where))

    def __str__(self) -> str:
        """Name the source as the test wrote it."""
        name = f"{self.baseline}[{self.name}]" if self.baseline else self.name
        return f"{name}({describe_where(self.narrowed)})" if self.narrowed else name

    @property
    def name(self) -> str:
        """The arm, or the recipe that it stands for."""
        return self.recipe or self.arm


Kind = Literal["pass_at", "pass_hat", "g_pass_at", "majority_at", "distinct_at", "mean", "rate"]
#: How figures of k draws are written, up to their k.
_OF_K: Mapping[str, str] = {
    "pass_at": "pass@", "pass_hat": "pass^", "g_pass_at": "g-pass@",
    "majority_at": "majority@", "distinct_at": "distinct@",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One per-item figure of one source, in [0, 1].

    `kind` is ``pass_at`` (the unbiased pass@k of a 0/1 metric), ``pass_hat`` (pass^k: all of k
    right), ``g_pass_at`` (at least a share `tau` of k right), ``majority_at`` (the plurality vote
    over k answers is right), ``distinct_at`` (different answers among k, per draw), ``mean`` (of a
    metric) or ``rate`` (the share of draws whose text satisfies `predicate`).
    """

    source: Source
    kind: Kind
    metric: str = "correct"
    k: int = 1
    tau: float | None = None
    predicate: Callable[[str], object] | None = None

    def __str__(self) -> str:
        """Name the figure in the field's words."""
        name = _OF_K.get(self.kind)
        if name is None:
            return f"{self.source}.{self.kind}({self.metric})"
        suffix = "" if self.metric == "correct" or self.of_answers else f"[{self.metric}]"
        share = "" if self.tau is None else f"(tau={self.tau!r})"
        return f"{self.source}.{name}{self.k}{suffix}{share}"

    @property
    def votes(self) -> bool:
        """Whether it is a vote over answers, which can't tell its noise."""
        return self.kind == "majority_at"

    @property
    def of_answers(self) -> bool:
        """Whether it reads the answers of the draws, and no metric."""
        return self.kind in {"majority_at", "distinct_at"}

    @property
    def of_counts(self) -> bool:
        """Whether it reads how many draws are right by a 0/1 metric."""
        return self.kind in {"pass_at", "pass_hat", "g_pass_at"}


Terms = tuple[tuple[float, Statistic], ...]

_DIGITS = 12  # of weights: six sixths are 1


def whole(statistic: Statistic) -> Statistic:
    """Return the statistic of a recipe that one of a seed is a part of; any other as it is."""
    if not statistic.source.recipe:
        return statistic
    return dataclasses.replace(statistic, source=dataclasses.replace(statistic.source, arm=""))


def summed(terms: Terms) -> Terms:
    """Return a combination with one term for each statistic of a recipe, whatever its seeds."""
    total: dict[Statistic, float] = {}
    for weight, statistic in terms:
        found = whole(statistic)
        total[found] = total.get(found, 0.0) + weight
    return tuple((round(weight, _DIGITS), statistic) for statistic, weight in total.items())


def bounds_of(weights: Iterable[float]) -> tuple[float, float]:
    """Return the least and the most that a weighted sum of statistics in [0, 1] can be."""
    low = high = 0.0
    for weight in weights:
        low, high = low + min(weight, 0.0), high + max(weight, 0.0)
    return round(low, _DIGITS) + 0.0, round(high, _DIGITS)


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
