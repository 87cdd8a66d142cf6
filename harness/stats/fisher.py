"""Fisher's exact test on many items at once: is an item solved more often on one side?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

_TIES = 1e-7  # two tables this near in probability are equally likely, but for rounding


def fisher_exact(
    right_a: IntArray, draws_a: IntArray, right_b: IntArray, draws_b: IntArray
) -> FloatArray:
    """Return the two-sided p-value of each item's table of right and wrong draws on two sides.

    The sum of the probabilities of all tables with the same margins that are no likelier than the
    one seen. Each set of margins is computed once: many items have few of them.

    Parameters
    ----------
    right_a, draws_a, right_b, draws_b
        Right draws and draws of each item on either side, shape [N], 0 <= right <= draws.

    Returns
    -------
    numpy.ndarray
        Shape [N], in (0, 1].

    Raises
    ------
    ValueError
        If the shapes differ or there are more right draws than draws, or fewer than none.

    References
    ----------
    Fisher 1934, "Statistical Methods for Research Workers", 5th edition, section 21.02. Two-sided
    as in R's fisher.test and scipy.stats.fisher_exact.
    """
    if not right_a.shape == draws_a.shape == right_b.shape == draws_b.shape:
        msg = "right draws and draws of both sides must be of one shape [N]"
        raise ValueError(msg)
    for right, draws in ((right_a, draws_a), (right_b, draws_b)):
        if ((right < 0) | (right > draws)).any():
            msg = "the right draws must be among the draws"
            raise ValueError(msg)
    margins = np.stack([draws_a, draws_b, right_a + right_b], axis=1)
    kinds, kind_of = np.unique(margins, axis=0, return_inverse=True)
    order = np.argsort(kind_of.ravel(), kind="stable")
    edges = np.searchsorted(kind_of.ravel()[order], np.arange(len(kinds) + 1))
    found = np.empty(len(right_a))
    for (most_a, most_b, right), start, stop in zip(
        kinds.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True
    ):
        rows = order[start:stop]
        least, p = _tails(most_a, most_b, right)
        found[rows] = p[right_a[rows] - least]
    return found


def least_p(draws_a: int, draws_b: int) -> float:
    """Return the smallest p-value that two sides of so many draws can come to.

    That is that of all right against all wrong, or where one side has far fewer draws, the like.
    """
    _, p = _tails(draws_a, draws_b, draws_b)
    _, other = _tails(draws_a, draws_b, draws_a)
    return float(min(p.min(), other.min()))


def _tails(draws_a: int, draws_b: int, right: int) -> tuple[int, FloatArray]:
    """Return the least number of right draws on side A, and the p-value of it and all above."""
    least, most = max(0, right - draws_b), min(draws_a, right)
    here = np.arange(least, most + 1, dtype=np.float64)
    log = _log_choose(draws_a, here) + _log_choose(draws_b, right - here)
    chance = np.exp(log - special.logsumexp(log))
    ordered = np.sort(chance)
    below = np.searchsorted(ordered, chance * (1 + _TIES), side="right")
    return least, np.minimum(np.cumsum(ordered)[below - 1], 1.0)


def _log_choose(n: int, k: FloatArray) -> FloatArray:
    found: FloatArray = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return found
