"""One right-or-wrong result per item and arm: what was gained against what was lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy import special

from harness.stats.proportion import wilson

Alternative = Literal["two-sided", "greater", "less"]
_HALVINGS = 60  # of [-1, 1]: to neighbouring floats, so that test and bound agree on any threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Tango:
    """Tango's score test of the difference of two paired proportions, (gained - lost) / items.

    T(D) = (b - c - N D) / sqrt(N (2 q + D (1 - D))) is standard normal, q the most likely chance
    to lose an item given the difference D. Bounds invert the test, so both say the same of every
    threshold; of one beyond [-1, 1], what must be.

    Attributes
    ----------
    gained, lost
        b items right in the second arm only, c in the first arm only.
    items
        N >= b + c, all items, N >= 1.

    Raises
    ------
    ValueError
        If a count is negative, b + c exceed N, there is no item, or the alpha of a bound is not in
        (0, 1).

    References
    ----------
    Tango 1998, "Equivalence test and confidence interval for the difference in proportions for
    the paired-sample design", Statistics in Medicine 17, 891-908.
    """

    gained: int
    lost: int
    items: int

    def __post_init__(self) -> None:
        """Refuse impossible counts."""
        if min(self.gained, self.lost) < 0 or not 1 <= self.items >= self.gained + self.lost:
            given = f"{self.gained}, {self.lost} and {self.items}"
            msg = f"gained and lost must be counts of distinct items of all items, got {given}"
            raise ValueError(msg)

    @property
    def estimate(self) -> float:
        """The difference."""
        return (self.gained - self.lost) / self.items

    def p_greater(self, threshold: float) -> float:
        """Return the one-sided p-value of "the difference is above `threshold`"."""
        return _p_above(self.gained, self.lost, self.items, threshold)

    def p_less(self, threshold: float) -> float:
        """Return the one-sided p-value of "the difference is below `threshold`"."""
        return _p_above(self.lost, self.gained, self.items, -threshold)

    def lower(self, alpha: float) -> float:
        """Return the one-sided lower bound at level 1 - `alpha`."""
        return _lower(self.gained, self.lost, self.items, alpha)

    def upper(self, alpha: float) -> float:
        """Return the one-sided upper bound at level 1 - `alpha`."""
        return -_lower(self.lost, self.gained, self.items, alpha)


def _p_above(gained: int, lost: int, items: int, threshold: float) -> float:
    return float(special.ndtr(-_score(gained, lost, items, threshold)))


def _lower(gained: int, lost: int, items: int, alpha: float) -> float:
    """Find the least difference that is not rejected; the p-value rises with the threshold."""
    if not 0 < alpha < 1:
        msg = f"alpha must lie in (0, 1), got {alpha}"
        raise ValueError(msg)
    rejected, kept = -1.0, 1.0
    if _p_above(gained, lost, items, rejected) > alpha:
        return rejected
    for _ in range(_HALVINGS):
        middle = (rejected + kept) / 2
        if _p_above(gained, lost, items, middle) > alpha:
            kept = middle
        else:
            rejected = middle
    return kept


def _score(gained: int, lost: int, items: int, difference: float) -> float:
    if difference < 0:  # with the arms swapped, all terms of the variance are positive
        return -_score(lost, gained, items, -difference)
    if difference >= 1:
        return 0.0 if difference == 1 and gained == items else -math.inf
    linear = (2 * items - gained + lost) * difference - gained - lost
    constant = 2 * lost * difference * (1 - difference)
    root = math.sqrt(linear**2 + 4 * items * constant)
    # Two forms of a quadratic's root, either without cancellation.
    losing = constant / (root + linear) if linear > 0 else (root - linear) / (4 * items)
    variance = items * (2 * losing + difference * (1 - difference))
    if variance == 0:  # nothing was gained or lost, and no difference is tested
        return 0.0
    return (gained - lost - items * difference) / math.sqrt(variance)


def mcnemar_exact(gained: int, lost: int, alternative: Alternative = "two-sided") -> float:
    """Return the p-value of McNemar's exact test: the items that differ are a fair coin's tosses.

    Parameters
    ----------
    gained, lost
        b items right in the second arm only, c in the first arm only.
    alternative
        ``greater``: more is gained than lost; ``less``: the opposite.

    Raises
    ------
    ValueError
        If a count is negative.

    References
    ----------
    McNemar 1947, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12, 153-157; exact by the binomial distribution.
    """
    return _mcnemar(gained, lost, alternative, share=1.0)


def mcnemar_mid_p(gained: int, lost: int, alternative: Alternative = "two-sided") -> float:
    """Return the mid-p-value of McNemar's test, in which the outcome seen counts half.

    Its error may exceed alpha slightly, and it is less careful than the exact test; parameters
    and errors are those of `mcnemar_exact`.

    References
    ----------
    Fagerland, Lydersen and Laake 2013, "The McNemar test for binary matched-pairs data: mid-p and
    asymptotic are better than exact conditional", BMC Medical Research Methodology 13, 91.
    """
    return _mcnemar(gained, lost, alternative, share=0.5)


def _mcnemar(gained: int, lost: int, alternative: Alternative, *, share: float) -> float:
    if min(gained, lost) < 0:
        msg = f"gained and lost must be counts, got {gained} and {lost}"
        raise ValueError(msg)
    if alternative == "two-sided":
        return min(1.0, 2 * _tail(min(gained, lost), gained + lost, share))
    return _tail(lost if alternative == "greater" else gained, gained + lost, share)


def _tail(count: int, trials: int, share: float) -> float:
    """Return P(X < count) + share P(X = count), X the heads of as many tosses."""
    below = float(special.bdtr(count - 1, trials, 0.5)) if count > 0 else 0.0
    return below + share * (float(special.bdtr(count, trials, 0.5)) - below)


def newcombe(
    both: int, first_only: int, second_only: int, neither: int, alpha: float
) -> tuple[float, float]:
    """Return bounds of the paired difference, first less second, by Newcombe's method 10.

    Wilson's bounds of the two proportions, squared and added as for their correlation phi, which
    is corrected for continuity where it is positive.

    Parameters
    ----------
    both, first_only, second_only, neither
        Items that are right in both arms, in one of them, in neither; at least one item.
    alpha
        One-sided error rate of each bound, in (0, 1): .025 for a 95 % interval.

    Raises
    ------
    ValueError
        If a count is negative, there is no item, or alpha is out of range.

    References
    ----------
    Newcombe 1998, "Improved confidence intervals for the difference between binomial proportions
    based on paired data", Statistics in Medicine 17, 2635-2650, method 10.
    """
    if min(both, first_only, second_only, neither) < 0:
        given = f"{both}, {first_only}, {second_only} and {neither}"
        msg = f"the four cells must be counts of items, got {given}"
        raise ValueError(msg)
    count = both + first_only + second_only + neither
    first, second = both + first_only, both + second_only
    phi = _phi(both, first_only, second_only, neither)
    low_1, high_1 = wilson(first, count, alpha)
    low_2, high_2 = wilson(second, count, alpha)
    difference, p_1, p_2 = (first - second) / count, first / count, second / count
    return (
        difference - _apart(p_1 - low_1, high_2 - p_2, phi),
        difference + _apart(high_1 - p_1, p_2 - low_2, phi),
    )


def _apart(first: float, second: float, phi: float) -> float:
    return math.sqrt(first**2 - 2 * phi * first * second + second**2)


def _phi(both: int, first_only: int, second_only: int, neither: int) -> float:
    rows = (both + first_only) * (second_only + neither)
    columns = (both + second_only) * (first_only + neither)
    if not rows * columns:
        return 0.0
    product = float(both * neither - first_only * second_only)
    if product > 0:
        product = max(product - (both + first_only + second_only + neither) / 2, 0.0)
    return product / math.sqrt(rows * columns)
