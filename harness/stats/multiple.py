"""Several hypotheses at once: adjusted p-values, and e-values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_ROUNDING = 1e-9  # by which weights may add up to more than 1


def holm(p: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return p-values adjusted for the chance of any false rejection, by Holm's procedure.

    In the order of p_i / w_i, p_i is multiplied by what the earlier ones left of the weights, over
    w_i, and is at least the one before. The first step is Bonferroni's. Any dependence is allowed.

    Parameters
    ----------
    p
        Shape [m], m >= 1, in [0, 1].
    weights
        Share of alpha that each hypothesis has, shape [m], positive; 1 / m if None. They may add up
        to less than 1: the rest is then left to hypotheses that are not among these.

    Returns
    -------
    numpy.ndarray
        Shape [m], in [0, 1]: reject where it is at most alpha.

    Raises
    ------
    ValueError
        If p is not of shape [m] or has a value out of range, or the weights are not of its shape,
        not positive, or add up to more than 1.

    References
    ----------
    Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, 65-70; with weights, section 4.
    """
    _check(p, 0.0, 1.0, "p-values")
    # Without weights, whole numbers: so the factors m, m - 1, ... are free of rounding.
    budget, shares = (len(p), np.ones(len(p))) if weights is None else (1, weights)
    if shares.shape != p.shape:
        msg = f"weights must be of the shape of the p-values, {p.shape}, got {shares.shape}"
        raise ValueError(msg)
    if not (shares > 0).all() or not shares.sum() <= budget * (1 + _ROUNDING):
        msg = f"weights must be positive and add up to 1 at most, got {shares.tolist()}"
        raise ValueError(msg)
    order = np.argsort(p / shares, kind="stable")
    sorted_p, sorted_shares = p[order], shares[order]
    left = max(budget - shares.sum(), 0.0) + sorted_shares[::-1].cumsum()[::-1]
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(sorted_p * left / sorted_shares)
    return np.minimum(adjusted, 1.0)


def benjamini_hochberg(p: FloatArray) -> FloatArray:
    """Return p-values adjusted for the false discovery rate, by Benjamini and Hochberg's procedure.

    For p-values that are independent or depend positively.

    Parameters
    ----------
    p
        Shape [m], m >= 1, in [0, 1].

    Returns
    -------
    numpy.ndarray
        Shape [m], in [0, 1]: a discovery where it is at most the rate.

    Raises
    ------
    ValueError
        If p is not of shape [m], or has a value out of range.

    References
    ----------
    Benjamini and Hochberg 1995, "Controlling the false discovery rate: a practical and powerful
    approach to multiple testing", JRSS B 57, 289-300.
    """
    _check(p, 0.0, 1.0, "p-values")
    falling = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[falling] = np.minimum.accumulate(p[falling] * len(p) / ranks)
    return np.minimum(adjusted, 1.0)


def e_benjamini_hochberg(e_values: FloatArray, alpha: float) -> npt.NDArray[np.bool_]:
    """Say which hypotheses are discoveries at a false discovery rate, by e-values.

    The k largest, for the largest k with k e_(k) >= m / alpha. Any dependence is allowed.

    Parameters
    ----------
    e_values
        Shape [m], m >= 1, from 0, possibly infinite.
    alpha
        The false discovery rate, in (0, 1).

    Returns
    -------
    numpy.ndarray
        Shape [m].

    Raises
    ------
    ValueError
        If the e-values are not of shape [m], one is negative or NaN, or alpha is out of range.

    References
    ----------
    Wang and Ramdas 2022, "False discovery rate control with e-values", JRSS B 84, 822-852.
    """
    _check(e_values, 0.0, math.inf, "e-values")
    if not 0 < alpha < 1:
        msg = f"alpha must lie in (0, 1), got {alpha}"
        raise ValueError(msg)
    count = len(e_values)
    falling = np.sort(e_values)[::-1]
    enough = np.flatnonzero(np.arange(1, count + 1) * falling >= count / alpha)
    least = falling[enough[-1]] if len(enough) else math.inf
    return np.asarray(e_values >= least)


def _check(values: FloatArray, low: float, high: float, of: str) -> None:
    if values.ndim != 1 or not len(values):
        msg = f"{of} must be of shape [m], m >= 1, got {values.shape}"
        raise ValueError(msg)
    inside = (low <= values) & (values <= high)
    if not inside.all():
        msg = f"{of} must lie in [{low:g}, {high:g}], got {values[~inside][0]}"
        raise ValueError(msg)
