"""How often each answer was given, as arrays."""

from __future__ import annotations

import itertools
from operator import methodcaller

import numpy as np

from harness.records import UNKNOWN, Tally
from harness.stats.diversity import AnswerCounts


def answers_of(tally: Tally) -> AnswerCounts | None:
    """Return how often each answer was given; None where that is not known.

    Draws without an answer give one together, as they do in votes.
    """
    given, draws = tally.answers, tally.draws
    items = np.repeat(np.arange(len(given)), np.fromiter(map(len, given), np.int64, len(given)))
    values = itertools.chain.from_iterable(map(methodcaller("values"), given))
    counts = np.fromiter(values, np.int64, len(items))
    silent = draws - np.bincount(items, counts, minlength=len(given)).astype(np.int64)
    if not len(items) or UNKNOWN in itertools.chain.from_iterable(given):
        return None
    more = np.flatnonzero(silent > 0)
    order = np.argsort(np.concatenate([items, more]), kind="stable")
    return AnswerCounts(
        items=np.concatenate([items, more])[order],
        counts=np.concatenate([counts, silent[more]])[order],
        draws=draws,
    )
