"""The variance that an item's number of different answers owes to its draws alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from harness.stats.hypergeometric import taken
from harness.stats.passk import miss_probability

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.stats.diversity import AnswerCounts

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]


def unique_answers_variance(found: AnswerCounts, m: int) -> FloatArray:
    """Estimate the variance of each item's `unique_answers` that its draws cause, without bias.

    The square of the estimate less an unbiased estimate of the squared mean, which is the mean of
    S_1 S_2 over all pairs of apart m-subsets of the n draws, S the different answers in each. Not
    the variance of Heck et al. (1975), which is that of m draws about a fixed set of n.

    Returns
    -------
    numpy.ndarray
        Shape [N]; NaN where an item has fewer than 2m draws.

    References
    ----------
    Hurlbert 1971, "The nonconcept of species diversity", Ecology 52, 577-586, equation 14, for the
    estimate; Hoeffding 1948, "A class of statistics with asymptotically normal distribution",
    Annals of Mathematical Statistics 19, 293-325, for the variance of such a mean over subsets.
    """
    variances = np.full(len(found.draws), np.nan)
    for n in np.unique(found.draws).tolist():
        if n >= 2 * m:
            items = np.flatnonzero(found.draws == n)
            variances[items] = _variances(found, items, n, m)
    return variances


def _variances(found: AnswerCounts, items: IntArray, n: int, m: int) -> FloatArray:
    """Return the estimates of some items, of n draws each.

    Whether an answer is missed has a covariance with whether another is, by how often both were
    given: P_a P_b - Q_ab, where Q_ab is the chance that S_1 misses a and S_2 misses b.
    """
    of_these = np.isin(found.items, items)
    counts, kind = np.unique(found.counts[of_these], return_inverse=True)
    times = np.zeros((len(items), len(counts)))  # how many answers were given so often
    np.add.at(times, (np.searchsorted(items, found.items[of_these]), kind), 1.0)
    missed = miss_probability(n, m)[counts]
    of_two = np.outer(missed, missed) - _missed_apart(n, m, counts)
    of_one = missed**2 - miss_probability(n, 2 * m)[counts]
    pairs = np.einsum("ia,ab,ib->i", times, of_two, times, optimize=True)
    return np.asarray(pairs + times @ (of_one - np.diag(of_two)))


def _missed_apart(n: int, m: int, counts: IntArray) -> FloatArray:
    """Return the chance that S_1 misses an answer, and S_2 another, for all pairs of counts.

    S_1 then takes m of the draws without the first answer, x of them with the second; S_2 takes m
    of the n - m draws that are left.
    """
    chances = np.zeros((len(counts), len(counts)))
    of_first, of_second = miss_probability(n, m), miss_probability(n - m, m)
    x = np.arange(m + 1)
    for row, count in enumerate(counts.tolist()):
        left = n - count
        if left < m:
            continue  # S_1 can't miss it
        fits = np.flatnonzero(counts <= left)
        others = counts[fits][:, np.newaxis]
        rest = np.clip(others - x, 0, n - m)  # impossible x have no chance
        chance = taken(left, m)[counts[fits]] * of_second[rest]
        chances[row, fits] = of_first[count] * chance.sum(axis=1)
    return chances
