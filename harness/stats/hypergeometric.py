"""What m of n draws hold, taken without replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


def taken(n: int, m: int) -> FloatArray:
    """Return the chance that m of n draws hold x of the c right ones, for all c and x.

    C(c, x) C(n-c, m-x) / C(n, m).

    Parameters
    ----------
    n, m
        Draws, and draws taken without replacement among them; 0 <= m <= n.

    Returns
    -------
    numpy.ndarray
        Shape [n + 1, m + 1]: row c, column x. Rows add up to 1.
    """
    right = np.arange(n + 1)[:, np.newaxis]
    hits = np.arange(m + 1)
    possible = (hits <= right) & (m - hits <= n - right)
    logs = _log_choose(right, np.minimum(hits, right)) + _log_choose(
        n - right, np.clip(m - hits, 0, n - right)
    )
    found = np.where(possible, np.exp(logs - _log_choose(np.array(n), np.array(m))), 0.0)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _log_choose(n: npt.NDArray[np.int64], k: npt.NDArray[np.int64]) -> FloatArray:
    found: FloatArray = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return found
