"""Items that hang together in clusters: the cluster is the unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import Mean

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]


def cluster_totals(values: FloatArray, clusters: IntArray) -> FloatArray:
    """Return y_g = (G / N) sum over the items of cluster g, whose mean is that of the items.

    Parameters
    ----------
    values
        Per-item values, shape [N], finite.
    clusters
        Each item's cluster, shape [N], numbered 0..G-1 without gaps.

    Returns
    -------
    numpy.ndarray
        Shape [G].

    Raises
    ------
    ValueError
        If the shapes differ, a value is not finite, or the numbers have gaps.
    """
    if values.shape != clusters.shape or values.ndim != 1 or not len(values):
        msg = f"needs a cluster for each value, got {clusters.shape} for {values.shape}"
        raise ValueError(msg)
    if not np.isfinite(values).all():
        raise ValueError("a value is not finite")
    if clusters.min() < 0 or not np.bincount(clusters).all():
        raise ValueError("clusters must be numbered from 0 without gaps")
    sums = np.bincount(clusters, weights=values).astype(np.float64)
    return sums * (len(sums) / len(values))


def cr0(values: FloatArray, clusters: IntArray) -> float:
    """Return the cluster-robust standard error of the mean without any correction.

    References
    ----------
    Liang and Zeger 1986, "Longitudinal data analysis using generalized linear models", Biometrika
    73, 13-22.
    """
    return math.sqrt(float(np.square(_residuals(values, clusters)).sum())) / len(values)


def cr1(values: FloatArray, clusters: IntArray) -> float:
    """Return the cluster-robust standard error with the factor sqrt(G / (G - 1)); G >= 2."""
    count = int(clusters.max()) + 1
    if count < 2:  # noqa: PLR2004  a variance needs two
        raise ValueError("needs at least 2 clusters, got 1")
    return cr0(values, clusters) * math.sqrt(count / (count - 1))


def cr2(values: FloatArray, clusters: IntArray) -> Mean:
    """Estimate the mean with the bias-reduced cluster-robust variance, and its degrees of freedom.

    Each cluster's residual is weighted by (1 - n_g / N)^(-1/2), which makes the variance unbiased
    for independent items of one variance; degrees of freedom by Satterthwaite for that case.

    Raises
    ------
    ValueError
        As `cluster_totals`, or if there is one cluster only.

    References
    ----------
    Bell and McCaffrey 2002, "Bias reduction in standard errors for linear regression with
    multi-stage samples", Survey Methodology 28, 169-181.
    """
    residuals = _residuals(values, clusters)
    sizes = np.bincount(clusters).astype(np.float64)
    if len(sizes) < 2:  # noqa: PLR2004  a variance needs two
        raise ValueError("needs at least 2 clusters, got 1")
    total = sizes.sum()
    weights = 1 / np.sqrt(1 - sizes / total)
    variance = float(np.square(weights * residuals).sum()) / total**2
    # The estimator is sum_g (b_g' e)^2, with Gram matrix G_gh = b_g' b_h under equal variances.
    gram = -np.outer(weights * sizes, weights * sizes) / total
    gram[np.diag_indices(len(sizes))] += weights**2 * sizes
    df = float(np.trace(gram) ** 2 / np.square(gram).sum())
    return Mean(estimate=float(values.mean()), se=math.sqrt(variance), df=df)


def _residuals(values: FloatArray, clusters: IntArray) -> FloatArray:
    """Return each cluster's sum of deviations from the mean, shape [G]."""
    cluster_totals(values, clusters)  # checks
    return np.bincount(clusters, weights=values - values.mean()).astype(np.float64)
