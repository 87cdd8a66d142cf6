"""The variance that an item's G-Pass@k owes to its draws alone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from harness.stats.g_pass import least_right
from harness.stats.hypergeometric import taken
from harness.stats.passk import look_up
from harness.stats.passk_variance import overlap

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]


_MOST = 256  # beyond this k it takes longer than it is worth


def g_pass_variance(
    draws: IntArray, correct: IntArray, k: int, tau: float, at: int | None = None
) -> FloatArray:
    """Estimate the variance of each item's G-Pass@k that its draws alone cause, without bias.

    sum_j H(j) (q_j - q_0), where H(j) is the chance that two k-subsets of the draws share j of
    them, and q_j the chance that both hold enough right ones, estimated over all pairs of subsets
    that share j. Of the smallest tau it is the variance of pass@k, of tau = 1 that of pass^k.

    Parameters
    ----------
    draws, correct
        n and c of each item, shape [N], 0 <= c <= n.
    k, tau
        As of `g_pass`.
    at
        Draws per item that it is predicted for, at least k, more or fewer than n; None for those
        that there are.

    Returns
    -------
    numpy.ndarray
        Shape [N]; NaN where n < 2k, and for k > 256; else not negative, but for rounding.

    Raises
    ------
    ValueError
        If tau is out of range, `at` is below k, or c is not in 0..n.

    References
    ----------
    Hoeffding 1948, "A class of statistics with asymptotically normal distribution", Annals of
    Mathematical Statistics 19, 293-325, equation 5.13, for the kernel "enough of k are right".
    """
    least = least_right(k, tau)
    return look_up(draws, correct, lambda n: _variances(n, k, least, n if at is None else at))


def _variances(n: int, k: int, least: int, at: int) -> FloatArray:
    """Return, from n draws, the estimates at `at` draws for c = 0..n; NaN where there is none."""
    if n < 2 * k or k > _MOST:
        return np.full(n + 1, np.nan)
    return np.asarray(taken(n, 2 * k) @ _of_least_draws(k, least, at))


@functools.lru_cache(maxsize=256)
def _of_least_draws(k: int, least: int, at: int) -> FloatArray:
    """Return the estimates from 2k draws, the fewest that tell, for c = 0..2k right ones."""
    weights = overlap(at, k)
    found = weights[k] * _both(k, least, k)
    for shared in range(k - 1, -1, -1):
        found = _of_one_more(found) + weights[shared] * _both(k, least, shared)
    return np.asarray(found - _both(k, least, 0))


def _of_one_more(values: FloatArray) -> FloatArray:
    """Return the mean of a table over c = 0..m when one of m + 1 draws is left out, at random."""
    c = np.arange(len(values) + 1)
    kept: FloatArray = np.append(values, 0.0) * (len(values) - c)
    kept[1:] += values * c[1:]
    return kept / len(values)


def _both(k: int, least: int, shared: int) -> FloatArray:
    """Return the chance that two k-subsets both hold enough right ones, which share some draws.

    Their union has u = 2k - `shared` draws, of which c are right: for c = 0..u.
    """
    own, union = k - shared, 2 * k - shared
    found: FloatArray = np.zeros(union + 1)
    for common, chance in enumerate(_coin(shared)):
        enough = np.where(np.arange(own + 1) >= least - common, _coin(own), 0.0)
        found[common : common + 2 * own + 1] += chance * np.convolve(enough, enough)
    return found / _coin(union)


def _coin(m: int) -> FloatArray:
    """Return C(m, x) / 2^m for x = 0..m: binomial coefficients that never overflow."""
    x = np.arange(m + 1)
    logs = special.gammaln(m + 1) - special.gammaln(x + 1) - special.gammaln(m - x + 1)
    return np.asarray(np.exp(logs - m * np.log(2.0)))
