"""Fisher's exact test of two proportions, for many items at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

_ALIKE = 1e-7  # tables whose probabilities differ by rounding alone count as equally likely


def fisher_exact(
    first: IntArray, first_draws: IntArray, second: IntArray, second_draws: IntArray
) -> FloatArray:
    """Return the two-sided p-value of "both have one chance", for each pair of counts.

    The probability, given the margins, of all tables that are no likelier than the one seen.

    Parameters
    ----------
    first, first_draws, second, second_draws
        Hits and draws on both sides, each of shape [N], 0 <= hits <= draws.

    Returns
    -------
    numpy.ndarray
        Shape [N], in (0, 1].

    Raises
    ------
    ValueError
        If a count is out of range.

    References
    ----------
    Fisher 1935, "The logic of inductive inference", JRSS 98, 39-82.
    """
    tables = np.stack([first, first_draws, second, second_draws], axis=1)
    wrong = (first < 0) | (first > first_draws) | (second < 0) | (second > second_draws)
    if wrong.any():
        msg = f"hits must be among the draws, got {tables[wrong][0].tolist()}"
        raise ValueError(msg)
    different, places = _different(tables)
    found = np.array([_two_sided(*table) for table in different.tolist()])
    return found[places]


def _different(tables: IntArray) -> tuple[IntArray, IntArray]:
    """Return the different rows, and which of them each is; `np.unique` of rows takes long."""
    first = places = np.zeros(len(tables), dtype=np.int64)
    for column in tables.T:
        values, codes = np.unique(column, return_inverse=True)
        _, first, places = np.unique(
            places * len(values) + codes, return_index=True, return_inverse=True
        )
    return tables[first], places


def chance_of_none(draws: IntArray, other_draws: IntArray, hits: IntArray) -> FloatArray:
    """Return the chance that none of the hits is on the first side, if both have one chance.

    Given how many hits there are on both sides together: C(m, t) / C(n + m, t).

    Parameters
    ----------
    draws, other_draws, hits
        n and m draws of the sides, and t hits in all, each of shape [N], 0 <= t <= n + m.

    Returns
    -------
    numpy.ndarray
        Shape [N], in [0, 1].
    """
    possible = hits <= other_draws
    kept = np.where(possible, hits, 0)
    both = draws + other_draws
    logs = (
        special.gammaln(other_draws + 1)
        - special.gammaln(other_draws - kept + 1)
        + special.gammaln(both - kept + 1)
        - special.gammaln(both + 1)
    )
    return np.where(possible, np.minimum(np.exp(logs), 1.0), 0.0)


def _two_sided(hits: int, draws: int, others: int, other_draws: int) -> float:
    total = hits + others
    possible = np.arange(max(0, total - other_draws), min(draws, total) + 1)
    likely = _log_choose(draws, possible) + _log_choose(other_draws, total - possible)
    chances = np.exp(likely - special.logsumexp(likely))
    seen = chances[hits - possible[0]]
    return min(float(chances[chances <= seen * (1 + _ALIKE)].sum()), 1.0)


def _log_choose(n: int, k: IntArray) -> FloatArray:
    found: FloatArray = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return found
