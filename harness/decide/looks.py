"""Planned looks: what each may spend of alpha, and when going on is not worth it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from harness.decide.design import design_distance
from harness.decide.evidence import independent, weigh
from harness.records import Look, Part, Policy, Question, Sample, Stage
from harness.stats import power
from harness.stats.sequential import efficacy_bounds, futility_bounds

_STEPS = 100  # information fractions are rounded down to 1/100, so that bounds are found again
_DRIFT_STEPS = 10
_LEAST = 1e-12  # level of a look that may spend nothing: nothing is shown there
_FEWEST_DRAWS = 2  # one draw does not tell its own noise
_EARLY = (_FEWEST_DRAWS, 2 * _FEWEST_DRAWS)
_EIGHTHS = 8
_LEAST_SHARE = 0.25


def planned_looks(draws: int, k: int, *, items_only: bool = False) -> tuple[Look, ...]:
    """Return the looks of a claim that may take up to `draws` per item.

    They come at 2 and 4 draws per item, and at each eighth of the way. A statistic of `k` draws
    must tell its own noise from the first look on, which takes 2 k draws of an item: a look that
    can't pay for so many of all items takes them of a share of the items, but not of less than a
    quarter. Later looks add draws to all items, where there are more to add.

    Parameters
    ----------
    draws
        The most draws per item, at least 1.
    k
        Of the claim's pass@k, at least 1.
    items_only
        Let each look take all draws of its items.
    """
    first = draws if items_only else min(max(_FEWEST_DRAWS, 2 * k), draws)
    looks = {Look(draws=count) for count in _EARLY if first <= count <= draws}
    for step in range(1, _EIGHTHS + 1):
        payable = draws * step / _EIGHTHS
        if payable >= first:
            looks.add(Look(draws=round(payable)))
        elif payable >= _LEAST_SHARE * first:
            looks.add(Look(draws=first, share=payable / first))
    return tuple(sorted(looks, key=lambda look: (look.draws, look.share)))


def next_stage(
    sample: Sample, question: Question, policy: Policy, *, most: int, past: Sequence[Stage]
) -> Stage:
    """Return where a claim stands at its next planned look.

    The information fraction is the variance of the effect predicted for the last look over that
    of this one, both from this look's own variance parts. Each look spends alpha by O'Brien and
    Fleming's function (Lan and DeMets 1983), the last one all that is left; refuting has a
    sequence of its own at alpha. Futility spends 1 - power of the chance to miss the design
    effect, and is not binding.

    Parameters
    ----------
    sample
        The data that this look sees.
    question, policy
        As for the decision.
    most
        How many looks there are at most.
    past
        The stages of the earlier looks, in order.
    """
    last = len(past) + 1 == most
    # The same by every method, and resampling takes its time.
    mean = weigh(sample, question, dataclasses.replace(policy, method="auto")).mean
    if policy.method == "anytime":  # valid at any time: no look costs anything
        return Stage(
            number=len(past) + 1, most=most, fraction=sample.share, level=policy.alpha,
            futility=None,
            detectable=power.smallest_effect(mean.se, mean.df, policy.alpha, policy.power),
        )  # fmt: skip
    now, at_last = _variances(sample, policy)
    earlier = tuple(stage.fraction for stage in past)
    fractions = (*earlier, 1.0 if last else _fraction(now, at_last, earlier))
    bounds = efficacy_bounds(fractions, policy.alpha)
    se = math.sqrt(at_last + _floor(sample, policy))
    distance = design_distance(question, policy, contrast=sample.contrast)
    futility = None
    if distance is not None and not last:
        drift = round(distance / se * _DRIFT_STEPS) / _DRIFT_STEPS
        futility = futility_bounds(fractions, bounds, drift, 1 - policy.power)[-1]
    return Stage(
        number=len(past) + 1,
        most=most,
        fraction=fractions[-1],
        level=max(float(special.ndtr(-bounds[-1])), _LEAST),
        futility=None if futility is None or math.isinf(futility) else futility,
        detectable=power.smallest_effect(se, mean.df / sample.share, policy.alpha, policy.power),
    )


def _fraction(now: float, at_last: float, earlier: Sequence[float]) -> float:
    """Round the information fraction down, and keep it above the earlier ones and below 1."""
    share = min(at_last / now, 1.0) if now > 0 else 0.0  # nothing seen to vary: nothing known
    rounded = min(math.floor(share * _STEPS), _STEPS - 1) / _STEPS
    before = earlier[-1] if earlier else 0.0
    return max(rounded, before + (1 - before) / _STEPS)


def _variances(sample: Sample, policy: Policy) -> tuple[float, float]:
    """Return the variance of the effect now, and as predicted for the last look; no floor."""
    now = at_last = 0.0
    for part in sample.parts:
        count = len(part.values)
        known = not math.isnan(part.growing)  # unknown only where the draws don't grow
        growing = part.growing / count if known else 0.0
        at_cap = part.growing_at_cap / count if known else 0.0
        variance = part.noise / count if policy.items == "these" else _variance(part)
        now += max(variance, 0.0)
        at_last += (max(variance - growing, 0.0) + max(at_cap, 0.0)) * sample.share
    return now, at_last


def _variance(part: Part) -> float:
    units = independent(part)
    return float(np.var(units, ddof=1)) / len(units)


def _floor(sample: Sample, policy: Policy) -> float:
    """Return what the phantom item, or the phantom draw, will add to the variance at the end."""
    total = 0.0
    for part in sample.parts:
        count = len(independent(part)) / sample.share
        if len(sample.parts) == 1 and part.clusters is not None and policy.items != "these":
            items = len(part.values) / sample.share  # one item, and no cluster, as for the verdict
            return part.half_range**2 * count / ((count - 1) * items**2)
        if policy.items == "these":
            total += part.half_range**2 / count**2  # at least one draw
        else:
            total += part.half_range**2 / (count * (count - 1))
    return total
