"""pass@k: the chance that at least one of k draws is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def miss_probability(n: int, k: int) -> npt.NDArray[np.float64]:
    """Return C(n-c, k) / C(n, k) for c = 0..n: the chance that k of n draws miss all c right ones.

    Parameters
    ----------
    n, k
        Draws, and draws taken without replacement among them; 1 <= k <= n.

    Returns
    -------
    numpy.ndarray
        Shape [n + 1], in [0, 1], falling in c.

    Raises
    ------
    ValueError
        If k is not in 1..n: there is no unbiased estimate from fewer draws.
    """
    if not 1 <= k <= n:
        msg = f"pass@k needs 1 <= k <= n, got k = {k}, n = {n}"
        raise ValueError(msg)
    remaining = n - np.arange(n, dtype=np.float64)
    # C(n-c-1, k) / C(n-c, k) = (n-c-k) / (n-c): a product of factors in [0, 1] never overflows.
    factors = np.clip(remaining - k, 0.0, None) / remaining
    return np.concatenate([[1.0], np.cumprod(factors)])


def pass_at_k(
    draws: npt.NDArray[np.int64], correct: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.float64]:
    """Estimate pass@k of each item without bias: 1 - C(n-c, k) / C(n, k).

    Parameters
    ----------
    draws, correct
        n and c of each item, shape [N], 0 <= c <= n.
    k
        1 <= k <= n of every item.

    Returns
    -------
    numpy.ndarray
        Shape [N], in [0, 1].

    Raises
    ------
    ValueError
        If some item has fewer than k draws.

    References
    ----------
    Chen et al. 2021, "Evaluating Large Language Models Trained on Code", arXiv 2107.03374,
    equation 1.
    """
    return 1.0 - _looked_up(draws, correct, k)


def pass_at_k_variance(
    draws: npt.NDArray[np.int64], correct: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.float64]:
    """Estimate the variance of each item's pass@k that its draws alone cause, without bias.

    [C(n-c, k) / C(n, k)]^2 - C(n-c, 2k) / C(n, 2k): the square of the estimate less an unbiased
    estimate of the squared mean, (1-p)^(2k). Needs n >= 2k; NaN where there are fewer draws.

    Returns
    -------
    numpy.ndarray
        Shape [N]; may be negative, as unbiased estimates of a variance near zero must.
    """
    variance = np.full(draws.shape, np.nan)
    enough = draws >= 2 * k
    if enough.any():
        n, c = draws[enough], correct[enough]
        variance[enough] = _looked_up(n, c, k) ** 2 - _looked_up(n, c, 2 * k)
    return variance


def _looked_up(
    draws: npt.NDArray[np.int64], correct: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.float64]:
    found = np.empty(draws.shape)
    for n in np.unique(draws).tolist():
        rows = draws == n
        found[rows] = miss_probability(n, k)[correct[rows]]
    return found
