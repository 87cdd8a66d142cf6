"""Combine the statistics of a claim into one value per item."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from harness.errors import ClaimError
from harness.estimate.figure import Figure, figure
from harness.estimate.noise import noise_of
from harness.records import Look, Part, Sample, Seeds, Statistic, Tally, Terms, bounds_of

TallyOf = Callable[[Statistic, Look], Tally]
_Weighted = list[tuple[float, Figure]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What is known of the items and of the looks to come.

    `cap` is the most draws per item that the claim may take; `clusters` names the cluster of each
    item that has one.
    """

    cap: int
    clusters: Mapping[str, str] = field(default_factory=dict)


def sample(
    terms: Terms, tally_of: TallyOf, look: Look, prospect: Prospect
) -> tuple[Sample, tuple[Figure, ...]]:
    """Combine the terms of a claim: paired on the same items, apart on disjoint ones.

    Returns
    -------
    tuple
        The data of the claim, and the figure of each term.

    Raises
    ------
    ClaimError
        If two terms stand on item sets that overlap without being the same, or all cancel.
    """
    figures = tuple(figure(statistic, tally_of(statistic, look)) for _, statistic in terms)
    _refuse_sameness(terms, figures)
    groups: dict[frozenset[str], _Weighted] = {}
    for (coefficient, _), found in zip(terms, figures, strict=True):
        groups.setdefault(frozenset(found.ids), []).append((coefficient, found))
    _refuse_overlap(list(groups))
    low, high = bounds_of(coefficient for coefficient, _ in terms)
    return (
        Sample(
            parts=tuple(_part(group, prospect) for group in groups.values()),
            draws=min(found.draws for found in figures),
            low=low,
            high=high,
            share=look.share,
            identical=all(found.identical for found in figures),
            voters=max(statistic.k if statistic.votes else 1 for _, statistic in terms),
            means=tuple(found.mean for found in figures),
            seeds=tuple(_seeds(terms, figures)),
        ),
        figures,
    )


def _seeds(terms: Terms, figures: tuple[Figure, ...]) -> Iterator[Seeds]:
    """Take what each training seed of a recipe has in the effect, scaled to that of all."""
    parts: dict[str, dict[str, float]] = {}
    for (coefficient, statistic), found in zip(terms, figures, strict=True):
        if statistic.source.recipe:
            own = parts.setdefault(statistic.source.recipe, {})
            arm = statistic.source.arm
            own[arm] = own.get(arm, 0.0) + coefficient * found.mean
    for recipe, own in parts.items():
        yield Seeds(recipe=recipe, means=len(own) * np.array(list(own.values())))


def _refuse_overlap(sets: Sequence[frozenset[str]]) -> None:
    for index, first in enumerate(sets):
        for second in sets[index + 1 :]:
            if first & second:
                msg = (
                    f"the claim compares different items: {len(first)} and {len(second)} items, "
                    f"of which {len(first & second)} are shared"
                )
                raise ClaimError(msg, hint="select the same items, or disjoint ones, on both sides")


def _refuse_sameness(terms: Terms, figures: tuple[Figure, ...]) -> None:
    """Refuse a claim whose two sides select the same draws, in different words."""
    total: dict[tuple[Statistic, frozenset[str]], float] = {}
    for (coefficient, statistic), found in zip(terms, figures, strict=True):
        source = dataclasses.replace(statistic.source, where=(), narrowed=(), recipe="")
        key = dataclasses.replace(statistic, source=source), frozenset(found.ids)
        total[key] = total.get(key, 0.0) + coefficient
    if all(abs(coefficient) < 1e-9 for coefficient in total.values()):  # noqa: PLR2004
        msg = f"{' and '.join(str(statistic) for _, statistic in terms)} are the same draws"
        raise ClaimError(msg, hint="compare two arms, or two sets of items")


def _part(group: _Weighted, prospect: Prospect) -> Part:
    """Combine figures on the same items, in the order of their ids.

    Ids are hashes of the items, so that this order is a random permutation, the same for ever:
    the first of them stand for all.
    """
    order = sorted(group[0][1].ids)
    aligned = [(coefficient, found, _rows(found, order)) for coefficient, found in group]
    values = np.sum([weight * found.values[rows] for weight, found, rows in aligned], axis=0)
    noise, growing, at_cap, of_seeds = 0.0, 0.0, 0.0, 0.0
    for terms in _by_draws(group):
        now, source = float(noise_of(terms).mean()), terms[0][1].statistic.source
        noise += now
        of_seeds += now if source.recipe else 0.0
        if not source.baseline:
            growing += now
            at_cap += float(noise_of(terms, prospect.cap).mean())
    low, high = bounds_of(coefficient for coefficient, _ in group)
    return Part(
        values=values,
        half_range=(high - low) / 2,
        low=low,
        of_seeds=of_seeds,
        noise=noise,
        growing=growing,
        growing_at_cap=at_cap,
        clusters=_numbered([prospect.clusters.get(identity, identity) for identity in order])
        if prospect.clusters
        else None,
    )


def _rows(found: Figure, order: Sequence[str]) -> list[int]:
    position = {identity: row for row, identity in enumerate(found.ids)}
    return [position[identity] for identity in order]


def _by_draws(group: _Weighted) -> list[_Weighted]:
    """Gather the terms that rest on the same draws."""
    found: dict[object, _Weighted] = {}
    for coefficient, one in group:
        source = dataclasses.replace(
            one.statistic.source, where=(), narrowed=(), draws=0, recipe=""
        )
        found.setdefault(source, []).append((coefficient, one))
    return list(found.values())


def _numbered(names: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    number: dict[str, int] = {}
    return np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)
