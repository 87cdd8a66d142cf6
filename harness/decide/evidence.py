"""Which method decides: chosen by the kind of data, unless the policy names one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from harness.decide.bounds import Bounds, Evidence, GuardedBeyond, GuardedWithin, Sided, Weaker
from harness.decide.recipes import across_seeds
from harness.decide.these import weigh_these
from harness.errors import ClaimError
from harness.records import Part, Policy, Question, Sample
from harness.stats.cluster import cr2, linearised_totals
from harness.stats.mean import Mean, add_independent, t_mean
from harness.stats.paired_binary import Tango
from harness.stats.proportion import korn_graubard
from harness.stats.skew import SkewedMean, skew_corrected, skew_corrected_apart

if TYPE_CHECKING:
    from harness.records.data import FloatArray, IntArray

FEWEST_CLUSTERS_FOR_T = 10
_SEED = 20_240_913  # of resampling methods: the same data get the same verdict


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
            return weigh_these(sample, question, policy)
        found = skew_corrected(
            (independent(part), part.half_range * _unit_scale(part)) for part in sample.parts
        )
        at = policy.alpha if level is None else level
        bounds, method = _bounds(sample, question, policy, found, at)
        first, mean = sample.parts[0], found.mean
        if len(sample.parts) == 1 and first.clusters is not None:
            mean = clustered_mean(first, first.clusters)
    except ValueError as error:
        raise ClaimError(str(error)) from None
    units = min(map(_units, sample.parts))
    evidence = Evidence(bounds=bounds, method=method, mean=mean, units=units)
    return across_seeds(evidence, sample, policy)


def _units(part: Part) -> int:
    return len(part.values) if part.clusters is None else int(part.clusters.max()) + 1


def independent(part: Part) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return one value for each independent unit, with the mean of the items'."""
    values = part.values
    return values if part.clusters is None else linearised_totals(values, part.clusters)


def _unit_scale(part: Part) -> float:
    """Return how far a unit can move the mean, over what one of mean size can: 1 for items.

    The cube root of the mean cube of the clusters' relative sizes: where clusters break at
    random, the third moment is as if all were of this size.
    """
    if part.clusters is None:
        return 1.0
    sizes = np.bincount(part.clusters)
    return float(np.cbrt(np.mean((sizes / sizes.mean()) ** 3)))


def _bounds(
    sample: Sample, question: Question, policy: Policy, found: SkewedMean, level: float
) -> tuple[Bounds, str]:
    if policy.method == "auto":
        return _automatic(sample, found, level)
    if policy.method == "t-floor":
        return found.mean, _named("uncorrected t-floor", sample)
    if policy.method == "t":
        plain = add_independent(t_mean(independent(part)) for part in sample.parts)
        return plain, _named("t", sample)
    if len(sample.parts) > 1:
        msg = f"method {policy.method!r} takes one set of items, and the claim has disjoint ones"
        raise ClaimError(msg, hint="use method: auto, t-floor or t")
    return _resampled(sample, question, policy)


def _automatic(sample: Sample, found: SkewedMean, level: float) -> tuple[Bounds, str]:
    part = sample.parts[0]
    if len(sample.parts) > 1:
        return _apart(sample), _named("t-floor", sample)
    if (sample.low, sample.high) == (0.0, 1.0):
        return one_arm(part.values, sample.counted, level, part.clusters), _named(
            "Korn-Graubard", sample
        )
    if part.clusters is not None:
        return _of_clusters(part, part.clusters, found)
    if _paired_binary(sample):
        return _of_single_draws(part, found), "Tango"
    if not sample.contrast:
        return found, "skew-corrected t-floor"
    # Beyond zero what is seen to be skewed is enough: the phantom's skewness costs power.
    plain = Weaker(first=found.mean, second=found.observed)
    return GuardedWithin(plain=plain, guard=found), "t-floor"


def one_arm(
    values: FloatArray, draws: int, level: float, clusters: IntArray | None = None
) -> Bounds:
    """Return the bounds of one arm's mean: what decides a claim of it against a bar.

    Parameters
    ----------
    values
        Per-item means in [0, 1], shape [N], N >= 2.
    draws
        Draws per item that count.
    level
        The one-sided level that the bounds will be taken at.
    clusters
        The number of each item's cluster, shape [N]; None if items are independent.

    Raises
    ------
    ValueError
        If there are fewer than two items or clusters, or a value is not in [0, 1].
    """
    return korn_graubard(values, draws, level, clusters)


def _apart(sample: Sample) -> Bounds:
    """Compare disjoint items: each part is one side, whose unseen items may be at its far end."""
    below, above = skew_corrected_apart((independent(part), *_ends(part)) for part in sample.parts)
    return Weaker(
        first=Sided(below=below.mean, above=above.mean), second=Sided(below=below, above=above)
    )


def _ends(part: Part) -> tuple[float, float]:
    """Return the ends of the range of a unit's value."""
    low = -part.half_range if math.isnan(part.low) else part.low
    centre, scale = float(part.values.mean()), _unit_scale(part)
    return centre - scale * (centre - low), centre + scale * (low + 2 * part.half_range - centre)


def _of_clusters(part: Part, clusters: IntArray, found: SkewedMean) -> tuple[Bounds, str]:
    """Take clusters by their bias-reduced variance, with one phantom item.

    A whole cluster may break, which the guard within zero allows for. With few clusters the t test
    is liberal where their sizes are very unequal, and the sign-flip test where nothing was seen to
    differ, since its bounds never leave what was seen: there the more careful one is believed.
    """
    mean = clustered_mean(part, clusters)
    bounds = GuardedWithin(plain=mean, guard=found)
    if _units(part) >= FEWEST_CLUSTERS_FOR_T:
        return bounds, "t-floor over clusters"
    from harness.stats.permutation import sign_flip_mean  # noqa: PLC0415  seldom needed

    flipped = sign_flip_mean(part.values, seed=_SEED, clusters=clusters)
    return Weaker(first=flipped, second=bounds), "sign-flip and t-floor over clusters"


def clustered_mean(part: Part, clusters: IntArray) -> Mean:
    """Return the mean with CR2's variance and degrees of freedom, and one phantom item's."""
    count, units = len(part.values), _units(part)
    totals = linearised_totals(part.values, clusters)
    alike = float(np.ptp(totals)) == 0.0
    found = (
        Mean(estimate=float(totals[0]), se=0.0, df=units - 1)
        if alike
        else cr2(part.values, clusters)
    )
    phantom = part.half_range**2 * units / ((units - 1) * count**2)
    return Mean(estimate=found.estimate, se=math.sqrt(found.se**2 + phantom), df=found.df)


def _of_single_draws(part: Part, found: SkewedMean) -> Bounds:
    """Apply Tango's score test; the corrected t-floor holds it back beyond zero.

    There the score test errs too often where few items differ: with six items lost of 100 and none
    gained it excludes a loss of 3%, which is the truth in 8% of such samples.
    """
    gained, lost = int((part.values > 0).sum()), int((part.values < 0).sum())
    score = Tango(gained=gained, lost=lost, items=len(part.values))
    return GuardedBeyond(plain=score, guard=found)


def _paired_binary(sample: Sample) -> bool:
    """Say whether each item has one right-or-wrong draw on either side."""
    part = sample.parts[0]
    return (
        sample.counted == 1
        and sample.contrast
        and part.half_range == 1.0
        and bool(np.isin(part.values, (-1.0, 0.0, 1.0)).all())
    )


def _named(method: str, sample: Sample) -> str:
    """Name a method as it is applied to such data."""
    name = f"Welch {method}" if len(sample.parts) > 1 else method
    clustered = any(part.clusters is not None for part in sample.parts)
    return f"{name} over clusters" if clustered else name


def _resampled(sample: Sample, question: Question, policy: Policy) -> tuple[Bounds, str]:
    """Apply a method that is not loaded unless it is asked for."""
    part = sample.parts[0]
    if policy.method == "sign-flip":
        from harness.stats.permutation import sign_flip_mean  # noqa: PLC0415

        flipped = sign_flip_mean(part.values, seed=_SEED, clusters=part.clusters)
        return flipped, _named("sign-flip", sample)
    if policy.method == "bootstrap-t":
        from harness.stats.bootstrap import bootstrap_t  # noqa: PLC0415

        generator = np.random.default_rng(_SEED)
        found = bootstrap_t(independent(part), generator=generator, half_range=part.half_range)
        return found, _named("bootstrap-t", sample)
    from harness.decide.anytime import bet  # noqa: PLC0415

    return bet(sample, question, policy), "betting e-process"
