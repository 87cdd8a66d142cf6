"""pass@k and pass^k: the chances that at least one of k draws is right, and that all are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


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
        If some item has fewer than k draws, or c is not in 0..n.

    References
    ----------
    Chen et al. 2021, "Evaluating Large Language Models Trained on Code", arXiv 2107.03374,
    equation 1.
    """
    return 1.0 - look_up(draws, correct, lambda n: miss_probability(n, k))


def pass_hat_k(
    draws: npt.NDArray[np.int64], correct: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.float64]:
    """Estimate pass^k of each item, that all k draws are right, without bias: C(c, k) / C(n, k).

    All k are right if they miss every wrong draw.

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
        If some item has fewer than k draws, or c is not in 0..n.

    References
    ----------
    Yao et al. 2024, "tau-bench: A Benchmark for Tool-Agent-User Interaction in Real-World
    Domains", arXiv 2406.12045.
    """
    return look_up(draws, correct, lambda n: miss_probability(n, k)[::-1])


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
    return miss_probabilities(n, np.array([k]))[:, 0]


def miss_probabilities(n: int, ks: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the chances of `miss_probability` for several k at once, shape [n + 1, K].

    Raises
    ------
    ValueError
        If there is no k, or one is not in 1..n.
    """
    if ks.size == 0:
        msg = "pass@k needs a k, got none"
        raise ValueError(msg)
    outside = ks[(ks < 1) | (ks > n)]
    if outside.size:
        msg = f"pass@k needs 1 <= k <= n, got k = {outside[0]}, n = {n}"
        raise ValueError(msg)
    remaining = n - np.arange(n, dtype=np.float64)[:, np.newaxis]
    # C(n-c-1, k) / C(n-c, k) = (n-c-k) / (n-c): a product of factors in [0, 1] never overflows.
    factors = np.clip(remaining - ks, 0.0, None) / remaining
    return np.concatenate([np.ones((1, len(ks))), np.cumprod(factors, axis=0)])


def look_up(
    draws: npt.NDArray[np.int64],
    correct: npt.NDArray[np.int64],
    table_of: Callable[[int], npt.NDArray[np.float64]],
) -> npt.NDArray[np.float64]:
    """Look each item up, by its c, in the table over c = 0..n that is made once for each n.

    Parameters
    ----------
    draws, correct
        n and c of each item, shape [N].
    table_of
        From n to a table of shape [n + 1, ...].

    Returns
    -------
    numpy.ndarray
        Shape [N, ...].

    Raises
    ------
    ValueError
        If there are no items, the shapes differ, or some c is not in 0..n.
    """
    if draws.size == 0 or draws.shape != correct.shape:
        msg = f"draws and correct must be of one shape [N], got {draws.shape} and {correct.shape}"
        raise ValueError(msg)
    outside = (correct < 0) | (correct > draws)
    if outside.any():
        c, n = correct[outside][0], draws[outside][0]
        msg = f"the right draws must be among the draws, got c = {c}, n = {n}"
        raise ValueError(msg)
    tables = {n: table_of(n) for n in np.unique(draws).tolist()}
    found = np.empty((len(draws), *next(iter(tables.values())).shape[1:]))
    for n, table in tables.items():
        rows = draws == n
        found[rows] = table[correct[rows]]
    return found
