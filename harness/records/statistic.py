"""Figures that claims are made of: of which draws, and what they are called."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.records.task import Where, describe_where


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
