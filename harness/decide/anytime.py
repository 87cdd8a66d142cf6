"""Evidence that may be looked at whenever one likes: bets on the items, or on rounds of draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.decide.design import design_distance
from harness.errors import ClaimError
from harness.records import Policy, Question, Sample
from harness.stats.bets import FLAT, Bets, tuned_bets
from harness.stats.eprocess import Side, running_log_e, start

if TYPE_CHECKING:
    from harness.records.data import FloatArray

_HALVINGS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Betting:
    """Bounds and p-values that hold at every look, by the best that two bets ever had.

    Attributes
    ----------
    values
        In the order of the bets, shape [m], in [low, high].
    low, high
        The range of a value.
    above, below
        The bets on a mean above a threshold, and below one.
    """

    values: FloatArray
    low: float
    high: float
    above: Bets
    below: Bets

    @property
    def estimate(self) -> float:
        """The mean so far."""
        return float(self.values.mean())

    def p_greater(self, threshold: float) -> float:
        """Return the anytime-valid p-value of "the mean is above `threshold`": 1 / max E."""
        return min(1.0, math.exp(-self._best(threshold, "above")))

    def p_less(self, threshold: float) -> float:
        """Return the anytime-valid p-value of "the mean is below `threshold`"."""
        return min(1.0, math.exp(-self._best(threshold, "below")))

    def lower(self, alpha: float) -> float:
        """Return the lower bound of the confidence sequence at level 1 - `alpha`."""
        return self._bound(alpha, "above")

    def upper(self, alpha: float) -> float:
        """Return the upper bound of the confidence sequence at level 1 - `alpha`."""
        return self._bound(alpha, "below")

    def _best(self, threshold: float, side: Side) -> float:
        """Return the largest log e-value there was."""
        bets = self.above if side == "above" else self.below
        process = start(threshold, self.low, self.high, side=side, bets=bets)
        return float(running_log_e(process, self.values).max())

    def _bound(self, alpha: float, side: Side) -> float:
        """Find the mean furthest in that was ever rejected; wealth changes one way with it."""
        rejected, kept = (self.low, self.high) if side == "above" else (self.high, self.low)
        for _ in range(_HALVINGS):
            middle = (rejected + kept) / 2
            if not min(rejected, kept) < middle < max(rejected, kept):
                break
            if self._best(middle, side) >= -math.log(alpha):
                rejected = middle
            else:
                kept = middle
        return rejected


def bet(sample: Sample, question: Question, policy: Policy) -> Betting:
    """Bet on a claim: item by item in their fixed order, or on rounds of draws of these items.

    Half of each stake is sized by the effect and the variance that were planned, if they were:
    never by the data at hand.

    Raises
    ------
    ClaimError
        If it is the items that are bet on, and they are clustered.
    """
    part = sample.parts[0]
    if part.clusters is not None and sample.rounds is None:  # rounds are independent
        msg = "method 'anytime' takes items that are independent, and these have clusters"
        raise ClaimError(msg, hint="use method: auto")
    values = part.values if sample.rounds is None else sample.rounds
    distance = design_distance(question, policy, contrast=sample.contrast)
    toward, against = FLAT, FLAT
    if distance is not None and question.variance is not None and sample.rounds is None:
        toward, against = _tuned(sample, question, distance, question.variance)
    above, below = (toward, against) if question.direction == "greater" else (against, toward)
    return Betting(values=values, low=sample.low, high=sample.high, above=above, below=below)


def _tuned(
    sample: Sample, question: Question, distance: float, variance: float
) -> tuple[Bets, Bets]:
    """Return bets sized for the planned effect: on the claim, and on no effect against it."""
    sign = 1 if question.direction == "greater" else -1
    margin = 1e-6 * (sample.high - sample.low)
    goal = question.threshold + sign * distance
    goal = float(np.clip(goal, sample.low + margin, sample.high - margin))
    none = float(np.clip(question.threshold, sample.low + margin, sample.high - margin))
    if goal == none:
        return FLAT, FLAT
    return (
        tuned_bets(none, sample.low, sample.high, effect=goal, variance=variance),
        tuned_bets(goal, sample.low, sample.high, effect=none, variance=variance),
    )
