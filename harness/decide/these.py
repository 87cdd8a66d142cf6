"""Claims about these items alone: only the draws are noise."""

from __future__ import annotations

import math

import numpy as np

from harness.decide.anytime import bet
from harness.decide.bounds import Evidence
from harness.decide.recipes import across_seeds
from harness.errors import ClaimError
from harness.records import Policy, Question, Sample
from harness.stats.mean import Mean, t_floor


def weigh_these(sample: Sample, question: Question, policy: Policy) -> Evidence:
    """Weigh a claim about these items alone: only the draws are noise.

    Var = [sum_i v_i + R^2 / n] / N^2 for each part, v_i the variance that an item's value owes
    to its draws, and one flipped draw as a floor.
    """
    if sample.rounds is not None:
        return _of_rounds(sample, question, policy)
    if policy.method not in {"auto", "anytime"}:
        msg = f"method {policy.method!r} is for items that stand for others, not for `items: these`"
        raise ClaimError(msg, hint="use method: auto")
    estimate, variance, of_seeds = 0.0, 0.0, 0.0
    for part in sample.parts:
        count = len(part.values)
        if not count or not np.isfinite(part.values).all():
            msg = "a value is not finite" if count else "there are no items"
            raise ClaimError(msg)
        if math.isnan(part.noise):
            msg = f"`items: these` can't tell the draws' noise from {sample.draws} per item"
            raise ClaimError(msg, hint="take 2 draws or more, and for figures of k draws 2 k")
        estimate += float(part.values.mean())
        floored = count * max(part.noise, 0.0) + part.half_range**2 / sample.counted
        variance += floored / count**2
        of_seeds += min(part.of_seeds, max(part.noise, 0.0)) / count
    mean = Mean(estimate=estimate, se=math.sqrt(variance), df=math.inf)
    fewest = min(len(part.values) for part in sample.parts)
    evidence = Evidence(bounds=mean, method="z over draws", mean=mean, units=fewest)
    rest = Mean(estimate=estimate, se=math.sqrt(variance - of_seeds), df=math.inf)
    return across_seeds(evidence, sample, policy, rest)


def _of_rounds(sample: Sample, question: Question, policy: Policy) -> Evidence:
    """Weigh a claim about these items by rounds of one draw of each."""
    rounds = sample.rounds
    assert rounds is not None  # noqa: S101  the caller looked
    half_range = sum(part.half_range for part in sample.parts)
    mean = t_floor(np.append(rounds, rounds.mean()), half_range / len(sample.parts[0].values))
    bounds = bet(sample, question, policy)
    fewest = min(len(part.values) for part in sample.parts)
    return Evidence(bounds=bounds, method="betting e-process", mean=mean, units=fewest)
