"""What is known of a claim's variance before anything is drawn: from baselines, or assumed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.estimate import Figure, answers_of, figure
from harness.estimate.noise import noise_of
from harness.records import Source, Statistic, Tally, Terms
from harness.stats.mean import Mean
from harness.stats.seeds import over_seeds

if TYPE_CHECKING:
    from harness.records.data import FloatArray

#: Where nothing is stored, skills are spread evenly over [0, 1]: mean p (1 - p), and variance of p.
_WITHIN, _OF_SKILLS = 1 / 6, 1 / 12
#: Correlation over items between the skills of two arms.
CORRELATION = 0.7

Known = Callable[[Source], Tally | None]
ItemsOf = Callable[[Source], Sequence[str]]
ModelOf = Callable[[Source], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOutlook:
    """Expected variance parts of an item's value, on one set of items.

    Attributes
    ----------
    items
        How many items there are.
    between
        Variance that no draws lessen, the noise of stored baselines left out.
    fixed
        Noise of stored baselines.
    growing
        Noise of the sampled arms, as a function of the draws per item.
    half_range
        Half the width of the range of a value.
    basis
        ``baseline``, ``baseline of one side`` or ``assumed``.
    """

    items: int
    between: float
    fixed: float
    growing: Callable[[int], float]
    half_range: float
    basis: str

    def variance(self, draws: int) -> float:
        """Return the expected variance of an item's value, at so many draws per item."""
        return self.between + self.fixed + self.growing(draws)


def outlooks(
    terms: Terms, items_of: ItemsOf, known: Known, model_of: ModelOf
) -> tuple[PartOutlook, ...]:
    """Return what to expect of each set of items that a claim rests on.

    Parameters
    ----------
    terms
        The claim's effect.
    items_of
        Gives the ids of the items of a source.
    known
        Gives the stored tally of an arm on the items of a source, or None.
    model_of
        Names what an arm runs on: two arms on one model have the same skills.
    """
    groups: dict[frozenset[str], list[tuple[float, Statistic]]] = {}
    for weight, statistic in terms:
        groups.setdefault(frozenset(items_of(statistic.source)), []).append((weight, statistic))
    return tuple(_outlook(len(ids), group, known, model_of) for ids, group in groups.items())


def spreads(terms: Terms, known: Known) -> tuple[Mean, ...] | None:
    """Return what the training seeds of each recipe differ by, as stored; None if one is not.

    Parameters
    ----------
    terms
        The claim's effect.
    known
        Gives the stored tally of an arm on the items of a source, or None.
    """
    values: dict[str, dict[str, float]] = {}
    for weight, statistic in terms:
        source = statistic.source
        if not source.recipe:
            continue
        found = _figures([(weight, statistic)], known(source))
        if found is None:
            return None
        own = values.setdefault(source.recipe, {})
        own[source.arm] = own.get(source.arm, 0.0) + weight * found[0][1].mean
    spread = [over_seeds(len(own) * np.array([*own.values()])) for own in values.values()]
    return tuple(seeds for seeds in spread if seeds.se > 0)


def _outlook(
    items: int, group: list[tuple[float, Statistic]], known: Known, model_of: ModelOf
) -> PartOutlook:
    by_source: dict[Source, list[tuple[float, Statistic]]] = {}
    for weight, statistic in group:
        by_source.setdefault(statistic.source, []).append((weight, statistic))
    figures = {source: _figures(terms, known(source)) for source, terms in by_source.items()}
    stored = [found for found in figures.values() if found is not None]
    basis = "baseline of one side" if stored else "assumed"
    if len(stored) == len(figures):
        basis, between = "baseline", _between(stored)
    else:
        weights: dict[object, float] = {}
        for weight, statistic in group:
            model = model_of(statistic.source)
            weights[model] = weights.get(model, 0.0) + weight
        between = _typical(list(weights.values()), stored)

    def noise(source: Source, draws: int | None) -> float:
        """Return the noise of a source: its own, that of one that is stored, or assumed."""
        terms, found = by_source[source], figures[source]
        if found is None and stored and len(stored[0]) == len(terms):
            found = [(weight, one) for (weight, _), (_, one) in zip(terms, stored[0], strict=True)]
        return _noise(found, terms, draws)

    return PartOutlook(
        items=items,
        between=between,
        fixed=sum(noise(source, None) for source in by_source if source.baseline),
        growing=lambda draws: sum(noise(one, draws) for one in by_source if not one.baseline),
        half_range=sum(abs(weight) for weight, _ in group) / 2,
        basis=basis,
    )


def _typical(weights: Sequence[float], stored: Sequence[list[tuple[float, Figure]]]) -> float:
    """Return the variance of a combination of skills, correlated over items between the arms.

    The variance of skills is that of an arm that is stored, if there is one.
    """
    skills = _OF_SKILLS
    for terms in stored:
        scale = sum(weight for weight, _ in terms)
        if scale:
            skills = _between([terms]) / scale**2
            break
    alone = sum(weight**2 for weight in weights)
    return skills * (CORRELATION * sum(weights) ** 2 + (1 - CORRELATION) * alone)


def _figures(
    terms: Sequence[tuple[float, Statistic]], tally: Tally | None
) -> list[tuple[float, Figure]] | None:
    """Read the statistics off a stored tally; None where it can't give them."""
    if tally is None or any(
        (statistic.metric not in tally.metrics and not statistic.of_answers)
        or statistic.k > int(tally.draws.min())
        or (statistic.of_answers and answers_of(tally) is None)
        for _, statistic in terms
    ):
        return None
    return [(weight, figure(statistic, tally)) for weight, statistic in terms]


def _between(all_terms: list[list[tuple[float, Figure]]]) -> float:
    """Return the variance of the items' values that is not the stored draws' noise."""
    order = sorted(all_terms[0][0][1].ids)
    values: FloatArray = np.zeros(len(order))
    noise = 0.0
    for terms in all_terms:
        for weight, found in terms:
            position: Mapping[str, int] = {one: row for row, one in enumerate(found.ids)}
            values = values + weight * found.values[[position[one] for one in order]]
        noise += _noise(terms, [(weight, one.statistic) for weight, one in terms], None)
    return max(float(values.var(ddof=1)) - noise, 0.0) if len(order) > 1 else 0.0


def _noise(
    found: list[tuple[float, Figure]] | None,
    terms: Sequence[tuple[float, Statistic]],
    draws: int | None,
) -> float:
    """Return the noise of one source's draws, or of the stored ones: as they tell, else assumed."""
    if found is not None:
        known = float(noise_of(found, draws).mean())
        if not math.isnan(known):
            return max(known, 0.0)
    count = draws or (terms[0][1].source.draws if found is None else found[0][1].draws)
    return sum(weight**2 * _WITHIN * min(1.0, one.k / count) for weight, one in terms)
