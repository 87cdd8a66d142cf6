"""How well one score ranks draws that another one tells apart, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]


def concordance(
    items: IntArray, score: FloatArray, gold: FloatArray, counts: IntArray, size: int
) -> tuple[FloatArray, FloatArray]:
    """Count pairs of draws of one item that differ in gold, and those that the score ranks alike.

    Their ratio is the chance that of two such draws the better one has the higher score, ties
    counting half: the area under the ROC curve where gold is 0 or 1 (Mann and Whitney 1947), and
    (1 + D) / 2 of Somers' D of the score given gold (Somers 1962) for any other.

    Parameters
    ----------
    items
        For each of T rows the number of its item, from 0 and below `size`, shape [T].
    score, gold
        What is to rank, and what is to be ranked, shape [T].
    counts
        How many draws a row stands for, shape [T].
    size
        The number of items, N.

    Returns
    -------
    tuple of arrays
        For each item the pairs that are ranked alike, and all pairs, each of shape [N].

    References
    ----------
    Mann and Whitney 1947, Annals of Mathematical Statistics 18, 50-60. Somers 1962, "A new
    asymmetric measure of association for ordinal variables", American Sociological Review 27.
    """
    alike, pairs = np.zeros(size), np.zeros(size)
    if not len(items):
        return alike, pairs
    values, rank = np.unique(score, return_inverse=True)
    level = _levels(items, gold)
    bits = int(level.max()).bit_length()
    for bit in range(bits):  # each pair once: at the highest bit that differs
        group = ((items << bits) | level) >> (bit + 1)
        order = np.argsort(group * len(values) + rank)
        better = (level[order] >> bit) & 1
        won, met = _two_levels(group[order], rank[order], better, counts[order])
        alike += np.bincount(items[order], won, minlength=size)
        pairs += np.bincount(items[order], met, minlength=size)
    return alike, pairs


def _two_levels(
    group: IntArray, rank: IntArray, better: IntArray, counts: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return for each row that is better what it takes part in; rows are sorted by group, rank."""
    begins = _begins(group)
    starts = np.flatnonzero(begins | np.r_[True, rank[1:] != rank[:-1]])
    runs = np.diff(np.r_[starts, len(group)])
    worse = np.add.reduceat(counts * (1 - better), starts)  # of each run of one score
    heads = np.flatnonzero(begins[starts])
    spans = np.diff(np.r_[heads, len(starts)])
    before = np.cumsum(worse) - worse
    before -= np.repeat(before[heads], spans)
    all_worse = np.repeat(np.add.reduceat(worse, heads), spans)
    draws = (counts * better).astype(np.float64)
    won: FloatArray = draws * np.repeat(before + worse / 2, runs)
    return won, draws * np.repeat(all_worse, runs)


def _levels(items: IntArray, gold: FloatArray) -> IntArray:
    """Return the place of gold among the different values of its item, from 0."""
    values, rank = np.unique(gold, return_inverse=True)
    order = np.argsort(items * len(values) + rank)
    begins = _begins(items[order])
    total = np.cumsum(np.r_[False, np.diff(rank[order]) > 0] & ~begins)
    start = np.flatnonzero(begins)
    found = np.empty(len(items), dtype=np.int64)
    found[order] = total - np.repeat(total[start], np.diff(np.r_[start, len(items)]))
    return found


def _begins(items: IntArray) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.r_[True, items[1:] != items[:-1]]
    return found
