"""How much the answers to an item differ, made comparable at equal draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from harness.stats.hypergeometric import taken
from harness.stats.passk import miss_probability

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCounts:
    """How often each answer was given to each item, item after item.

    Attributes
    ----------
    items
        The item of each answer, in 0..N-1, ascending, shape [K].
    counts
        How often it was given, at least 1, shape [K].
    draws
        Draws of each item, the sum of its counts, shape [N].
    """

    items: IntArray
    counts: IntArray
    draws: IntArray


def unique_answers(found: AnswerCounts, m: int) -> FloatArray:
    """Return how many different answers are expected among `m` of an item's draws.

    sum_a [1 - C(n - c_a, m) / C(n, m)], without bias: rarefaction.

    Raises
    ------
    ValueError
        If some item has fewer than `m` draws.

    References
    ----------
    Hurlbert 1971, "The nonconcept of species diversity: a critique and alternative parameters",
    Ecology 52, 577-586.
    """
    return _summed(found, lambda n: 1.0 - miss_probability(n, m))


def entropy(found: AnswerCounts, m: int) -> FloatArray:
    """Return the entropy of an item's answers in nats, as `m` draws tell it, corrected for bias.

    The mean of the plug-in entropy over all choices of `m` of the n draws, plus (K - 1) / (2 m), K
    the different answers expected among them: at equal draws what bias is left is alike. It lies
    between 0, for a single answer, and log m + (m - 1) / (2 m), where all are different.

    Raises
    ------
    ValueError
        If some item has fewer than `m` draws.

    References
    ----------
    Miller 1955, "Note on the bias of information estimates", in Quastler (ed.), "Information
    Theory in Psychology", 95-100.
    """
    plain = _summed(found, lambda n: _mean_surprise(n, m))
    return plain + (unique_answers(found, m) - 1) / (2 * m)


def plurality_share(found: AnswerCounts, m: int, generator: np.random.Generator) -> FloatArray:
    """Return the share of an item's most common answer among `m` draws (self-consistency).

    Of items with more draws `m` are chosen at random: the share of the most common of more draws
    would be lower by its bias alone.

    Raises
    ------
    ValueError
        If some item has fewer than `m` draws.
    """
    _check(found, m)
    shares = np.zeros(len(found.draws))
    exact = found.draws[found.items] == m
    np.maximum.at(shares, found.items[exact], found.counts[exact] / m)
    more = ~exact
    if more.any():
        answers, kept = _thinned(found.items[more], found.counts[more], m, generator)
        np.maximum.at(shares, found.items[more][answers], kept / m)
    return shares


def _thinned(
    items: IntArray, counts: IntArray, m: int, generator: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Choose `m` draws of each item; return the answers among them, and how often each is there."""
    answer_of = np.repeat(np.arange(len(counts)), counts)
    item_of = items[answer_of]
    order = np.lexsort((generator.random(len(item_of)), item_of))
    place = np.arange(len(order)) - np.searchsorted(item_of, item_of)  # ascending, as sorted
    return np.unique(answer_of[order[place < m]], return_counts=True)


def _summed(found: AnswerCounts, table_of: Callable[[int], FloatArray]) -> FloatArray:
    """Add up a table over c = 0..n, which is made once for each n, over the answers of an item."""
    of_answer = found.draws[found.items]
    values = np.empty(len(found.counts))
    for n in np.unique(of_answer).tolist():
        rows = of_answer == n
        values[rows] = table_of(n)[found.counts[rows]]
    return np.bincount(found.items, values, minlength=len(found.draws)).astype(np.float64)


def _mean_surprise(n: int, m: int) -> FloatArray:
    """Return the mean of -(x / m) log(x / m) over x ~ Hypergeometric(n, c, m), for c = 0..n."""
    _check_draws(n, m)
    return np.asarray(taken(n, m) @ special.entr(np.arange(m + 1) / m))


def _check(found: AnswerCounts, m: int) -> None:
    _check_draws(int(found.draws.min()), m)


def _check_draws(n: int, m: int) -> None:
    if not 1 <= m <= n:
        msg = f"{m} draws can't be chosen among {n}"
        raise ValueError(msg)
