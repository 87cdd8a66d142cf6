"""Claims about recipes: what differs between training seeds widens every method's bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.decide.bounds import (
    Bounds,
    Evidence,
    GuardedBeyond,
    GuardedWithin,
    Sided,
    Weaker,
)
from harness.records import Policy, Sample
from harness.stats.mean import Mean
from harness.stats.seeds import as_one, over_seeds, pooled, reach_of

_HALVINGS = 40
_LEAST = 1e-15  # of a level that is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Widened:
    """A method over items whose bounds also allow for other training seeds.

    Items and seeds are crossed: each is a random sample. The bound lies sqrt(d^2 + s^2) from the
    estimate, d the distance of the method's own and s that of the seeds (Banerjee 1960; with d of
    any method, Zou and Donner 2008, "Construction of confidence limits about effect measures: a
    general approach", Statistics in Medicine 27, 1693-1702). So it is never nearer than that
    about these checkpoints. What seeds and items do together, which holds the draws' noise, is in
    both d and s: counted twice, it makes the bound careful (Owen 2007, "The pigeonhole bootstrap",
    Annals of Applied Statistics 1, 386-411).
    """

    plain: Bounds
    seeds: tuple[Mean, ...]

    @property
    def estimate(self) -> float:
        """The effect."""
        return self.plain.estimate

    def lower(self, alpha: float) -> float:
        """Return the lower bound, at an `alpha` up to .5."""
        own = max(self.estimate - self.plain.lower(alpha), 0.0)
        return self.estimate - math.hypot(own, self._of_seeds(alpha))

    def upper(self, alpha: float) -> float:
        """Return the upper bound, at an `alpha` up to .5."""
        own = max(self.plain.upper(alpha) - self.estimate, 0.0)
        return self.estimate + math.hypot(own, self._of_seeds(alpha))

    def _of_seeds(self, alpha: float) -> float:
        return reach_of(pooled(self.seeds, alpha), alpha)

    def p_greater(self, threshold: float) -> float:
        """Return the p-value of "the effect is above `threshold`", which inverts the bound."""
        if threshold >= self.estimate:
            return 1.0 - self._above(threshold)
        return self._below(threshold)

    def p_less(self, threshold: float) -> float:
        """Return the p-value of "the effect is below `threshold`", which inverts the bound."""
        if threshold <= self.estimate:
            return 1.0 - self._below(threshold)
        return self._above(threshold)

    def _below(self, threshold: float) -> float:
        """Find the level at which the lower bound comes up to a threshold below the estimate."""
        return _level(lambda alpha: self.lower(alpha) <= threshold)

    def _above(self, threshold: float) -> float:
        return _level(lambda alpha: self.upper(alpha) >= threshold)


def _level(holds: Callable[[float], bool]) -> float:
    """Return the largest level, up to .5, at which the threshold still lies within the bound."""
    inside, outside = _LEAST, 0.5
    if not holds(inside):
        return inside
    if holds(outside):
        return outside
    for _ in range(_HALVINGS):
        middle = math.sqrt(inside * outside)
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside


def across_seeds(
    evidence: Evidence, sample: Sample, policy: Policy, rest: Mean | None = None
) -> Evidence:
    """Let evidence about checkpoints be such about their recipes; as it is where there are none.

    Parameters
    ----------
    evidence
        On these checkpoints.
    sample
        The claim's data.
    policy
        Whose alpha the sizes that a test can see are for.
    rest
        The effect with the error that no recipe's draws have a part in, where that is known: what
        the seeds differ by holds the noise of their draws.
    """
    if not sample.seeds:
        return evidence
    found = tuple(over_seeds(one.means) for one in sample.seeds)
    differ = tuple(seeds for seeds in found if seeds.se > 0)
    bounds = _widened(evidence.bounds if rest is None else rest, differ)
    counts = " and ".join(str(len(one.means)) for one in sample.seeds)
    joint = "and" if " over " in evidence.method else "over"
    return replace(
        evidence,
        bounds=bounds if rest is None else Weaker(first=evidence.bounds, second=bounds),
        method=f"{evidence.method} {joint} {counts} seeds",
        mean=as_one(
            [evidence.mean if rest is None else rest, *pooled(differ, policy.alpha)], policy.alpha
        ),
        seeds=differ,
    )


def _widened(bounds: Bounds, seeds: tuple[Mean, ...]) -> Bounds:
    """Widen each method that takes part in some bounds."""
    if not seeds:
        return bounds
    match bounds:
        case GuardedWithin() | GuardedBeyond():
            plain, guard = _widened(bounds.plain, seeds), _widened(bounds.guard, seeds)
            return replace(bounds, plain=plain, guard=guard)
        case Weaker():
            first, second = _widened(bounds.first, seeds), _widened(bounds.second, seeds)
            return replace(bounds, first=first, second=second)
        case Sided():
            below, above = _widened(bounds.below, seeds), _widened(bounds.above, seeds)
            return replace(bounds, below=below, above=above)
        case _:
            return Widened(plain=bounds, seeds=seeds)
