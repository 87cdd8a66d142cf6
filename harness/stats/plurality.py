"""Plurality votes among draws without replacement, exactly."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]


def plurality_chance(hits: int, others: IntArray, k: int) -> float:
    """Return the chance that one answer gets the most of k votes, ties split evenly.

    The votes are drawn without replacement from n answers (multivariate hypergeometric). Summed
    over the votes r of the answer, 1 <= r <= k: the chance that no other has more than r, by a
    dynamic programme over the others, times the mean of 1 / (1 + t), t the number that tie.

    Parameters
    ----------
    hits
        How many of the n draws gave the answer, at least 1.
    others
        How many gave each other answer, shape [A], not negative.
    k
        1 <= k <= n.

    Returns
    -------
    float
        In [0, 1].
    """
    votes, y, weight = _leads(hits, others, k)
    draws = hits + int(others.sum())
    # Given their sum, independent binomials of any one chance are multivariate hypergeometric.
    # With chance k / n the sum is likely k, so that no digits are lost.
    share = k / draws
    state = np.zeros((len(votes), k + 1))
    state[np.arange(len(votes)), votes] = weight * _binomial(hits, share)[votes]
    for count in others.tolist():
        chance = _binomial(count, share)
        grown = state * chance[0]
        for x in range(1, min(count, int(votes[-1])) + 1):
            first = int(np.searchsorted(votes, x))
            factor = np.where(votes[first:] == x, y[first:], 1.0) * chance[x]
            grown[first:, x:] += factor[:, np.newaxis] * state[first:, :-x]
        state = grown
    return min(float(state[:, k].sum() / _binomial(draws, share)[k]), 1.0)


def plurality_cost(hits: int, others: IntArray, k: int) -> int:
    """Return how many multiplications `plurality_chance` takes at most."""
    nodes = _most_ties(np.arange(1, min(hits, k) + 1), others, k) // 2 + 1
    return int(nodes.sum()) * (k + 1) * int(np.minimum(others, k).sum() + len(others))


def _leads(hits: int, others: IntArray, k: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return pairs of r, ascending, and a node y, with the node's weight; each of shape [P].

    1 / (1 + t) is the integral of y^t over [0, 1]. With a factor y for each answer that ties,
    the chance is a polynomial in y, which Gauss and Legendre's nodes integrate exactly.
    """
    most = np.arange(1, min(hits, k) + 1)
    rules = [_nodes(ties // 2 + 1) for ties in _most_ties(most, others, k).tolist()]
    votes = np.repeat(most, [len(y) for y, _ in rules])
    return votes, np.concatenate([y for y, _ in rules]), np.concatenate([w for _, w in rules])


def _most_ties(votes: IntArray, others: IntArray, k: int) -> IntArray:
    """Return how many other answers can at most tie with r votes: the degree in y."""
    able = (others >= votes[:, np.newaxis]).sum(axis=1)
    most: IntArray = np.minimum(able, (k - votes) // votes)
    return most


@cache
def _nodes(count: int) -> tuple[FloatArray, FloatArray]:
    """Return the nodes and weights on [0, 1] that are exact up to degree 2 `count` - 1."""
    x, weight = np.polynomial.legendre.leggauss(count)
    return (x + 1) / 2, weight / 2


def _binomial(count: int, share: float) -> FloatArray:
    """Return the chances of 0..`count` successes in as many trials."""
    x = np.arange(count + 1)
    logs = special.xlogy(x, share) + special.xlog1py(count - x, -share)
    logs -= special.betaln(x + 1, count - x + 1) + np.log(count + 1)
    return np.asarray(np.exp(logs))
