"""Several hypotheses at once: adjusted p-values, and e-values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


def holm(p: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return p-values adjusted by Holm's step-down procedure, for the chance of any false one.

    In the order of p_i / w_i, each is multiplied by what is left of the weights over its own, and
    made monotone. Equal weights are Holm's own procedure; the first step is Bonferroni's.

    Parameters
    ----------
    p
        Shape [m], in [0, 1].
    weights
        Positive, shape [m], each hypothesis' share of alpha; 1 / m each by default. They may add
        up to less than 1: the rest belongs to hypotheses that are not among these.

    Returns
    -------
    numpy.ndarray
        Shape [m], in [0, 1]; reject where at most alpha.

    Raises
    ------
    ValueError
        If a p-value is not in [0, 1], or a weight not positive, or they add up to more than 1.

    References
    ----------
    Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, 65-70, section 4 for weights.
    """
    checked = _checked(p)
    count = len(checked)
    shares = np.full(count, 1 / max(count, 1)) if weights is None else np.asarray(weights, float)
    if shares.shape != checked.shape or not (shares > 0).all() or shares.sum() > 1 + 1e-9:
        msg = f"needs {count} positive weights that add up to 1 at most, got {shares.tolist()}"
        raise ValueError(msg)
    order = np.argsort(checked / shares, kind="stable")
    spent = np.concatenate([[0.0], np.cumsum(shares[order])[:-1]])
    steps = checked[order] * (1 - spent) / shares[order]
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def benjamini_hochberg(p: FloatArray) -> FloatArray:
    """Return p-values adjusted for the false discovery rate.

    References
    ----------
    Benjamini and Hochberg 1995, "Controlling the false discovery rate", JRSS B 57, 289-300.
    """
    checked = _checked(p)
    count = len(checked)
    order = np.argsort(checked)[::-1]
    steps = checked[order] * count / np.arange(count, 0, -1)
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(np.minimum.accumulate(steps), 1.0) if count else steps
    return adjusted


def e_benjamini_hochberg(e: FloatArray, alpha: float) -> npt.NDArray[np.bool_]:
    """Return which e-values are discoveries at false discovery rate `alpha`, whatever depends.

    The k largest are, for the largest k with k e_(k) >= m / alpha.

    Raises
    ------
    ValueError
        If an e-value is negative or NaN, or alpha not in (0, 1).

    References
    ----------
    Wang and Ramdas 2022, "False discovery rate control with e-values", JRSS B 84, 822-852.
    """
    values = np.asarray(e, dtype=np.float64)
    if not (values >= 0).all() or not 0 < alpha < 1:
        msg = f"needs e-values from 0 and alpha in (0, 1), got {values.tolist()} and {alpha}"
        raise ValueError(msg)
    count = len(values)
    order = np.argsort(values)[::-1]
    passed = np.arange(1, count + 1) * values[order] >= count / alpha
    last = int(np.flatnonzero(passed).max(initial=-1))
    found = np.zeros(count, dtype=np.bool_)
    found[order[: last + 1]] = True
    return found


def _checked(p: FloatArray) -> FloatArray:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        msg = f"p-values lie in [0, 1], got {values.tolist()}"
        raise ValueError(msg)
    return values
