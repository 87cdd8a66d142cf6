"""The plurality vote over the answers of an item's draws."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from harness.records import Tally
from harness.stats.majority import majority_at_k

if TYPE_CHECKING:
    from harness.records.data import FloatArray


def majority_of(tally: Tally, k: int) -> FloatArray:
    """Return, item by item, the chance that a plurality vote over k of the draws is right.

    Answers that tie share the win. Draws without an answer vote together, for one that is wrong:
    as in lm-evaluation-harness (the ``majority_vote`` filter). So an arm can't gain by not
    answering.

    Parameters
    ----------
    tally
        Of draws whose right answers are known.
    k
        1 <= k <= the fewest draws of an item.

    Returns
    -------
    numpy.ndarray
        Shape [N]. Where the exact chance costs too much it is simulated, with random numbers that
        the item and k fix: the same draws have the same value, in any order.
    """
    rows = zip(tally.ids, tally.draws.tolist(), tally.answers, tally.right, strict=True)
    values = []
    for identity, draws, answers, right in rows:
        given = {answer: count for answer, count in answers.items() if answer}
        hits = given.pop(right, 0)
        silent = draws - hits - sum(given.values())
        values.append(_chance(identity, hits, tuple(sorted([silent, *given.values()])), k))
    return np.array(values, dtype=np.float64)


@functools.lru_cache(maxsize=1 << 16)
def _chance(identity: str, hits: int, others: tuple[int, ...], k: int) -> float:
    """Return one item's chance; claims and looks on the same draws ask for it again."""
    generator = np.random.default_rng([k, *identity.encode()])
    return majority_at_k(np.array([hits, *others]), 0, k, generator=generator).value
