"""What a claim can be expected to show, before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from harness.decide import design_distance, size_advice
from harness.planning.outlook import PartOutlook
from harness.planning.reach import refuse_out_of_reach
from harness.records import Forecast, Look
from harness.stats import power
from harness.stats.bets import FLAT
from harness.stats.mean import Mean
from harness.stats.seeds import as_one, pooled
from harness.stats.sequential import crossing, efficacy_bounds, futility_bounds
from harness.trial import Trial

_MOST_STAKED = 0.95
_UNKNOWN = (
    "what its training seeds differ by is not known before their baselines are taken: without any "
    "difference it sees as much as is said, and no chance is forecast"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    """Variance of the effect at a look, unfloored and floored, and its degrees of freedom."""

    variance: float
    se: float
    df: float


def forecast(
    trial: Trial, parts: Sequence[PartOutlook], seeds: tuple[Mean, ...] | None = ()
) -> Forecast:
    """Forecast a claim from what is known of its variance.

    Parameters
    ----------
    trial
        The claim, its policy and its looks.
    parts
        What to expect of each set of items.
    seeds
        What the training seeds of each recipe differ by; None if that is not known.

    Raises
    ------
    PlanError
        If the claim's margin is out of reach: even without any difference between the arms.
    """
    if len(parts) == 1:
        refuse_out_of_reach(trial, parts[0])
    policy, cap = trial.policy, trial.looks[-1].draws
    size = _across_seeds(_size(trial, parts, trial.looks[-1]), seeds or (), policy.alpha)
    contrast = abs(sum(trial.bounds)) < 1e-9  # noqa: PLR2004  rounding
    distance = design_distance(trial.question, policy, contrast=contrast)
    detectable = power.smallest_effect(size.se, size.df, policy.alpha, policy.power)
    chance, at_effect, without = _course(trial, parts, distance, size)
    if policy.method == "anytime":
        detectable, chance = _of_bet(trial, parts, size), None
    elif trial.question.alarm:
        blind = policy.effect is not None and detectable > policy.effect
        chance = 0.0 if blind else 1 - policy.alpha
    advice = ""
    if seeds is None:  # what is seen is seen at best
        chance, advice = None, _UNKNOWN
    elif seeds and chance is not None and chance < policy.power:
        advice = "more training seeds, items or draws"
    elif chance is not None and distance is not None and chance < policy.power and len(parts) == 1:
        advice = _advice(trial, parts[0], distance)
    bases = {part.basis for part in parts}
    return Forecast(
        items=sum(part.items for part in parts),
        detectable=detectable,
        chance=chance,
        draws_expected=at_effect,
        draws_without_effect=without,
        variance=sum(part.variance(cap) for part in parts) / len(parts),
        basis=bases.pop() if len(bases) == 1 else "baseline of one side",
        advice=advice,
    )


def _across_seeds(size: _Size, seeds: Sequence[Mean], alpha: float) -> _Size:
    if not seeds:
        return size
    found = as_one([Mean(estimate=0.0, se=size.se, df=size.df), *pooled(seeds)], alpha)
    return _Size(variance=size.variance, se=found.se, df=found.df)


def _advice(trial: Trial, part: PartOutlook, distance: float) -> str:
    cap, units = trial.looks[-1].draws, _units(trial, part.items)
    noise = part.fixed + part.growing(cap)
    return size_advice(
        items=part.items,
        units=units,
        draws=cap,
        distance=distance,
        policy=trial.policy,
        variance=part.between * part.items / units + noise,
        noise=noise,
        growing=part.growing(cap),
        half_range=part.half_range,
        twins=bool(trial.twins),
    )


def _units(trial: Trial, items: int) -> int:
    """Return the independent units; items without a cluster are their own."""
    return items - len(trial.clusters) + len(set(trial.clusters.values()))


def _size(trial: Trial, parts: Sequence[PartOutlook], look: Look) -> _Size:
    variance = floor = terms = 0.0
    items = sum(part.items for part in parts)
    independent = _units(trial, items) / items  # skills are alike within a cluster
    for part in parts:
        count = max(part.items * look.share, 2.0)
        units = max(count * independent, 2.0)
        if trial.policy.items == "these":
            own = (part.fixed + part.growing(look.draws)) / count
            extra = part.half_range**2 / look.draws / count**2
        else:
            own = part.between / units + (part.fixed + part.growing(look.draws)) / count
            extra = part.half_range**2 * units / ((units - 1) * count**2)
        variance += own
        floor += extra
        terms += (own + extra) ** 2 / (units - 1)
    df = math.inf if trial.policy.items == "these" else (variance + floor) ** 2 / terms
    return _Size(variance=variance, se=math.sqrt(variance + floor), df=df)


def _of_bet(trial: Trial, parts: Sequence[PartOutlook], size: _Size) -> float:
    """Return about the smallest effect that a bet wins on with the policy's power.

    Half of the stake is on the best share, whose wealth grows by d^2 / (2 s^2) a value; no share
    may be above .95, which is what limits bets on rounds, with the stake spread evenly.
    """
    policy = trial.policy
    needed = math.log((len(FLAT.lambdas) if policy.items == "these" else 2) / policy.alpha)
    by_size = size.se * (math.sqrt(2 * needed) + float(special.ndtri(policy.power)))
    values = trial.looks[-1].draws if policy.items == "these" else parts[0].items
    return max(by_size, parts[0].half_range * math.expm1(needed / values) / _MOST_STAKED)


def _course(
    trial: Trial, parts: Sequence[PartOutlook], distance: float | None, size: _Size
) -> tuple[float | None, float, float]:
    """Return the chance at the design effect, and expected draws there and without effect."""
    policy, cap = trial.policy, trial.looks[-1].draws
    of_fixed = None
    if distance is not None:
        of_fixed = power.power_of_t(distance, size.se, size.df, policy.alpha)
    if len(trial.looks) == 1 or policy.method == "anytime":
        return of_fixed, float(cap), float(cap)
    fractions: list[float] = []
    for look in trial.looks:
        now = _size(trial, parts, look).variance
        fraction = min(size.variance / now, 1.0) if now > 0 else look.share
        before = fractions[-1] if fractions else 0.0
        fractions.append(max(fraction, before + (1 - before) / 100))
    fractions[-1] = 1.0
    course = tuple(fractions)
    upper = efficacy_bounds(course, policy.alpha)
    lower = tuple(-bound for bound in upper)
    drift = 0.0 if distance is None else distance / size.se
    if distance is not None:
        futile = futility_bounds(course, upper, drift, 1 - policy.power)
        lower = tuple(max(pair) for pair in zip(lower, futile, strict=True))
    at_effect, without = (crossing(course, upper, lower, theta) for theta in (drift, 0.0))
    used = [look.draws * look.share for look in trial.looks]
    return (
        None if distance is None else sum(at_effect.up),
        at_effect.expected(used),
        without.expected(used),
    )


def chance_of_green(forecasts: Sequence[Forecast]) -> tuple[float | None, float | None]:
    """Return the chance that all claims come out as hoped for: if independent, and at least.

    None if some claim has no effect that it is planned for.
    """
    chances = [found.chance for found in forecasts]
    known = [chance for chance in chances if chance is not None]
    if len(known) < len(chances):
        return None, None
    return math.prod(known), max(0.0, 1 - sum(1 - chance for chance in known))
