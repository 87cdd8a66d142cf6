"""What an inconclusive claim needs, and what to be wary of in any."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from harness.decide.bounds import Evidence
from harness.decide.design import design_distance
from harness.decide.evidence import independent
from harness.decide.seeds_advice import seeds_advice
from harness.records import Check, Policy, Question, Sample, Stage
from harness.stats import power

FEW_DIFFERING = 10
MARKED_SKEW = 0.1
CEILING = 0.9


def needs(sample: Sample, question: Question, policy: Policy, evidence: Evidence) -> str:
    """Say how much more of what would see the effect that the claim was planned for."""
    distance = design_distance(question, policy, contrast=sample.contrast)
    if sample.rounds is not None:
        return "more rounds of draws: the next run goes on where this one stopped"
    if evidence.seeds:
        found = seeds_advice(sample, evidence, policy, distance)
        return found or ("" if distance is None else _as_planned(distance))
    if distance is None or len(sample.parts) > 1 or sample.share < 1.0:
        return ""
    part = sample.parts[0]
    units = independent(part)
    return size_advice(
        items=len(part.values),
        units=len(units),
        draws=sample.draws,
        distance=distance,
        policy=policy,
        # With clusters: as many items as are worth so many clusters of this kind.
        variance=float(np.var(units, ddof=1)) * len(part.values) / len(units),
        noise=part.noise,
        growing=part.growing,
        half_range=part.half_range,
        twins=part.twins,
    )


def size_advice(  # noqa: PLR0913  a size, a goal, and the parts of a variance
    *,
    items: int,
    units: int,
    draws: int,
    distance: float,
    policy: Policy,
    variance: float,
    noise: float,
    growing: float,
    half_range: float,
    twins: bool = False,
) -> str:
    """Say how many more items or draws would see an effect `distance` beyond the threshold.

    Parameters
    ----------
    items, units, draws
        Items, independent units of them (fewer where they have clusters), and draws per item that
        there are.
    distance
        The effect to be seen, beyond the threshold.
    policy
        Its error rates, and whom the claim is about.
    variance, noise, growing
        Variance of an item's value, what of it the draws cause, and what more draws would lessen;
        NaN where that is unknown.
    half_range
        Half the width of the range of a value.
    twins
        Whether an item here is a pair of twins.
    """
    goal = {"distance": distance, "alpha": policy.alpha, "power": policy.power}
    goal["half_range"] = half_range
    if policy.items == "these":
        found = power.draws_needed_for_these(
            noise=noise, growing=growing, items=items, draws=draws, **goal
        )
        if found is None:
            return "more draws of the arm alone would not do: its baseline is too noisy"
        return _as_planned(distance) if found <= draws else _instead(found, draws)
    # Clusters are units of their own, in each of which the phantom is one of several items.
    share = units / items
    variance, growing, goal["half_range"] = variance * share, growing * share, half_range * share
    wanted = power.items_needed(distance, variance, goal["half_range"], policy.alpha, policy.power)
    if wanted <= units:
        return _as_planned(distance)
    kind = "clusters" if units < items else "pairs of twins" if twins else "items"
    more = f"about {wanted - units} more {kind}"
    if math.isnan(growing):
        return more  # too few draws to tell their noise apart from the items'
    enough = power.draws_needed(variance=variance, noise=growing, items=units, draws=draws, **goal)
    return (
        f"{more} (more draws alone would not do)"
        if enough is None
        else (f"{more}, or {_instead(enough, draws)}")
    )


def _as_planned(distance: float) -> str:
    size = f"this size shows effects of {distance:g} beyond the threshold, as planned"
    return f"{size}; for smaller ones plan a smaller effect, and more items or draws"


def _instead(wanted: int, draws: int) -> str:
    return f"about {wanted} draws per item instead of {draws}"


def warnings(sample: Sample, evidence: Evidence, stage: Stage | None) -> Iterator[str]:
    """Yield what makes a verdict less sure than its numbers look."""
    paired = sample.contrast and len(sample.parts) == 1
    for part in sample.parts:
        values, count = independent(part), len(part.values)
        centred = values - values.mean()
        spread = float(np.sqrt(np.mean(centred**2)))
        differing = int(np.count_nonzero(part.values))
        if paired and differing < FEW_DIFFERING:
            yield f"only {differing} of {count} items differ"
        elif spread > 0 and abs(np.mean((centred / spread) ** 3)) / np.sqrt(len(values)) > (
            MARKED_SKEW
        ):
            yield "the items' values are skewed for their number"
    yield from _near_the_end(sample, evidence)
    if sample.identical:
        yield f"the {sample.draws} draws of each item are all alike: they count once"
    if stage is not None and stage.number < stage.most:
        yield (
            f"stopped at look {stage.number} of {stage.most}: the effect may be overstated, "
            "the interval holds over all looks"
        )


def _near_the_end(sample: Sample, evidence: Evidence) -> Iterator[str]:
    """Warn where a method that is not corrected for skewness errs more than its nominal rate."""
    if not sample.contrast or evidence.method.partition(" over")[0] not in _UNCORRECTED:
        return
    high, low = max(sample.means, default=0.0), min(sample.means, default=1.0)
    if high > CEILING or low < 1 - CEILING:
        where = f"{high:.2f}, near the ceiling" if high > CEILING else f"{low:.2f}, near the floor"
        yield f"an arm's mean is {where}, where this method errs more often than it says"


_UNCORRECTED = {
    "t", "uncorrected t-floor", "sign-flip", "Welch t", "Welch uncorrected t-floor",
}  # fmt: skip


def checks(sample: Sample, question: Question, evidence: Evidence) -> tuple[Check, ...]:
    """Return second opinions, where they cost nothing: McNemar's tests beside Tango's."""
    if evidence.method != "Tango" or question.threshold != 0.0:
        return ()
    from harness.stats.paired_binary import mcnemar_exact, mcnemar_mid_p  # noqa: PLC0415  loaded

    values = sample.parts[0].values
    gained, lost = int((values > 0).sum()), int((values < 0).sum())
    side = question.direction
    return (
        Check(method="McNemar exact", p=mcnemar_exact(gained, lost, alternative=side)),
        Check(method="McNemar mid-p", p=mcnemar_mid_p(gained, lost, alternative=side)),
    )
