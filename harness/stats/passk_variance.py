"""The variance that an item's pass@k or pass^k owes to its draws alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from harness.stats.passk import look_up, miss_probabilities, miss_probability

if TYPE_CHECKING:
    import numpy.typing as npt


def pass_at_k_true_variance(
    n: int, k: int, p: npt.NDArray[np.float64] | float
) -> npt.NDArray[np.float64]:
    """Return the variance of pass@k over n independent draws that are right with chance `p`.

    sum_j H(j) (q^(2k-j) - q^(2k)), q = 1 - p, where H(j) = C(k, j) C(n-k, k-j) / C(n, k) is the
    chance that two k-subsets of the n draws share j of them.

    Parameters
    ----------
    n, k
        1 <= k <= n.
    p
        Of any shape, in [0, 1].

    Returns
    -------
    numpy.ndarray
        The shape of `p`, in [0, 1/4].

    Raises
    ------
    ValueError
        If k is not in 1..n, or some p not in [0, 1].

    References
    ----------
    Hoeffding 1948, "A class of statistics with asymptotically normal distribution", Annals of
    Mathematical Statistics 19, 293-325, equation 5.13, for the kernel "one of k is right".
    """
    chances = np.asarray(p, dtype=np.float64)
    outside = ~((chances >= 0) & (chances <= 1))
    if outside.any():
        msg = f"a chance must lie in [0, 1], got {chances[outside][0]}"
        raise ValueError(msg)
    shared = np.arange(k + 1)
    wrong = -chances[..., np.newaxis]
    # q^(2k-j) (1 - q^j) keeps its digits where p is small; the difference of powers would not.
    terms = -np.exp(special.xlog1py(2 * k - shared, wrong)) * np.expm1(
        special.xlog1py(shared, wrong)
    )
    return np.asarray(terms @ overlap(n, k))


def pass_at_k_variance(
    draws: npt.NDArray[np.int64], correct: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.float64]:
    """Estimate the variance of each item's pass@k that its draws alone cause, without bias.

    [C(n-c, k) / C(n, k)]^2 - C(n-c, 2k) / C(n, 2k): the square of the estimate less an unbiased
    estimate of the squared mean, (1-p)^(2k). Needs n >= 2k; NaN where there are fewer draws.

    Returns
    -------
    numpy.ndarray
        Shape [N]; never negative, but for rounding.
    """
    return look_up(draws, correct, lambda n: _variances(n, k))


def pass_at_k_variance_at(
    draws: npt.NDArray[np.int64], correct: npt.NDArray[np.int64], k: int, at: int
) -> npt.NDArray[np.float64]:
    """Estimate the variance that each item's pass@k would have at `at` draws, without bias.

    The true variance is linear in the powers q^(2k-j), j = 0..k, and each has the unbiased
    estimate C(n-c, 2k-j) / C(n, 2k-j). This tells what a look with more draws would know.

    Parameters
    ----------
    draws, correct
        n and c of each item, shape [N], 0 <= c <= n.
    k
        k >= 1.
    at
        Draws per item that are planned, at least k; more or fewer than n.

    Returns
    -------
    numpy.ndarray
        Shape [N]; NaN where n < 2k, else not negative, and `pass_at_k_variance` where n = `at`.

    Raises
    ------
    ValueError
        If `at` is below k, or c is not in 0..n.
    """
    shared = overlap(at, k)
    return look_up(draws, correct, lambda n: _variances_at(n, k, shared))


def pass_hat_k_variance(
    draws: npt.NDArray[np.int64], correct: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.float64]:
    """Estimate the variance of each item's pass^k: that of pass@k with right and wrong swapped."""
    return look_up(draws, correct, lambda n: _variances(n, k)[::-1])


def pass_hat_k_variance_at(
    draws: npt.NDArray[np.int64], correct: npt.NDArray[np.int64], k: int, at: int
) -> npt.NDArray[np.float64]:
    """Estimate the variance that each item's pass^k would have at `at` draws."""
    shared = overlap(at, k)
    return look_up(draws, correct, lambda n: _variances_at(n, k, shared)[::-1])


def _variances(n: int, k: int) -> npt.NDArray[np.float64]:
    """Return the variance estimates of n draws for c = 0..n; NaN where n < 2k."""
    if n < 2 * k:
        return np.full(n + 1, np.nan)
    return miss_probability(n, k) ** 2 - miss_probability(n, 2 * k)


def _variances_at(n: int, k: int, shared: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return, from n draws, those of as many draws as make the sharing; NaN where n < 2k."""
    if n < 2 * k:
        return np.full(n + 1, np.nan)
    powers = miss_probabilities(n, np.arange(k, 2 * k + 1))
    return np.asarray((powers - powers[:, -1:]) @ shared[::-1])


def overlap(n: int, k: int) -> npt.NDArray[np.float64]:
    """Return H(j), j = 0..k: how many draws two k-subsets of n share (hypergeometric)."""
    if not 1 <= k <= n:
        msg = f"pass@k needs 1 <= k <= n, got k = {k}, n = {n}"
        raise ValueError(msg)
    shared = np.arange(k + 1)
    # Two subsets that could not share so few have the gamma function's pole, hence no weight.
    logs = (
        special.gammaln(shared + 1)
        + 2 * special.gammaln(k - shared + 1)
        + special.gammaln(n - 2 * k + shared + 1)
    )
    return special.softmax(-logs)  # the weights sum to one, by Vandermonde
