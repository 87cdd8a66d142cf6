"""Weighted sums of what arms and recipes score, on the same items, with their intervals."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.diff.align import on_items
from harness.diff.change import decided
from harness.errors import DiffError
from harness.estimate import Prospect, sample
from harness.records import Look, Policy, Source, Statistic

if TYPE_CHECKING:
    from harness.diff.change import Change
    from harness.study.material import Material


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What one arm has in a contrast: its score, on the items of the contrast."""

    arm: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A weighted sum of scores.

    Attributes
    ----------
    change
        The sum with its interval, by the method that decides claims. Before is what has weights
        below zero, after what has weights above.
    scores
        Of each checkpoint, in the order of the terms.
    """

    change: Change
    scores: tuple[Scored, ...]


def contrast(
    material: Material, terms: Sequence[tuple[str, float]], metric: str, where: str = ""
) -> Contrast:
    """Weigh what arms score against each other, item by item.

    Each recipe stands for the mean of its training seeds, and what these differ by is in the
    interval, as in a claim about it.

    Parameters
    ----------
    terms
        Names of arms or recipes, with their weights.
    metric
        The 0/1 metric that they are scored by.
    where
        The value of the tag that items are told apart by; empty for all.

    Raises
    ------
    DiffError
        If they have no such items in common.
    ClaimError
        If the weights leave nothing of them all.
    """
    statistics = tuple(_terms(material, terms, metric))
    arms = [one.source.arm for _, one in statistics]
    if not (ids := _common(material, arms, where)):
        msg = f"{' and '.join(map(repr, dict.fromkeys(arms)))} have no items in common"
        raise DiffError(msg, hint="choose others by --where, or other arms by --arms")
    tallies = {arm: on_items(material.sides[arm], ids).tally for arm in arms}
    draws = min(int(tally.draws.min()) for tally in tallies.values())
    found, figures = sample(
        statistics,
        lambda statistic, _: tallies[statistic.source.arm],
        Look(draws=draws),
        Prospect(cap=draws, clusters=_clusters(material)),
    )
    parts = [weight * one.mean for (weight, _), one in zip(statistics, figures, strict=True)]
    below, above = (sum(sign * one for one in parts if sign * one > 0) for sign in (-1.0, 1.0))
    return Contrast(
        change=decided(found, below, above, _fixed(material.policy)),
        scores=tuple(Scored(arm=one.statistic.source.arm, score=one.mean) for one in figures),
    )


def comparable(material: Material, names: Sequence[str], where: str = "") -> bool:
    """Say whether arms and recipes have items in common, with the value of the tag."""
    arms = [arm for name in names for arm in material.checkpoints(name)]
    return bool(_common(material, arms, where))


def _terms(
    material: Material, terms: Sequence[tuple[str, float]], metric: str
) -> Iterator[tuple[float, Statistic]]:
    """Yield a term for each checkpoint, with its share of the weight of its recipe."""
    for name, weight in terms:
        arms = material.checkpoints(name)
        for arm in arms:
            recipe = name if name in material.recipes else ""
            source = Source(task=material.task.name, arm=arm, baseline="", draws=0, recipe=recipe)
            yield weight / len(arms), Statistic(source=source, kind="mean", metric=metric)


def _common(material: Material, arms: Sequence[str], where: str) -> tuple[str, ...]:
    """Return the items that all arms have, with the value of the tag, in order."""
    shared = set.intersection(*(set(material.sides[arm].tally.ids) for arm in arms))
    found = (
        item.id
        for item in material.task.items
        if item.id in shared and (not where or item.tags.get(material.spec.by) == where)
    )
    return tuple(sorted(found))


def _clusters(material: Material) -> dict[str, str]:
    return {item.id: item.unit for item in material.task.items if item.unit is not None}


def _fixed(policy: Policy) -> Policy:
    """Return the policy for what is seen once: no bet is placed on it."""
    return dataclasses.replace(policy, method="auto") if policy.method == "anytime" else policy
