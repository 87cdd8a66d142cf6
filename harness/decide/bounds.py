"""What a method answers on one effect, whatever the method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from harness.stats.mean import Mean


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
class Weaker:
    """Two methods of which the more careful one is believed."""

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
    """

    bounds: Bounds
    method: str
    mean: Mean
    units: int
