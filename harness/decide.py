"""The only judge: the data of a claim and a policy in, a verdict out.

No renderer, no summary and no exit code decides anything: they read what is decided here.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from harness.errors import ClaimError
from harness.records import Decision, Policy, Question, Sample, Verdict
from harness.stats import power
from harness.stats.mean import Mean, add_independent, t_floor, t_quantile
from harness.stats.proportion import Proportion, korn_graubard

FEWEST_ITEMS = 5
FEW_DIFFERING = 10
_ROUNDING = 1e-9
MARKED_SKEW = 0.1


def decide(sample: Sample, question: Question, policy: Policy) -> Decision:
    """Decide one claim by the stabilised t test over items (paired, or Welch over disjoint items).

    A share of one arm against a bar is decided by Korn and Graubard's exact bounds instead.

    Supported if the one-sided bound lies beyond the threshold, refuted if the opposite bound
    does, else inconclusive. An alarm is refuted if its inner claim is supported, and is blind,
    hence inconclusive, if it could not have rung at the effect of interest.

    Raises
    ------
    ClaimError
        If fewer than two items are left, or the threshold lies outside the effect's range.
    """
    greater = question.direction == "greater"
    if not sample.low <= question.threshold <= sample.high or question.threshold == (
        sample.high if greater else sample.low
    ):
        beyond = f"{'above' if greater else 'below'} {question.threshold:g}"
        msg = f"no effect {beyond} can be shown: it lies in [{sample.low:g}, {sample.high:g}]"
        raise ClaimError(msg, hint="write the margin as a share, such as 0.05 for 5 points")
    try:
        mean = add_independent(t_floor(part.values, part.half_range) for part in sample.parts)
    except ValueError as error:
        raise ClaimError(str(error)) from None
    bounds: Mean | Proportion = mean
    method = "t-floor" if len(sample.parts) == 1 else "Welch t-floor"
    if len(sample.parts) == 1 and (sample.low, sample.high) == (0.0, 1.0):
        bounds = korn_graubard(sample.parts[0].values, sample.draws, policy.alpha)
        method = "Korn-Graubard"
    verdict: Verdict = "inconclusive"
    detectable: float | None = None
    fewest = min(len(part.values) for part in sample.parts)
    if fewest < FEWEST_ITEMS:
        reason = f"{fewest} items are too few to decide on"
    else:
        detectable = power.smallest_effect(mean.se, mean.df, policy.alpha, policy.power)
        verdict, reason = _verdict(sample, question, policy, mean, bounds)
        if question.alarm:
            verdict, reason = _alarm(verdict, detectable, policy)
    needs = _needs(sample, question, policy) if verdict == "inconclusive" else ""
    return Decision(
        verdict=verdict,
        reason=reason,
        method=method,
        effect=mean.estimate,
        low=max(bounds.lower(policy.alpha), sample.low),
        high=min(bounds.upper(policy.alpha), sample.high),
        p=(bounds.p_greater if greater else bounds.p_less)(question.threshold),
        alpha=policy.alpha,
        items=sum(len(part.values) for part in sample.parts),
        draws=sample.draws,
        detectable=detectable,
        needs=needs,
        warnings=_warnings(sample),
    )


def _verdict(
    sample: Sample, question: Question, policy: Policy, mean: Mean, bounds: Mean | Proportion
) -> tuple[Verdict, str]:
    above, below = bounds.lower(policy.alpha), bounds.upper(policy.alpha)
    beyond, short = above > question.threshold, below < question.threshold
    if question.direction == "less":
        beyond, short = short, beyond
    if beyond:
        return "supported", "the interval lies beyond the threshold"
    if short:
        return "refuted", "the interval lies on the wrong side of the threshold"
    distance = _design_distance(sample, question, policy)
    if distance is None:
        return "inconclusive", "the interval holds the threshold"
    reach = t_quantile(1 - policy.alpha, mean.df) + t_quantile(policy.power, mean.df)
    if reach * mean.se > distance:
        return "inconclusive", f"underpowered for an effect {distance:g} beyond the threshold"
    return "inconclusive", "in between: the effect is near the threshold"


def _alarm(inner: Verdict, detectable: float, policy: Policy) -> tuple[Verdict, str]:
    """Turn the verdict on an alarm's inner claim into the alarm's own."""
    if inner == "supported":
        return "refuted", "the alarm rang: there is evidence for what should not be"
    if policy.effect is not None and detectable > policy.effect:
        return "inconclusive", f"blind: it could not see an effect of {policy.effect:g}"
    return "supported", "quiet: no evidence, at the smallest detectable effect printed beside"


def _design_distance(sample: Sample, question: Question, policy: Policy) -> float | None:
    """Return how far beyond the threshold the effect is that the claim was planned for."""
    sign = 1 if question.direction == "greater" else -1
    if sample.contrast and sign * question.threshold < -_ROUNDING:
        return abs(question.threshold)  # non-inferiority and equivalence: planned at no change
    return policy.effect


def _needs(sample: Sample, question: Question, policy: Policy) -> str:
    distance = policy.effect if question.alarm else _design_distance(sample, question, policy)
    if distance is None or len(sample.parts) > 1:
        return ""
    part = sample.parts[0]
    count, variance = len(part.values), float(np.var(part.values, ddof=1))
    items = power.items_needed(distance, variance, part.half_range, policy.alpha, policy.power)
    draws = power.draws_needed(
        distance=distance,
        variance=variance,
        noise=part.noise,
        half_range=part.half_range,
        items=count,
        draws=sample.draws,
        alpha=policy.alpha,
        power=policy.power,
    )
    if items <= count:
        size = f"this size shows effects of {distance:g} beyond the threshold, as planned"
        return f"{size}; for smaller ones plan a smaller effect, and more items or draws"
    more = f"about {items - count} more items"
    if np.isnan(part.noise):
        return more  # too few draws to tell their noise apart from the items'
    if draws is None:
        return f"{more} (more draws alone would not do)"
    return f"{more}, or about {draws} draws per item instead of {sample.draws}"


def _warnings(sample: Sample) -> tuple[str, ...]:
    found = []
    paired = sample.contrast and len(sample.parts) == 1
    for part in sample.parts:
        values, count = part.values, len(part.values)
        centred = values - values.mean()
        spread = float(np.sqrt(np.mean(centred**2)))
        differing = int(np.count_nonzero(values))
        if paired and differing < FEW_DIFFERING:
            found.append(f"only {differing} of {count} items differ")
        elif spread > 0 and abs(np.mean((centred / spread) ** 3)) / np.sqrt(count) > MARKED_SKEW:
            found.append("the items' values are skewed for their number")
    return tuple(found)


def both(first: Decision, second: Decision) -> Decision:
    """Join the two one-sided decisions of an equivalence: it takes both (intersection-union).

    The p-value is the larger one, and the verdict the worse one.
    """
    worse = max(first, second, key=lambda decision: _BADNESS[decision.verdict])
    return dataclasses.replace(
        worse,
        p=max(first.p, second.p),
        warnings=tuple(dict.fromkeys([*first.warnings, *second.warnings])),
    )


_BADNESS: dict[Verdict, int] = {"supported": 0, "inconclusive": 1, "refuted": 2}
