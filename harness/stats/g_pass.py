"""G-Pass@k: the chance that at least a share tau of k draws is right."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.hypergeometric import taken
from harness.stats.passk import look_up

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

_ROUNDING = 1e-9  # 0.1 * 30 is a little more than 3


def g_pass(draws: IntArray, correct: IntArray, k: int, tau: float) -> FloatArray:
    """Estimate G-Pass@k of each item without bias: sum_j C(c, j) C(n-c, k-j) / C(n, k), j >= tau k.

    It is pass@k for the smallest tau and pass^k for tau = 1. As k grows its mean over items comes
    to the share of items with a chance of at least tau (Cover@tau); at finite k an item near tau
    counts in part.

    Parameters
    ----------
    draws, correct
        n and c of each item, shape [N], 0 <= c <= n.
    k
        1 <= k <= n of every item.
    tau
        In (0, 1].

    Returns
    -------
    numpy.ndarray
        Shape [N], in [0, 1].

    Raises
    ------
    ValueError
        If tau is out of range, some item has fewer than k draws, or c is not in 0..n.

    References
    ----------
    Liu et al. 2024, "Are Your LLMs Capable of Stable Reasoning?", arXiv 2412.13147; Dragoi et al.
    2025, "Beyond Pass@k: Breadth-Depth Metrics for Reasoning Boundaries", arXiv 2510.08325, for
    Cover@tau.
    """
    least = least_right(k, tau)
    return look_up(draws, correct, lambda n: tail(n, k, least))


def least_right(k: int, tau: float) -> int:
    """Return how many of k draws make up at least a share tau of them, one or more.

    Raises
    ------
    ValueError
        If tau is out of (0, 1].
    """
    if not 0 < tau <= 1:
        msg = f"tau must lie in (0, 1], got {tau}"
        raise ValueError(msg)
    return max(1, math.ceil(tau * k - _ROUNDING))


def tail(n: int, k: int, least: int) -> FloatArray:
    """Return the chance of at least so many right ones among k of n draws, for c = 0..n."""
    if not 1 <= k <= n:
        msg = f"G-Pass@k needs 1 <= k <= n, got k = {k}, n = {n}"
        raise ValueError(msg)
    found: FloatArray = taken(n, k)[:, least:].sum(axis=1)
    return np.clip(found, 0.0, 1.0)
