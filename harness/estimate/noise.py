"""What the draws alone add to the variance of an item's value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from harness.estimate.answers import answers_of
from harness.estimate.figure import Figure
from harness.stats.diversity_variance import unique_answers_variance
from harness.stats.g_pass_variance import g_pass_variance
from harness.stats.passk_variance import (
    pass_at_k_variance,
    pass_at_k_variance_at,
    pass_hat_k_variance,
    pass_hat_k_variance_at,
)

if TYPE_CHECKING:
    from harness.records.data import FloatArray

Weighted = Sequence[tuple[float, Figure]]


def noise_of(terms: Weighted, at: int | None = None) -> FloatArray:
    """Estimate, item by item, the variance that the draws of one arm give a combination.

    Means of metrics of the same draws keep their covariance. Where a figure of k > 1 draws, or a
    rate, stands beside others, the standard deviations are added: a bound whatever the
    correlation, but for the noise of the estimates themselves.

    Parameters
    ----------
    terms
        Coefficients and figures, all from one source of draws, on the same items in one order.
    at
        Draws per item that the variance is predicted for; None for those that there are.

    Returns
    -------
    numpy.ndarray
        Shape [N]; NaN where there are too few draws to tell (2 for a mean, 2 k for figures of k
        draws), for majority@k, and for distinct@k at other draws than there are. That of a single
        figure is unbiased, and not negative but for that of distinct@k.
    """
    if all(found.tally.exact for _, found in terms):
        return np.zeros(len(terms[0][1].ids))
    plain = [term for term in terms if term[1].linear and term[1].statistic.predicate is None]
    parts = [_of_means(plain, at)] if plain else []
    for coefficient, found in terms:
        if found.linear and found.statistic.predicate is not None:
            parts.append(_of_means([(coefficient, found)], at))
        elif not found.linear:
            of_k = _of_answers if found.statistic.of_answers else _of_counts
            parts.append(coefficient**2 * of_k(found, at))
    if len(parts) == 1:
        return parts[0]
    total: FloatArray = np.square(sum(np.sqrt(np.clip(part, 0.0, None)) for part in parts))
    return total


def _of_means(terms: Weighted, at: int | None) -> FloatArray:
    """Variance of a combination of means over one tally's draws, unbiased."""
    tally = terms[0][1].tally
    weights = np.zeros(len(tally.metrics))
    for coefficient, found in terms:
        weights[found.column] += coefficient
    count = tally.draws.astype(np.float64)
    total = tally.sums @ weights
    squares = np.einsum("nij,i,j->n", tally.products, weights, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_one = (squares - total**2 / count) / (count - 1)
        variance = np.where(count > 1, of_one / (count if at is None else at), np.nan)
    return np.where(variance < 0, 0.0, variance)  # rounding


def _of_answers(found: Figure, at: int | None) -> FloatArray:
    """Variance of distinct@k, at the draws that there are; that of a vote is unknown."""
    answers = None if found.statistic.votes else answers_of(found.tally)
    if answers is None:
        return np.full(len(found.values), np.nan)
    k = found.statistic.k
    variances = unique_answers_variance(answers, k) / k**2
    return variances if at is None else np.where(answers.draws == at, variances, np.nan)


def _of_counts(found: Figure, at: int | None) -> FloatArray:
    """Variance of pass@k, pass^k or G-Pass@k."""
    draws, correct, k = found.tally.draws, found.correct, found.statistic.k
    if found.statistic.kind == "g_pass_at":
        return g_pass_variance(draws, correct, k, found.statistic.tau or 1.0, at)
    solved = found.statistic.kind == "pass_at"
    if at is not None:
        return (pass_at_k_variance_at if solved else pass_hat_k_variance_at)(draws, correct, k, at)
    return (pass_at_k_variance if solved else pass_hat_k_variance)(draws, correct, k)
