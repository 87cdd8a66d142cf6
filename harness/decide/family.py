"""The alarms of a whole build, which share one error rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from harness.records import Decision, Ruling
from harness.stats.multiple import holm


def named_by_holm(
    rulings: Sequence[Ruling], weights: Mapping[int, float], alpha: float
) -> tuple[int, ...]:
    """Return the alarms that ring by Holm's procedure, weighted as the plan says.

    Its first step is the weighted Bonferroni rule by which each alarm was decided: the build's
    colour never changes, but once one has rung the others get its share, and more may be named.

    Parameters
    ----------
    rulings
        Alarms, in any order.
    weights
        Each alarm's share of alpha, by its place in `rulings`; they add up to 1 at most.
    alpha
        Error rate of the whole build.
    """
    if not rulings:
        return ()
    shares = np.array([weights[place] for place in range(len(rulings))])
    adjusted = holm(np.array([_over_looks(ruling.decision) for ruling in rulings]), shares)
    return tuple(int(place) for place in np.flatnonzero(adjusted <= alpha))


def _over_looks(decision: Decision) -> float:
    """Return a p-value that is held against alpha, also of a planned look that spends less.

    In proportion, which is careful: a larger alpha lets an early look spend more than that.
    """
    if decision.level == decision.alpha:
        return decision.p  # as it was decided, without rounding
    return min(1.0, decision.p * decision.alpha / decision.level)
