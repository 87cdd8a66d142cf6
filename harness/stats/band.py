"""Simultaneous bands over the k of pass@k curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from harness.stats.mean import check_values, floored_se, t_quantile
from harness.stats.passk import look_up, miss_probabilities

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

_CELLS = 2**20  # multipliers by k at a time: 8 MB as numbers
_UNEXPLAINED = 1e-10  # share of a variance that is left out: far above rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A curve with bounds that hold at all its K points at once; arrays of shape [K]."""

    estimate: FloatArray
    se: FloatArray
    critical: float
    low: FloatArray
    high: FloatArray


def curve(draws: IntArray, correct: IntArray, ks: IntArray) -> FloatArray:
    """Estimate pass@k of each item at each of `ks`, without bias: see `pass_at_k`.

    Parameters
    ----------
    draws, correct
        n and c of each item, shape [N], 0 <= c <= n.
    ks
        Shape [K], each 1 <= k <= n of every item.

    Returns
    -------
    numpy.ndarray
        Shape [N, K], in [0, 1].

    Raises
    ------
    ValueError
        If there is no k, some item has fewer than k draws, or c is not in 0..n.
    """
    return look_up(draws, correct, lambda n: 1.0 - miss_probabilities(n, ks))


def max_t_band(  # noqa: PLR0913  the data, the level and how to simulate
    differences: FloatArray,
    alpha: float,
    *,
    generator: np.random.Generator,
    multipliers: int = 4_000,
    half_range: float = 1.0,
    sides: Literal[1, 2] = 2,
) -> Band:
    """Return a band that holds the whole mean curve with chance 1 - `alpha`.

    The critical value is the (1 - alpha)-quantile of max_k |T_k|, T_k = sum_i e_i (d_ik -
    mean d_k) / sqrt(SS_k), e_i ~ N(0, 1), divided by sqrt(chi^2_{N-1} / (N-1)), so that at one k
    it is Student's. The width has the standard error with one phantom item, which is never
    zero; the critical value has not, or it would vanish where no item differs.

    Parameters
    ----------
    differences
        d_ik, paired differences of two arms' curves or one arm's curve, shape [N, K], N >= 2.
    alpha
        Error rate over all k together, in (0, 1/2).
    generator
        Of the multipliers.
    multipliers
        M, how often they are drawn.
    half_range
        R > 0, half the width of the range of a d_ik: 1 for differences.
    sides
        2: with chance 1 - alpha the curve is within both bounds. 1: it is above the lower bound
        with that chance, and below the upper one with that chance.

    Raises
    ------
    ValueError
        If there are fewer than two items, no k, a value that is not finite, or `alpha`, R or M
        are out of range.

    References
    ----------
    Chernozhukov, Chetverikov and Kato 2013, "Gaussian approximations and multiplier bootstrap for
    maxima of sums of high-dimensional random vectors", Annals of Statistics 41, 2786-2819.
    """
    check_values(differences)
    if differences.ndim != 2 or differences.shape[1] == 0:  # noqa: PLR2004  items by k
        msg = f"differences must be of shape [N, K], got {differences.shape}"
        raise ValueError(msg)
    if not 0 < alpha < 0.5 or multipliers < 1 / alpha:  # noqa: PLR2004  a bound, not an estimate
        msg = f"alpha must lie in (0, 1/2), with 1 / alpha multipliers, got {alpha}, {multipliers}"
        raise ValueError(msg)
    count = len(differences)
    estimate = differences.mean(axis=0)
    deviations = differences - estimate
    products = deviations.T @ deviations
    squares = products.diagonal()
    se = np.asarray(floored_se(squares, count, half_range))
    critical = t_quantile(1 - alpha / sides, count - 1)
    varying = np.ptp(differences, axis=0) > 0
    if varying.any():
        lengths = np.sqrt(squares[varying])
        correlations = products[np.ix_(varying, varying)] / np.multiply.outer(lengths, lengths)
        maxima = _maxima(correlations, count - 1, generator, multipliers, sides)
        # At one k the bound is known, and a simulated one must not fall below it.
        critical = max(critical, float(np.quantile(maxima, 1 - alpha, method="higher")))
    width = critical * se
    return Band(
        estimate=estimate, se=se, critical=critical, low=estimate - width, high=estimate + width
    )


def _maxima(
    correlations: FloatArray, df: int, generator: np.random.Generator, multipliers: int, sides: int
) -> FloatArray:
    """Draw max_k of |T_k|, or of T_k, from the correlations of the columns, shape [K, K]."""
    loadings = _loadings(correlations)
    maxima = np.empty(multipliers)
    batch = max(_CELLS // len(correlations), 1)
    for start in range(0, multipliers, batch):
        stop = min(start + batch, multipliers)
        found = generator.standard_normal((stop - start, len(loadings))) @ loadings
        maxima[start:stop] = (np.abs(found, out=found) if sides > 1 else found).max(axis=1)
    return maxima / np.sqrt(generator.chisquare(df, multipliers) / df)


def _loadings(correlations: FloatArray) -> FloatArray:
    """Return L, shape [r, K], with L'L = R: r normals e then have the correlations R in e'L.

    By Cholesky's decomposition, each time of the column that is explained least so far. The curve
    at one k tells most of the next, so that r is far below N and K; and there are none of
    the many small parallel steps of QR or SVD, which stall where the cores are shared.
    """
    left = correlations.diagonal().copy()
    loadings = np.empty_like(correlations)
    rank = 0
    while rank < len(left) and left.max() > _UNEXPLAINED:
        pivot = int(left.argmax())
        rest = correlations[pivot] - loadings[:rank, pivot] @ loadings[:rank]
        loadings[rank] = rest / np.sqrt(left[pivot])
        left -= np.square(loadings[rank])
        rank += 1
    return loadings[:rank]
