"""How the items' chances are distributed, from counts that show each chance with noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

_POINTS = 201  # of the chances, closer together near 0 and 1
_STEPS = 400
_GAINED = 1e-6  # of the log likelihood of all items, below which a step is the last one
_ROUNDING = 1e-9


def share_reaching(draws: IntArray, correct: IntArray, taus: FloatArray) -> FloatArray:
    """Estimate the share of items whose chance is at least tau: Cover@tau.

    Counting the items with c / n >= tau takes the noise of the draws for differences between
    items. Here the distribution of the chances is the one of largest likelihood, by EM on a fixed
    grid; it is consistent as items and draws grow, and has no simple standard error.

    Parameters
    ----------
    draws, correct
        n and c of each item, shape [N], N >= 1, 0 <= c <= n.
    taus
        Shape [T], in [0, 1].

    Returns
    -------
    numpy.ndarray
        Shape [T], in [0, 1].

    Raises
    ------
    ValueError
        If there are no items, or a count is out of range.

    References
    ----------
    Kiefer and Wolfowitz 1956, "Consistency of the maximum likelihood estimator in the presence of
    infinitely many incidental parameters", Annals of Mathematical Statistics 27, 887-906; Lord
    1969, "Estimating true-score distributions in psychological testing", Psychometrika 34, 259-299;
    Vinayak, Kong, Valiant and Kakade 2019, "Maximum likelihood estimation for learning populations
    of parameters", ICML, for how near it comes.
    """
    if not len(draws) or ((correct < 0) | (correct > draws)).any():
        msg = "the right draws of each of one item or more must be among its draws"
        raise ValueError(msg)
    points = np.sin(np.linspace(0, np.pi / 2, _POINTS)) ** 2
    weights = _likeliest(draws, correct, points)
    reach = points >= taus[:, np.newaxis] - _ROUNDING
    return np.clip(reach @ weights, 0.0, 1.0)


def _likeliest(draws: IntArray, correct: IntArray, points: FloatArray) -> FloatArray:
    """Return the weights of the points with the largest likelihood, by EM."""
    tables, times = np.unique(np.stack([draws, correct]), axis=1, return_counts=True)
    n, c = tables[:, :, np.newaxis]
    logs = special.xlogy(c, points) + special.xlog1py(n - c, -points)
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights = np.full(len(points), 1 / len(points))
    before = -np.inf
    for _ in range(_STEPS):
        mixed = likely @ weights
        weights = weights * ((times / mixed) @ likely) / len(draws)
        now = float(times @ np.log(mixed))
        if now - before < _GAINED:
            break
        before = now
    return np.asarray(weights)
