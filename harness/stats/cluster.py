"""The mean of items that hang together in clusters: the cluster is the unit of inference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import Mean, check_values

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

_ROUNDING = 1e-12  # share of the largest value, within which cluster means are taken for equal


def cluster_sums(values: FloatArray, clusters: IntArray) -> FloatArray:
    """Return the sum of the values of each cluster; of ones, the clusters' sizes.

    Parameters
    ----------
    values
        Per-item values, shape [N], N >= 1, finite.
    clusters
        Label of each item's cluster, any integers, shape [N].

    Returns
    -------
    numpy.ndarray
        Shape [G], in the order of the labels.

    Raises
    ------
    ValueError
        If the shapes differ, there are no items, or a value is not finite.
    """
    return _by_cluster(values, _places(values, clusters))


def cluster_totals(values: FloatArray, clusters: IntArray) -> FloatArray:
    """Return y_g = (G / N) sum over the items of cluster g, whose mean is that of the items.

    Under the hypothesis that the mean is zero, flipping the sign of a total flips its items
    together. For any other threshold take the totals of `values` less the threshold; for a
    variance take `linearised_totals`: where clusters differ in size, so do their totals.

    Parameters
    ----------
    values
        Per-item values, shape [N], finite.
    clusters
        Label of each item's cluster, any integers, shape [N].

    Returns
    -------
    numpy.ndarray
        Shape [G], in the order of the labels.

    Raises
    ------
    ValueError
        As `cluster_sums`.
    """
    sums = cluster_sums(values, clusters)
    return sums * (len(sums) / len(values))


def linearised_totals(values: FloatArray, clusters: IntArray) -> FloatArray:
    """Return z_g = m + (G / N) sum over the items of cluster g of (d_i - m), m their mean.

    Their mean is m, and their plain standard error is CR1, whatever the clusters' sizes: the mean
    over items is a ratio of two totals, values and items, linearised here by Taylor's expansion.
    With clusters of one size they are the `cluster_totals`.

    Parameters
    ----------
    values, clusters
        As of `cluster_totals`.

    Returns
    -------
    numpy.ndarray
        Shape [G], in the order of the labels.

    Raises
    ------
    ValueError
        As `cluster_sums`.

    References
    ----------
    Woodruff 1971, "A simple method for approximating the variance of a complicated estimate",
    JASA 66, 411-414; Cochran 1977, "Sampling Techniques", 3rd edition, section 9A.4.
    """
    residuals = _residuals(values, clusters)
    return float(values.mean()) + residuals * (len(residuals) / len(values))


def cr0(values: FloatArray, clusters: IntArray) -> float:
    """Return the cluster-robust standard error of the mean without any correction.

    Raises
    ------
    ValueError
        As `cluster_sums`, or if there are fewer than two clusters.

    References
    ----------
    Liang and Zeger 1986, "Longitudinal data analysis using generalized linear models", Biometrika
    73, 13-22.
    """
    residuals = _residuals(values, clusters)
    return math.sqrt(float(np.square(residuals).sum())) / len(values)


def cr1(values: FloatArray, clusters: IntArray) -> float:
    """Return the cluster-robust standard error with the factor sqrt(G / (G - 1)); see `cr0`."""
    residuals = _residuals(values, clusters)
    count = len(residuals)
    return math.sqrt(float(np.square(residuals).sum()) * count / (count - 1)) / len(values)


def cr2(values: FloatArray, clusters: IntArray) -> Mean:
    """Estimate the mean with the bias-reduced cluster-robust variance, and its degrees of freedom.

    Each cluster's residual is weighted by (1 - n_g / N)^(-1/2), which makes the variance unbiased
    for independent items of one variance; degrees of freedom by Satterthwaite for that case:
    G - 1 for clusters of one size, fewer for others.

    Raises
    ------
    ValueError
        As `cr0`, or if all clusters have the same mean: there is no error to go by then.

    References
    ----------
    Bell and McCaffrey 2002, "Bias reduction in standard errors for linear regression with
    multi-stage samples", Survey Methodology 28, 169-181.
    """
    residuals = _residuals(values, clusters)
    sizes = cluster_sums(np.ones(len(values)), clusters)
    if (np.abs(residuals) <= _ROUNDING * sizes * np.abs(values).max()).all():
        msg = f"all {len(sizes)} clusters have the mean {values.mean():g}: no error to go by"
        raise ValueError(msg)
    kept = 1 - sizes / len(values)
    se = math.sqrt(float((np.square(residuals) / kept).sum())) / len(values)
    return Mean(estimate=float(values.mean()), se=se, df=_satterthwaite_df(sizes))


def random_effects(values: FloatArray, clusters: IntArray) -> Mean:
    """Estimate the mean with the variance of the one-way random-effects model.

    (s_b^2 sum_g n_g^2 + s_w^2 N) / N^2, with the components between and within clusters by the
    analysis of variance, s_b^2 at least 0; the degrees of freedom of `cr2`. With clusters of one
    size it is CR1, unless s_b^2 is cut off. Where clusters differ in size, it goes by all of them
    for what a large one may do: CR1 takes each at its word, and is misled if few are wrong.

    Raises
    ------
    ValueError
        As `cr0`.

    References
    ----------
    Searle, Casella and McCulloch 1992, "Variance Components", section 3.6 (unbalanced data).
    """
    residuals, total = _residuals(values, clusters), len(values)
    sizes = cluster_sums(np.ones(total), clusters)
    count, kish = len(sizes), float(np.square(sizes).sum()) / total
    between = float((np.square(residuals) / sizes).sum())
    within = max(float(np.square(values - values.mean()).sum()) - between, 0.0)
    within /= max(total - count, 1)  # zero already if every item is a cluster
    component = max((between / (count - 1) - within) * (count - 1) / (total - kish), 0.0)
    se = math.sqrt((component * kish + within) / total)
    return Mean(estimate=float(values.mean()), se=se, df=_satterthwaite_df(sizes))


def _satterthwaite_df(sizes: FloatArray) -> float:
    """Return the degrees of freedom of CR2 for independent items of one variance."""
    total = sizes.sum()
    kept = 1 - sizes / total
    # The estimator is sum_g (b_g' e)^2, where b_g' b_g = n_g and b_g' b_h =
    # -n_g n_h / (N sqrt(kept_g kept_h)): df is the trace of their matrix squared, over the sum of
    # its squares, without the matrix itself.
    squares = (sizes**2 / kept).sum() ** 2 / total**2
    squares += (sizes**2 * (1 - 2 * sizes / total) / kept**2).sum()
    return float(total**2 / squares)


def _residuals(values: FloatArray, clusters: IntArray) -> FloatArray:
    """Return each cluster's sum of deviations from the mean, shape [G]; G >= 2."""
    places = _places(values, clusters)
    residuals = _by_cluster(values - values.mean(), places)
    check_values(residuals, "clusters")
    return residuals


def _by_cluster(values: FloatArray, places: IntArray) -> FloatArray:
    return np.bincount(places, weights=values).astype(np.float64)


def _places(values: FloatArray, clusters: IntArray) -> IntArray:
    """Return the place of each item's cluster in the order of the labels, 0..G-1."""
    if values.shape != clusters.shape or values.ndim != 1 or not len(values):
        msg = f"needs a cluster for each value, got {clusters.shape} for {values.shape}"
        raise ValueError(msg)
    finite = np.isfinite(values)
    if not finite.all():
        msg = f"a value of the items is not finite: {values[~finite][0]}"
        raise ValueError(msg)
    return np.unique(clusters, return_inverse=True)[1]
