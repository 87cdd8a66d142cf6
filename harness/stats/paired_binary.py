"""One right-or-wrong result per item and side: what was gained against what was lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy import special

Alternative = Literal["two-sided", "greater", "less"]
_HALVINGS = 60  # of an interval of length 2: to 2e-18, below rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Tango:
    """Tango's score test of the difference of two paired proportions, (gained - lost) / items.

    lambda(D) = (b - c - N D) / sqrt(N (2 q + D (1 - D))), q the maximum-likelihood estimate of the
    chance to lose an item given the difference D; standard normal. Bounds invert the test.

    Attributes
    ----------
    gained, lost
        b items right on the second side only, c on the first side only.
    items
        N >= b + c, all items.

    Raises
    ------
    ValueError
        If a count is negative, or they exceed N.

    References
    ----------
    Tango 1998, "Equivalence test and confidence interval for the difference in proportions for
    the paired-sample design", Statistics in Medicine 17, 891-908, equations 12 to 19.
    """

    gained: int
    lost: int
    items: int

    def __post_init__(self) -> None:
        """Refuse impossible counts."""
        if min(self.gained, self.lost) < 0 or self.gained + self.lost > self.items:
            given = f"gained {self.gained}, lost {self.lost}, items {self.items}"
            msg = f"needs gained, lost >= 0 and gained + lost <= items, got {given}"
            raise ValueError(msg)
        if self.items < 1:
            raise ValueError("needs at least one item")

    @property
    def estimate(self) -> float:
        """The difference."""
        return (self.gained - self.lost) / self.items

    def p_greater(self, threshold: float) -> float:
        """Return the one-sided p-value of "the difference is above `threshold`"."""
        return float(special.ndtr(-self._score(threshold)))

    def p_less(self, threshold: float) -> float:
        """Return the one-sided p-value of "the difference is below `threshold`"."""
        return float(special.ndtr(self._score(threshold)))

    def lower(self, alpha: float) -> float:
        """Return the one-sided lower bound at level 1 - `alpha`."""
        return self._where(-float(special.ndtri(alpha)))

    def upper(self, alpha: float) -> float:
        """Return the one-sided upper bound at level 1 - `alpha`."""
        return self._where(float(special.ndtri(alpha)))

    def _where(self, score: float) -> float:
        """Find the difference at which the score, which falls in it, has a value."""
        low, high = -1.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._score(middle) > score:
                low = middle
            else:
                high = middle
        return low if score > 0 else high

    def _score(self, difference: float) -> float:
        count = self.items
        away = self.gained - self.lost - count * difference
        linear = -self.gained - self.lost + (2 * count - self.gained + self.lost) * difference
        constant = self.lost * difference * (1 - difference)
        losing = (math.sqrt(max(linear**2 + 8 * count * constant, 0.0)) - linear) / (4 * count)
        variance = count * (2 * losing + difference * (1 - difference))
        if variance <= 0:
            return math.copysign(math.inf, away) if abs(away) > 1e-12 * count else 0.0
        return away / math.sqrt(variance)


def mcnemar_exact(gained: int, lost: int, *, alternative: Alternative = "two-sided") -> float:
    """Return the p-value of McNemar's exact test, binomial on the items that differ.

    `alternative` ``greater`` asks whether more was gained than lost.

    References
    ----------
    McNemar 1947, "Note on the sampling error of the difference between correlated proportions",
    Psychometrika 12, 153-157.
    """
    return _binomial(gained, lost, alternative, own_share=1.0)


def mcnemar_mid_p(gained: int, lost: int, *, alternative: Alternative = "two-sided") -> float:
    """Return the mid-p-value of McNemar's test: the outcome seen counts for half.

    References
    ----------
    Fagerland, Lydersen and Laake 2013, "The McNemar test for binary matched-pairs data: mid-p and
    asymptotic are better than exact conditional", BMC Medical Research Methodology 13, 91.
    """
    return _binomial(gained, lost, alternative, own_share=0.5)


def _binomial(gained: int, lost: int, alternative: Alternative, *, own_share: float) -> float:
    if min(gained, lost) < 0:
        msg = f"counts can't be negative, got {gained} and {lost}"
        raise ValueError(msg)
    if alternative == "two-sided":
        fewer = min(gained, lost)
        return min(1.0, 2 * _tail(fewer, gained + lost, own_share))
    return _tail(lost if alternative == "greater" else gained, gained + lost, own_share)


def _tail(count: int, trials: int, own_share: float) -> float:
    """Return P(X < count) + own_share P(X = count), X binomial at one half."""
    below = float(special.bdtr(count - 1, trials, 0.5)) if count > 0 else 0.0
    return below + own_share * (float(special.bdtr(count, trials, 0.5)) - below)


def newcombe(
    both: int, first_only: int, second_only: int, neither: int, alpha: float
) -> tuple[float, float]:
    """Return bounds of the paired difference first - second by Newcombe's method 10.

    The square-and-add of Wilson's intervals of the two proportions, with their correlation phi,
    corrected for continuity where it is positive.

    Parameters
    ----------
    both, first_only, second_only, neither
        Counts of items, a to d.
    alpha
        One-sided, of each bound.

    References
    ----------
    Newcombe 1998, "Improved confidence intervals for the difference between binomial proportions
    based on paired data", Statistics in Medicine 17, 2635-2650, method 10.
    """
    from harness.stats.proportion import wilson  # noqa: PLC0415  the one use of it

    count = both + first_only + second_only + neither
    first, second = both + first_only, both + second_only
    low_1, high_1 = wilson(first, count, alpha)
    low_2, high_2 = wilson(second, count, alpha)
    phi = _phi(both, first_only, second_only, neither)
    p_1, p_2 = first / count, second / count
    below, above = p_1 - low_1, high_2 - p_2
    low = math.sqrt(max(below**2 - 2 * phi * below * above + above**2, 0.0))
    below, above = high_1 - p_1, p_2 - low_2
    high = math.sqrt(max(below**2 - 2 * phi * below * above + above**2, 0.0))
    return p_1 - p_2 - low, p_1 - p_2 + high


def _phi(both: int, first_only: int, second_only: int, neither: int) -> float:
    margins = (
        (both + first_only) * (second_only + neither)
        * (both + second_only) * (first_only + neither)
    )  # fmt: skip
    if not margins:
        return 0.0
    product = float(both * neither - first_only * second_only)
    if product > 0:
        product = max(product - (both + first_only + second_only + neither) / 2, 0.0)
    return product / math.sqrt(margins)
