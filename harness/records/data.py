"""What the draws came to: tallies, the statistics read off them, and the data of a claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    """

    ids: tuple[str, ...]
    draws: IntArray
    metrics: tuple[str, ...]
    sums: FloatArray
    products: FloatArray
    answers: tuple[Mapping[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which draws a statistic reads: of an arm or of its baseline, on selected items.

    `where` is what the eval's marker selects, `narrowed` what the test itself selects of that.
    """

    task: str
    arm: str
    baseline: bool
    draws: int
    where: Where = ()
    narrowed: Where = ()

    def __str__(self) -> str:
        """Name the source as the test wrote it."""
        name = f"baseline[{self.arm}]" if self.baseline else self.arm
        return f"{name}({describe_where(self.narrowed)})" if self.narrowed else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One per-item figure of one source, in [0, 1].

    `kind` is ``pass_at`` (the unbiased pass@k of a 0/1 metric), ``mean`` (of a metric) or
    ``rate`` (the share of draws whose text satisfies `predicate`).
    """

    source: Source
    kind: Literal["pass_at", "mean", "rate"]
    metric: str = "correct"
    k: int = 1
    predicate: Callable[[str], object] | None = None

    def __str__(self) -> str:
        """Name the figure in the field's words."""
        if self.kind == "pass_at":
            suffix = "" if self.metric == "correct" else f"[{self.metric}]"
            return f"{self.source}.pass@{self.k}{suffix}"
        return f"{self.source}.{self.kind}({self.metric})"


Terms = tuple[tuple[float, Statistic], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Per-item values of a linear combination of statistics on one set of items.

    Attributes
    ----------
    values
        The combination on each item, shape [N].
    half_range
        Half the width of the range that a value can take: R = sum |coefficient| / 2.
    noise
        Mean over items of the variance that a value owes to the draws alone; NaN if unknown.
    """

    values: FloatArray
    half_range: float
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The data of one claim: one part when all is paired, more when the items are disjoint.

    The effect lies in [`low`, `high`]; `draws` is the smallest number of draws of an item.
    """

    parts: tuple[Part, ...]
    draws: int
    low: float
    high: float

    @property
    def contrast(self) -> bool:
        """Whether the coefficients cancel, so that an effect of zero means no change."""
        return abs(self.low + self.high) < 1e-9  # noqa: PLR2004
