"""What a method answers on one effect, whatever the method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from harness.stats.mean import Mean

_JUST = 1e-6  # beyond zero: shown to be on that side of it, and no further


class Bounds(Protocol):
    """A method's answers on one effect; bounds and p-values agree with each other."""

    @property
    def estimate(self) -> float:
        """The effect."""
        ...

    def lower(self, alpha: float) -> float:
        """Return the one-sided lower bound at level 1 - `alpha`."""
        ...

    def upper(self, alpha: float) -> float:
        """Return the one-sided upper bound at level 1 - `alpha`."""
        ...

    def p_greater(self, threshold: float) -> float:
        """Return the one-sided p-value of "the effect is above `threshold`"."""
        ...

    def p_less(self, threshold: float) -> float:
        """Return the one-sided p-value of "the effect is below `threshold`"."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedWithin:
    """A method that another one holds back where it lets no change count as proof.

    That is non-inferiority and equivalence: bounds on the far side of zero. What shows an effect
    beyond zero is left as it is, and then shows it beyond every margin too.
    """

    plain: Bounds
    guard: Bounds

    @property
    def estimate(self) -> float:
        """The effect."""
        return self.plain.estimate

    def lower(self, alpha: float) -> float:
        """Return the plain lower bound if it is above zero, else the lower of the two."""
        bound = self.plain.lower(alpha)
        return bound if bound >= 0 else min(bound, self.guard.lower(alpha))

    def upper(self, alpha: float) -> float:
        """Return the plain upper bound if it is below zero, else the higher of the two."""
        bound = self.plain.upper(alpha)
        return bound if bound <= 0 else max(bound, self.guard.upper(alpha))

    def p_greater(self, threshold: float) -> float:
        """Return the p-value of "the effect is above `threshold`", never above that for zero."""
        plain = self.plain.p_greater(threshold)
        if threshold >= 0:
            return plain
        return min(self.plain.p_greater(0.0), max(plain, self.guard.p_greater(threshold)))

    def p_less(self, threshold: float) -> float:
        """Return the p-value of "the effect is below `threshold`", never above that for zero."""
        plain = self.plain.p_less(threshold)
        if threshold <= 0:
            return plain
        return min(self.plain.p_less(0.0), max(plain, self.guard.p_less(threshold)))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedBeyond:
    """A method that another one holds back where an effect is to be shown beyond zero."""

    plain: Bounds
    guard: Bounds

    @property
    def estimate(self) -> float:
        """The effect."""
        return self.plain.estimate

    def lower(self, alpha: float) -> float:
        """Return the plain lower bound; above zero no higher than the guard's."""
        bound = self.plain.lower(alpha)
        return bound if bound <= 0 else max(_JUST, min(bound, self.guard.lower(alpha)))

    def upper(self, alpha: float) -> float:
        """Return the plain upper bound; below zero no lower than the guard's."""
        bound = self.plain.upper(alpha)
        return bound if bound >= 0 else min(-_JUST, max(bound, self.guard.upper(alpha)))

    def p_greater(self, threshold: float) -> float:
        """Return the p-value of "the effect is above `threshold`"; above zero the larger one."""
        plain = self.plain.p_greater(threshold)
        return plain if threshold <= 0 else max(plain, self.guard.p_greater(threshold))

    def p_less(self, threshold: float) -> float:
        """Return the p-value of "the effect is below `threshold`"; below zero the larger one."""
        plain = self.plain.p_less(threshold)
        return plain if threshold >= 0 else max(plain, self.guard.p_less(threshold))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weaker:
    """Two methods of which the more careful one is believed throughout."""

    first: Bounds
    second: Bounds

    @property
    def estimate(self) -> float:
        """The effect, on which both agree."""
        return self.first.estimate

    def lower(self, alpha: float) -> float:
        """Return the lower of the lower bounds."""
        return min(self.first.lower(alpha), self.second.lower(alpha))

    def upper(self, alpha: float) -> float:
        """Return the higher of the upper bounds."""
        return max(self.first.upper(alpha), self.second.upper(alpha))

    def p_greater(self, threshold: float) -> float:
        """Return the larger p-value of "the effect is above `threshold`"."""
        return max(self.first.p_greater(threshold), self.second.p_greater(threshold))

    def p_less(self, threshold: float) -> float:
        """Return the larger p-value of "the effect is below `threshold`"."""
        return max(self.first.p_less(threshold), self.second.p_less(threshold))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sided:
    """An estimate with errors of its own for either bound."""

    below: Bounds
    above: Bounds

    @property
    def estimate(self) -> float:
        """The effect, on which both agree."""
        return self.below.estimate

    def lower(self, alpha: float) -> float:
        """Return the lower bound."""
        return self.below.lower(alpha)

    def upper(self, alpha: float) -> float:
        """Return the upper bound."""
        return self.above.upper(alpha)

    def p_greater(self, threshold: float) -> float:
        """Return the p-value of "the effect is above `threshold`"."""
        return self.below.p_greater(threshold)

    def p_less(self, threshold: float) -> float:
        """Return the p-value of "the effect is below `threshold`"."""
        return self.above.p_less(threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What decides a claim.

    Attributes
    ----------
    bounds
        Answers of the deciding method.
    method
        Its name, as reported.
    mean
        The effect with its stabilised standard error: what a test of this size can see.
    units
        The fewest independent units of a part: items, or clusters where they are declared.
    seeds
        What the training seeds of each recipe differ by, which `bounds` and `mean` allow for.
    """

    bounds: Bounds
    method: str
    mean: Mean
    units: int
    seeds: tuple[Mean, ...] = ()
