"""From the evidence on a claim to its verdict."""

from __future__ import annotations

import dataclasses
import math

from scipy import special

from harness.decide.advice import checks, needs, warnings
from harness.decide.bounds import Bounds, Evidence
from harness.decide.design import design_distance
from harness.decide.evidence import weigh
from harness.errors import ClaimError
from harness.records import Decision, Policy, Question, Sample, Stage, Verdict
from harness.stats import power
from harness.stats.mean import t_quantile

FEWEST_ITEMS = 5
FEWEST_CLUSTERS = 6
_ROUNDING = 1e-9


def decide(sample: Sample, question: Question, policy: Policy) -> Decision:
    """Decide one claim on all of its data.

    Supported if the one-sided bound lies beyond the threshold, refuted if the opposite bound
    does, else inconclusive. An alarm is refuted if its inner claim is supported, and is blind,
    hence inconclusive, if it could not have rung at the effect of interest, and the opposite bound
    does not rule that out. The method goes by the kind of data, unless the policy names one.

    Raises
    ------
    ClaimError
        If fewer than two items are left, the threshold lies outside the effect's range, or the
        policy's method can't deal with such data.
    """
    _check_threshold(sample, question)
    evidence = weigh(sample, question, policy)
    verdict, reason = _verdict(sample, question, policy, evidence, None)
    return _decision(sample, question, policy, evidence, verdict, reason)


def decide_at(sample: Sample, question: Question, policy: Policy, stage: Stage) -> Decision | None:
    """Decide one claim at a planned look; None to go on to the next one.

    Raises
    ------
    ClaimError
        As :func:`decide`.
    """
    _check_threshold(sample, question)
    evidence = weigh(sample, question, policy, stage.level)
    verdict, reason = _verdict(sample, question, policy, evidence, stage)
    if not reason:
        return None
    return _decision(sample, question, policy, evidence, verdict, reason, stage)


def _check_threshold(sample: Sample, question: Question) -> None:
    greater = question.direction == "greater"
    if not sample.low <= question.threshold <= sample.high or question.threshold == (
        sample.high if greater else sample.low
    ):
        beyond = f"{'above' if greater else 'below'} {question.threshold:g}"
        msg = f"no effect {beyond} can be shown: it lies in [{sample.low:g}, {sample.high:g}]"
        raise ClaimError(msg, hint="write the margin as a share, such as 0.05 for 5 points")


def _decision(  # noqa: PLR0913, PLR0917  all that a decision reports
    sample: Sample,
    question: Question,
    policy: Policy,
    evidence: Evidence,
    verdict: Verdict,
    reason: str,
    stage: Stage | None = None,
) -> Decision:
    bounds, greater = evidence.bounds, question.direction == "greater"
    level = policy.alpha if stage is None else stage.level
    low, high = max(bounds.lower(level), sample.low), min(bounds.upper(level), sample.high)
    return Decision(
        verdict=verdict,
        reason=reason,
        method=f"{evidence.method}, paired by twin" if sample.twins else evidence.method,
        effect=min(max(bounds.estimate, low), high),  # of a bet, the bounds are the best so far
        low=low,
        high=high,
        p=(bounds.p_greater if greater else bounds.p_less)(question.threshold),
        alpha=policy.alpha,
        items=sample.items,
        draws=sample.draws,
        detectable=_detectable(evidence, policy, stage),
        needs=needs(sample, question, policy, evidence) if verdict == "inconclusive" else "",
        warnings=tuple(warnings(sample, evidence, stage)),
        checks=checks(sample, question, evidence),
        stage=stage,
    )


def _detectable(evidence: Evidence, policy: Policy, stage: Stage | None) -> float | None:
    if _too_few(evidence) or policy.method == "anytime":
        return None  # what a bet sees depends on how it runs
    if stage is not None:
        return stage.detectable
    return power.smallest_effect(evidence.mean.se, evidence.mean.df, policy.alpha, policy.power)


def _too_few(evidence: Evidence) -> str:
    clustered = "cluster" in evidence.method
    if evidence.units >= (FEWEST_CLUSTERS if clustered else FEWEST_ITEMS):
        return ""
    return f"{evidence.units} {'clusters' if clustered else 'items'} are too few to decide on"


def _verdict(
    sample: Sample, question: Question, policy: Policy, evidence: Evidence, stage: Stage | None
) -> tuple[Verdict, str]:
    """Return the verdict with its reason; no reason means that another look is to come."""
    last = stage is None or stage.number == stage.most
    if too_few := _too_few(evidence):
        return "inconclusive", too_few if last or sample.share == 1.0 else ""
    inner = _side(question, evidence, policy.alpha if stage is None else stage.level)
    futile = (
        inner == "inconclusive"
        and stage is not None
        and _futile(sample, question, policy, evidence, stage)
    )
    if inner == "inconclusive" and not (last or futile):
        return inner, ""
    if question.alarm:
        level = policy.alpha if stage is None else stage.level
        ruled_out = _ruled_out(question, policy, evidence, level)
        seen = ruled_out or _could_ring(sample, question, policy, evidence, stage)
        verdict, why = _alarm(inner, policy, seen=seen, ruled_out=ruled_out)
        # What the last look will see is a guess before it: only then is an alarm called blind.
        return verdict, "" if verdict == "inconclusive" and not last else why
    if inner != "inconclusive":
        return inner, _SHOWN[inner]
    distance = design_distance(question, policy, contrast=sample.contrast)
    if futile:
        return inner, f"futile: an effect {distance:g} beyond the threshold is out of reach"
    return inner, _why_open(evidence, policy, distance)


_SHOWN: dict[Verdict, str] = {
    "supported": "the interval lies beyond the threshold",
    "refuted": "the interval lies on the wrong side of the threshold",
}


def _side(question: Question, evidence: Evidence, level: float) -> Verdict:
    """Say on which side of the threshold the interval lies, as seen from the claim."""
    bounds, threshold = evidence.bounds, question.threshold
    near = level + _ROUNDING  # a bound is only asked for where it can matter: some take long
    beyond = bounds.p_greater(threshold) < near and bounds.lower(level) > threshold
    short = bounds.p_less(threshold) < near and bounds.upper(level) < threshold
    if question.direction == "less":
        beyond, short = short, beyond
    if beyond:
        return "supported"
    return "refuted" if short else "inconclusive"


def _futile(sample: Sample, question: Question, policy: Policy, evidence: Evidence,
            stage: Stage) -> bool:  # fmt: skip
    """Say whether an effect as planned is so unlikely that going on is not worth it.

    By planned looks where z is under its bound, unless the claim is about to be refuted; by a bet
    where one against the planned effect has won: either stops at most 1 - power of the claims
    whose effect is as planned.
    """
    if policy.method == "anytime":
        return _lost(sample, question, policy, evidence)
    if stage.futility is None:
        return False
    greater = question.direction == "greater"
    toward = _z(evidence.bounds, question.threshold, above=greater)
    if toward >= stage.futility:
        return False
    # A clear loss is worth being called one: go on where refuting is likely, on its course so far.
    against = _z(evidence.bounds, question.threshold, above=not greater)
    likely = float(special.ndtri(1 - policy.alpha) + special.ndtri(policy.power))
    return question.alarm or against / math.sqrt(stage.fraction) < likely


def _z(bounds: Bounds, threshold: float, *, above: bool) -> float:
    """Return how many standard errors the evidence is worth that an effect is above, or below."""
    p = bounds.p_greater(threshold) if above else bounds.p_less(threshold)
    return -float(special.ndtri(p))


def _lost(sample: Sample, question: Question, policy: Policy, evidence: Evidence) -> bool:
    """Say whether a bet against the planned effect has won, at 1 - power."""
    greater = question.direction == "greater"
    distance = design_distance(question, policy, contrast=sample.contrast)
    if distance is None:
        return False
    goal = question.threshold + (distance if greater else -distance)
    if not sample.low < goal < sample.high:
        return False
    bounds = evidence.bounds
    return (bounds.p_less if greater else bounds.p_greater)(goal) <= 1 - policy.power


def _why_open(evidence: Evidence, policy: Policy, distance: float | None) -> str:
    if distance is None or policy.method == "anytime":
        return "the interval holds the threshold"
    df = evidence.mean.df
    reach = t_quantile(1 - policy.alpha, df) + t_quantile(policy.power, df)
    if reach * evidence.mean.se > distance:
        return f"underpowered for an effect {distance:g} beyond the threshold"
    return "in between: the effect is near the threshold"


def _could_ring(sample: Sample, question: Question, policy: Policy, evidence: Evidence,
                stage: Stage | None) -> bool:  # fmt: skip
    """Say whether an alarm would have rung at the effect of interest, with the policy's power.

    By the size of the test; a bet tells by having won against that effect.
    """
    if policy.effect is None:
        return True
    if policy.method == "anytime":
        return _lost(sample, question, policy, evidence)
    detectable = _detectable(evidence, policy, stage)
    return detectable is not None and detectable <= policy.effect


def _ruled_out(question: Question, policy: Policy, evidence: Evidence, level: float) -> bool:
    """Say whether the interval shows that what an alarm is for is not there, however wide it is."""
    if policy.effect is None:
        return False
    if question.direction == "greater":
        return evidence.bounds.upper(level) < question.threshold + policy.effect
    return evidence.bounds.lower(level) > question.threshold - policy.effect


def _alarm(
    inner: Verdict, policy: Policy, *, seen: bool, ruled_out: bool
) -> tuple[Verdict, str]:  # fmt: skip
    """Turn the verdict on an alarm's inner claim into the alarm's own."""
    if inner == "supported":
        return "refuted", "the alarm rang: there is evidence for what should not be"
    if not seen:
        return "inconclusive", f"blind: it could not see an effect of {policy.effect:g}"
    if ruled_out:
        return "supported", f"quiet: no evidence, and an effect of {policy.effect:g} is ruled out"
    return "supported", "quiet: no evidence, at the smallest detectable effect printed beside"


def both(above: Decision, below: Decision) -> Decision:
    """Join the two one-sided decisions of an equivalence: it takes both (intersection-union).

    The worse one stands for both: by its verdict, then by its p-value against its level. Where
    they stopped at different looks and both hold, each gives the bound that it was decided by, and
    the later one the effect.

    Parameters
    ----------
    above, below
        The decisions that the effect is above the lower margin, and below the upper one.
    """
    halves = (above, below)
    worse = max(halves, key=lambda one: (_BADNESS[one.verdict], one.p / one.level))
    warnings = tuple(dict.fromkeys([*above.warnings, *below.warnings]))
    if worse.verdict != "supported":
        return dataclasses.replace(worse, warnings=warnings)
    later = max(halves, key=lambda one: (one.items, one.draws))
    return dataclasses.replace(
        worse,
        effect=later.effect,
        low=min(above.low, later.effect),
        high=max(below.high, later.effect),
        items=later.items,
        draws=later.draws,
        warnings=warnings,
    )


_BADNESS: dict[Verdict, int] = {"supported": 0, "inconclusive": 1, "refuted": 2}
