"""What an inconclusive claim about a recipe needs: training seeds, items, or draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from harness.decide.bounds import Evidence
from harness.records import Policy, Sample
from harness.stats.mean import Mean
from harness.stats.seeds import more_items, more_seeds, pooled, reach_of


def seeds_advice(sample: Sample, evidence: Evidence, policy: Policy, distance: float | None) -> str:
    """Say how many more training seeds, or how much more of each, would see `distance`.

    Empty where the size at hand would: then nothing is to be added. Without a distance it is said
    whether the seeds are most of the error.
    """
    names = f"training seeds of {' and of '.join(one.recipe for one in sample.seeds)}"
    items, seeds = _apart(evidence, policy)
    if distance is None:
        own = reach_of(pooled(seeds, policy.alpha), policy.alpha)
        most = own > reach_of([items], policy.alpha)
        return f"more {names}: what they differ by is most of the error" if most else ""
    goal = (distance, policy.alpha, policy.power)
    added, factor = more_seeds(items, seeds, *goal), more_items(items, seeds, *goal)
    if added == 0:
        return ""
    other, thing = _other(sample, policy, factor)
    if added is None:
        return (
            f"{other} (more training seeds alone would not do)"
            if other
            else (f"more {names} and more {thing}: neither alone would do")
        )
    wanted = f"about {added} more {names if added > 1 else names.replace('seeds', 'seed', 1)}"
    return f"{wanted}, or {other}" if other else f"{wanted} (more {thing} alone would not do)"


def _apart(evidence: Evidence, policy: Policy) -> tuple[Mean, Sequence[Mean]]:
    """Take the error apart again: what is of items and draws, and what of each recipe's seeds."""
    of_seeds = sum(seeds.se**2 for seeds in evidence.seeds)
    se = math.sqrt(max(evidence.mean.se**2 - of_seeds, 0.0))
    df = math.inf if policy.items == "these" else evidence.units - 1
    return replace(evidence.mean, se=se, df=df), evidence.seeds


def _other(sample: Sample, policy: Policy, factor: float | None) -> tuple[str, str]:
    """Return what else would do, if anything, and what it is more of."""
    if policy.items == "these":
        wanted = (
            "" if factor is None else f"about {math.ceil(factor * sample.draws)} draws per item"
        )
        return (f"{wanted} instead of {sample.draws}" if wanted else ""), "draws"
    count = sum(len(part.values) for part in sample.parts)
    more = "" if factor is None else f"about {math.ceil((factor - 1) * count)} more items"
    return more, "items or draws"
