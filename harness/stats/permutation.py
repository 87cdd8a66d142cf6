"""Sign-flip tests of a mean, and the confidence bounds that they imply."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from harness.stats.bootstrap import Resampled, slack
from harness.stats.cluster import cluster_sums
from harness.stats.mean import check_values

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

ENUMERATED = 20  # the most items of which all sign patterns are tried
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1).T  # of each byte


@dataclass(frozen=True, slots=True, kw_only=True)
class SignFlip:
    """The p-values of a sign-flip test, and whether all sign patterns were tried."""

    p_greater: float
    p_less: float
    p_two_sided: float
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SignFlipMean(Resampled):
    """A mean with the p-values of the sign-flip test, all by one set of sign patterns."""


def sign_flip(
    values: FloatArray,
    threshold: float = 0.0,
    *,
    generator: np.random.Generator,
    resamples: int = 9_999,
) -> SignFlip:
    """Test whether the mean is at a threshold, the values being symmetric about it.

    The p-value is the share of sign patterns of d_i - D0 whose sum is at least as extreme: exactly
    that of all 2^m patterns of the m items that differ from the threshold, if m is at most 20;
    else (1 + count) / (1 + M) of M random ones. Ties count as extreme. The two-sided p-value is
    twice the smaller one.

    Parameters
    ----------
    values
        d_i, per-item values of the order of 1, shape [N], N >= 2. To flip whole clusters, give
        `cluster_sums` of d_i - D0, and no threshold.
    threshold
        D0.
    generator
        Of random patterns.
    resamples
        M >= 1.

    Raises
    ------
    ValueError
        If there are fewer than two values, one or the threshold is not finite, or M is below 1.

    References
    ----------
    Fisher 1935, "The Design of Experiments", section 21; Phipson and Smyth 2010, "Permutation
    P-values should never be zero", Statistical Applications in Genetics and Molecular Biology 9.
    """
    check_values(values)
    if not math.isfinite(threshold):
        msg = f"the threshold must be finite, got {threshold}"
        raise ValueError(msg)
    shifted = values - threshold
    moved = shifted[np.abs(shifted) > slack(values)]
    exact = len(moved) <= ENUMERATED
    tested = moved if exact else shifted
    found = _sign_flip_mean(tested, np.ones(len(tested)), generator, resamples)
    greater, less = found.p_greater(0.0), found.p_less(0.0)
    return SignFlip(
        p_greater=greater, p_less=less, p_two_sided=min(1.0, 2 * min(greater, less)), exact=exact
    )


def sign_flip_mean(
    values: FloatArray,
    *,
    seed: int | np.random.Generator,
    resamples: int = 9_999,
    clusters: IntArray | None = None,
) -> SignFlipMean:
    """Return the mean with the p-values and bounds of the sign-flip test.

    A pattern that flips the items F is at least as extreme as what was seen exactly if the mean
    of F is at most the threshold. So the bounds are order statistics of means of subsets: all
    2^N - 1 of them if N is at most 20, else M random ones. They lie within the values: where no
    item differs they are what all have in common, and rare changes that were not seen go unheeded.

    Parameters
    ----------
    values
        d_i, per-item values of the order of 1, shape [N], N >= 2.
    seed
        Of random subsets, or their generator.
    resamples
        M >= 1.
    clusters
        Label of each item's cluster, shape [N]: at least two clusters, which flip as wholes.

    Raises
    ------
    ValueError
        If there are fewer than two items or clusters, a value is not finite, the shapes differ, or
        M is below 1.

    References
    ----------
    Hartigan 1969, "Using subsample values as typical values", JASA 64, 1303-1317.
    """
    check_values(values)
    generator = np.random.default_rng(seed)
    ones = np.ones(len(values))
    if clusters is None:
        return _sign_flip_mean(values, ones, generator, resamples)
    sums, sizes = cluster_sums(values, clusters), cluster_sums(ones, clusters)
    check_values(sums, "clusters")
    return _sign_flip_mean(sums, sizes, generator, resamples)


def sign_flip_bound(
    values: FloatArray,
    alpha: float,
    side: Literal["lower", "upper"],
    *,
    generator: np.random.Generator,
    resamples: int = 9_999,
) -> float:
    """Return one bound at level 1 - `alpha` by the sign-flip test: see `sign_flip_mean`."""
    found = sign_flip_mean(values, seed=generator, resamples=resamples)
    return found.lower(alpha) if side == "lower" else found.upper(alpha)


def _sign_flip_mean(
    sums: FloatArray, sizes: FloatArray, generator: np.random.Generator, resamples: int
) -> SignFlipMean:
    if resamples < 1:
        msg = f"there must be at least 1 random pattern, got {resamples}"
        raise ValueError(msg)
    if len(sums) <= ENUMERATED:
        flipped, counts = _all_subsets(sums), _all_subsets(sizes)
        patterns = len(counts)
    else:
        flipped, counts = _random_subsets(np.stack([sums, sizes], axis=1), generator, resamples).T
        patterns = resamples + 1  # with the one that flips nothing
    some = counts > 0
    points = flipped[some]
    points /= counts[some]
    points.sort()
    return SignFlipMean(
        estimate=float(sums.sum() / sizes.sum()) if len(sums) else 0.0,
        points=points,
        patterns=patterns,
        slack=slack(sums / sizes),
    )


def _all_subsets(values: FloatArray) -> FloatArray:
    """Return the sums of all subsets, shape [2^m], the empty one first."""
    sums = np.zeros(2 ** len(values))
    for place, value in enumerate(values):
        sums[2**place : 2 ** (place + 1)] = sums[: 2**place] + value
    return sums


def _random_subsets(
    columns: FloatArray, generator: np.random.Generator, resamples: int
) -> FloatArray:
    """Return the sums of random subsets of the rows, [N, L], shape [M, L]."""
    sums = np.zeros((resamples, columns.shape[1]))
    for start in range(0, len(columns), 8):
        # Eight rows have 256 subsets: one random byte looks up the sums of theirs.
        rows = columns[start : start + 8]
        table = _BITS[: len(rows)].T @ rows
        sums += table[generator.integers(256, size=resamples, dtype=np.uint8)]
    return sums
