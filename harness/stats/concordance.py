"""How well one score ranks draws that another one tells apart, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

_BITS = 32  # of the place among an item's values

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
    order = np.lexsort((score, items))
    level = _levels(items, gold)[order]
    items, score, counts = items[order], score[order], counts[order]
    for bit in range(int(level.max()).bit_length()):  # each pair once: at the highest that differs
        group = ((items << _BITS) | level) >> (bit + 1)
        place = np.argsort(group, kind="stable")
        won, met = _two_levels(group[place], score[place], (level[place] >> bit) & 1, counts[place])
        alike += np.bincount(items[place], won, minlength=size)
        pairs += np.bincount(items[place], met, minlength=size)
    return alike, pairs


def _two_levels(
    group: IntArray, score: FloatArray, better: IntArray, counts: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return for each row that is better what it takes part in; rows are sorted by group, score."""
    begins = _begins(group)
    starts = np.flatnonzero(begins | np.r_[True, score[1:] != score[:-1]])
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
    order = np.lexsort((gold, items))
    begins = _begins(items[order])
    rises = np.r_[False, np.diff(gold[order]) > 0] & ~begins
    total = np.cumsum(rises)
    start = np.flatnonzero(begins)
    found = np.empty(len(items), dtype=np.int64)
    found[order] = total - np.repeat(total[start], np.diff(np.r_[start, len(items)]))
    return found


def _begins(items: IntArray) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.r_[True, items[1:] != items[:-1]]
    return found
