"""Combine the statistics of a claim into one value per item."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from harness.errors import ClaimError
from harness.estimate.figure import Figure, figure
from harness.estimate.noise import noise_of
from harness.records import Look, Part, Sample, SeedMeans, Statistic, Tally, Terms, bounds_of

TallyOf = Callable[[Statistic, Look], Tally]
_Weighted = list[tuple[float, Figure]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What is known of the items and of the looks to come.

    Attributes
    ----------
    cap
        The most draws per item that the claim may take.
    clusters
        The cluster of each item that has one; of twins, of their name.
    twins
        The name by which each item that has a twin is known, the same for both: sets of items
        that have the same names are paired by them.
    """

    cap: int
    clusters: Mapping[str, str] = field(default_factory=dict)
    twins: Mapping[str, str] = field(default_factory=dict)

    def names(self, figure: Figure) -> tuple[str, ...]:
        """Return the names that the items of a figure are paired by, in its order."""
        return tuple(self.twins.get(identity, identity) for identity in figure.ids)


def sample(
    terms: Terms, tally_of: TallyOf, look: Look, prospect: Prospect
) -> tuple[Sample, tuple[Figure, ...]]:
    """Combine the terms of a claim: paired on the same items or their twins, else apart.

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
    _refuse_overlap(list(dict.fromkeys(frozenset(found.ids) for found in figures)))
    groups: dict[frozenset[str], _Weighted] = {}
    for (coefficient, _), found in zip(terms, figures, strict=True):
        groups.setdefault(frozenset(prospect.names(found)), []).append((coefficient, found))
    low, high = bounds_of(coefficient for coefficient, _ in terms)
    return (
        Sample(
            parts=tuple(_part(group, prospect) for group in groups.values()),
            draws=min(found.draws for found in figures),
            low=low,
            high=high,
            share=look.share,
            identical=all(found.identical for found in figures),
            voters=max(statistic.k if statistic.of_answers else 1 for _, statistic in terms),
            means=tuple(found.mean for found in figures),
            seeds=tuple(_seeds(terms, figures)),
        ),
        figures,
    )


def _seeds(terms: Terms, figures: tuple[Figure, ...]) -> Iterator[SeedMeans]:
    """Take what each training seed of a recipe has in the effect, scaled to that of all."""
    parts: dict[str, dict[str, float]] = {}
    for (coefficient, statistic), found in zip(terms, figures, strict=True):
        if statistic.source.recipe:
            own = parts.setdefault(statistic.source.recipe, {})
            arm = statistic.source.arm
            own[arm] = own.get(arm, 0.0) + coefficient * found.mean
    for recipe, own in parts.items():
        yield SeedMeans(recipe=recipe, means=len(own) * np.array(list(own.values())))


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
    """Combine figures on the same items, or their twins, in the order of their names.

    Names are hashes, so that this order is a random permutation, the same for ever: the first of
    them stand for all.
    """
    order = sorted(prospect.names(group[0][1]))
    aligned = [
        (coefficient, found, _rows(prospect.names(found), order)) for coefficient, found in group
    ]
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
        twins=len({frozenset(found.ids) for _, found in group}) > 1,
        of_seeds=of_seeds,
        noise=noise,
        growing=growing,
        growing_at_cap=at_cap,
        clusters=_numbered([prospect.clusters.get(name, name) for name in order]),
    )


def _rows(names: Sequence[str], order: Sequence[str]) -> list[int]:
    position = {name: row for row, name in enumerate(names)}
    return [position[name] for name in order]


def _by_draws(group: _Weighted) -> list[_Weighted]:
    """Gather the terms that rest on the same draws: those of twins are others."""
    found: dict[object, _Weighted] = {}
    for coefficient, one in group:
        source = dataclasses.replace(
            one.statistic.source, where=(), narrowed=(), draws=0, recipe=""
        )
        found.setdefault((source, frozenset(one.ids)), []).append((coefficient, one))
    return list(found.values())


def _numbered(names: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    """Return the number of each item's cluster; None if no cluster has two items."""
    number: dict[str, int] = {}
    if len(set(names)) == len(names):
        return None
    return np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)
