"""Which method decides: chosen by the kind of data, unless the policy names one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from harness.errors import ClaimError
from harness.records import Part, Policy, Question, Sample
from harness.stats.cluster import cluster_totals
from harness.stats.mean import Mean, add_independent, t_floor, t_mean
from harness.stats.paired_binary import Tango
from harness.stats.proportion import korn_graubard

FEWEST_CLUSTERS_FOR_T = 10
_SEED = 20_240_913  # of resampling methods: the same data get the same verdict


class Bounds(Protocol):
    """A method's answers on one effect; bounds and p-values agree with each other."""

    @property
    def estimate(self) -> float:
        """The effect."""
        ...

    def lower(self, alpha: float) -> float:
        """Return the one-sided lower bound at level 1 - `alpha`."""
        ...

    def upper(self, alpha: float) -> float:
        """Return the one-sided upper bound at level 1 - `alpha`."""
        ...

    def p_greater(self, threshold: float) -> float:
        """Return the one-sided p-value of "the effect is above `threshold`"."""
        ...

    def p_less(self, threshold: float) -> float:
        """Return the one-sided p-value of "the effect is below `threshold`"."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What decides a claim.

    Attributes
    ----------
    bounds
        Answers of the deciding method.
    method
        Its name, as reported.
    mean
        The effect with its stabilised standard error: what a test of this size can see.
    units
        The fewest independent units of a part: items, or clusters where they are declared.
    """

    bounds: Bounds
    method: str
    mean: Mean
    units: int


def weigh(
    sample: Sample, question: Question, policy: Policy, level: float | None = None
) -> Evidence:
    """Choose the method for a claim's data and apply it.

    `level` is the one-sided level that its bounds will be taken at, alpha unless a look spends
    less.

    Raises
    ------
    ClaimError
        If there are fewer than two items, a value is not finite, or the policy's method or
        estimand can't deal with such data.
    """
    try:
        if policy.items == "these":
            return _of_these(sample, question, policy)
        means = [_floored(part) for part in sample.parts]
        mean = add_independent(means)
        at = policy.alpha if level is None else level
        bounds, method = _bounds(sample, question, policy, mean, at)
    except ValueError as error:
        raise ClaimError(str(error)) from None
    return Evidence(bounds=bounds, method=method, mean=mean, units=min(map(_units, sample.parts)))


def _units(part: Part) -> int:
    return len(part.values) if part.clusters is None else int(part.clusters.max()) + 1


def _floored(part: Part) -> Mean:
    return t_floor(independent(part), part.half_range)


def independent(part: Part) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return one value for each independent unit, with the mean of the items'."""
    values = part.values
    return values if part.clusters is None else cluster_totals(values, part.clusters)


def _bounds(
    sample: Sample, question: Question, policy: Policy, mean: Mean, level: float
) -> tuple[Bounds, str]:
    if policy.method == "auto":
        return _automatic(sample, mean, level)
    if policy.method in {"t-floor", "t"}:
        name = policy.method if len(sample.parts) == 1 else f"Welch {policy.method}"
        if policy.method == "t-floor":
            return mean, _over_clusters(name, sample)
        plain = add_independent(t_mean(independent(part)) for part in sample.parts)
        return plain, _over_clusters(name, sample)
    if len(sample.parts) > 1:
        msg = f"method {policy.method!r} takes one set of items, and the claim has disjoint ones"
        raise ClaimError(msg, hint="use method: auto, t-floor or t")
    return _resampled(sample, question, policy)


def _automatic(sample: Sample, mean: Mean, level: float) -> tuple[Bounds, str]:
    part = sample.parts[0]
    if len(sample.parts) > 1:
        return mean, _over_clusters("Welch t-floor", sample)
    if (sample.low, sample.high) == (0.0, 1.0):
        found = korn_graubard(part.values, sample.counted, level, part.clusters)
        return found, _over_clusters("Korn-Graubard", sample)
    if part.clusters is not None and _units(part) < FEWEST_CLUSTERS_FOR_T:
        from harness.stats.permutation import sign_flip_mean  # noqa: PLC0415  seldom needed

        return sign_flip_mean(independent(part), seed=_SEED), "sign-flip of clusters"
    if part.clusters is None and _paired_binary(sample):
        gained, lost = int((part.values > 0).sum()), int((part.values < 0).sum())
        return Tango(gained=gained, lost=lost, items=len(part.values)), "Tango"
    return mean, _over_clusters("t-floor", sample)


def _paired_binary(sample: Sample) -> bool:
    """Say whether each item has one right-or-wrong draw on either side."""
    part = sample.parts[0]
    return (
        sample.counted == 1
        and sample.contrast
        and part.half_range == 1.0
        and bool(np.isin(part.values, (-1.0, 0.0, 1.0)).all())
    )


def _over_clusters(method: str, sample: Sample) -> str:
    clustered = any(part.clusters is not None for part in sample.parts)
    return f"{method} over clusters" if clustered else method


def _resampled(sample: Sample, question: Question, policy: Policy) -> tuple[Bounds, str]:
    """Apply a method that is not loaded unless it is asked for."""
    part = sample.parts[0]
    if policy.method == "sign-flip":
        from harness.stats.permutation import sign_flip_mean  # noqa: PLC0415

        return sign_flip_mean(independent(part), seed=_SEED), _over_clusters("sign-flip", sample)
    if policy.method == "bootstrap-t":
        from harness.stats.bootstrap import bootstrap_t  # noqa: PLC0415

        generator = np.random.default_rng(_SEED)
        found = bootstrap_t(independent(part), generator=generator, half_range=part.half_range)
        return found, _over_clusters("bootstrap-t", sample)
    from harness.decide.anytime import bet  # noqa: PLC0415

    return bet(sample, question, policy), "betting e-process"


def _of_these(sample: Sample, question: Question, policy: Policy) -> Evidence:
    """Weigh a claim about these items alone: only the draws are noise.

    Var = [sum_i v_i + R^2 / n] / N^2 for each part, v_i the variance that an item's value owes
    to its draws, and one flipped draw as a floor.
    """
    if sample.rounds is not None:
        return _of_rounds(sample, question, policy)
    if policy.method not in {"auto", "anytime"}:
        msg = f"method {policy.method!r} is for items that stand for others, not for `items: these`"
        raise ClaimError(msg, hint="use method: auto")
    estimate, variance = 0.0, 0.0
    for part in sample.parts:
        count = len(part.values)
        if not count or not np.isfinite(part.values).all():
            msg = "a value is not finite" if count else "there are no items"
            raise ClaimError(msg)
        if math.isnan(part.noise):
            msg = f"`items: these` can't tell the draws' noise from {sample.draws} per item"
            raise ClaimError(msg, hint="take 2 draws or more, and for pass@k at least 2 k")
        estimate += float(part.values.mean())
        floored = count * max(part.noise, 0.0) + part.half_range**2 / sample.draws
        variance += floored / count**2
    mean = Mean(estimate=estimate, se=math.sqrt(variance), df=math.inf)
    fewest = min(len(part.values) for part in sample.parts)
    return Evidence(bounds=mean, method="z over draws", mean=mean, units=fewest)


def _of_rounds(sample: Sample, question: Question, policy: Policy) -> Evidence:
    """Weigh a claim about these items by rounds of one draw of each."""
    from harness.decide.anytime import bet  # noqa: PLC0415  seldom needed

    rounds = sample.rounds
    assert rounds is not None  # noqa: S101  the caller looked
    half_range = sum(part.half_range for part in sample.parts)
    mean = t_floor(np.append(rounds, rounds.mean()), half_range / len(sample.parts[0].values))
    bounds = bet(sample, question, policy)
    fewest = min(len(part.values) for part in sample.parts)
    return Evidence(bounds=bounds, method="betting e-process", mean=mean, units=fewest)
