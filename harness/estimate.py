"""From tallies to the per-item values that a claim is decided on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.errors import ClaimError, did_you_mean
from harness.records import Part, Sample, Statistic, Tally, Terms
from harness.stats.passk import pass_at_k, pass_at_k_variance

if TYPE_CHECKING:
    from harness.records.data import FloatArray

TallyOf = Callable[[Statistic], Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A statistic on each item [N], and the variance that the draws alone give it [N]."""

    ids: tuple[str, ...]
    values: FloatArray
    noise: FloatArray
    draws: int

    @property
    def mean(self) -> float:
        """Mean over the items."""
        return float(self.values.mean())


def figure(statistic: Statistic, tally: Tally) -> Figure:
    """Compute a statistic on each item of a tally.

    Raises
    ------
    ClaimError
        If the metric is unknown or not 0/1 where it must be, or there are too few draws.
    """
    if statistic.metric not in tally.metrics:
        msg = f"{statistic.source} has no metric {statistic.metric!r}"
        raise ClaimError(msg, hint=did_you_mean(statistic.metric, tally.metrics))
    column = tally.metrics.index(statistic.metric)
    sums, squares = tally.sums[:, column], tally.products[:, column, column]
    if not (np.isfinite(sums).all() and np.isfinite(squares).all()):
        msg = f"{statistic}: a score is not a finite number"
        raise ClaimError(msg)
    if statistic.kind == "pass_at":
        values, noise = _pass_at(statistic, tally, sums, squares)
    else:
        values = sums / tally.draws
        noise = _variance_of_mean(tally, sums, squares)
    return Figure(ids=tally.ids, values=values, noise=noise, draws=int(tally.draws.min()))


def _pass_at(
    statistic: Statistic, tally: Tally, sums: FloatArray, squares: FloatArray
) -> tuple[FloatArray, FloatArray]:
    if not np.array_equal(sums, squares):
        msg = f"{statistic} needs a 0/1 metric, and {statistic.metric!r} is graded"
        raise ClaimError(msg, hint=f"use .mean({statistic.metric!r})")
    fewest = int(tally.draws.min())
    if statistic.k > fewest:
        msg = f"{statistic} needs at least {statistic.k} draws per item, and there are {fewest}"
        hint = f"set harness(draws={statistic.k}), better {2 * statistic.k}, or take a smaller k"
        if statistic.source.baseline:
            hint = (
                f"set `baseline: {{draws: {2 * statistic.k}}}` in the config and take it anew "
                "with --harness-update-baseline, or take a smaller k"
            )
        raise ClaimError(msg, hint=hint)
    correct = sums.astype(np.int64)
    return (
        pass_at_k(tally.draws, correct, statistic.k),
        pass_at_k_variance(tally.draws, correct, statistic.k),
    )


def _variance_of_mean(tally: Tally, sums: FloatArray, squares: FloatArray) -> FloatArray:
    n = tally.draws.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 1, (squares - sums**2 / n) / (n - 1) / n, np.nan)


def sample(terms: Terms, tally_of: TallyOf) -> tuple[Sample, tuple[Figure, ...]]:
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
    figures = tuple(figure(statistic, tally_of(statistic)) for _, statistic in terms)
    _refuse_sameness(terms, figures)
    groups: dict[frozenset[str], list[tuple[float, Figure]]] = {}
    for (coefficient, _), found in zip(terms, figures, strict=True):
        groups.setdefault(frozenset(found.ids), []).append((coefficient, found))
    sets = list(groups)
    for index, first in enumerate(sets):
        for second in sets[index + 1 :]:
            if first & second:
                msg = (
                    f"the claim compares different items: {len(first)} and {len(second)} items, "
                    f"of which {len(first & second)} are shared"
                )
                raise ClaimError(msg, hint="select the same items, or disjoint ones, on both sides")
    return (
        Sample(
            parts=tuple(_part(group) for group in groups.values()),
            draws=min(found.draws for found in figures),
            low=sum(min(coefficient, 0.0) for coefficient, _ in terms),
            high=sum(max(coefficient, 0.0) for coefficient, _ in terms),
        ),
        figures,
    )


def _refuse_sameness(terms: Terms, figures: tuple[Figure, ...]) -> None:
    """Refuse a claim whose two sides select the same draws, in different words."""
    total: dict[tuple[Statistic, frozenset[str]], float] = {}
    for (coefficient, statistic), found in zip(terms, figures, strict=True):
        source = dataclasses.replace(statistic.source, where=(), narrowed=())
        key = dataclasses.replace(statistic, source=source), frozenset(found.ids)
        total[key] = total.get(key, 0.0) + coefficient
    if all(abs(coefficient) < 1e-9 for coefficient in total.values()):  # noqa: PLR2004
        msg = f"{' and '.join(str(statistic) for _, statistic in terms)} are the same draws"
        raise ClaimError(msg, hint="compare two arms, or two sets of items")


def _part(group: list[tuple[float, Figure]]) -> Part:
    order = sorted(group[0][1].ids)
    values, noise = np.zeros(len(order)), np.zeros(len(order))
    for coefficient, found in group:
        position = {identity: row for row, identity in enumerate(found.ids)}
        rows = [position[identity] for identity in order]
        values += coefficient * found.values[rows]
        # Metrics of the same draws covary; their noise is then over-stated, which only makes
        # the advice on draws careful. No verdict rests on it.
        noise += coefficient**2 * found.noise[rows]
    return Part(
        values=values,
        half_range=sum(abs(coefficient) for coefficient, _ in group) / 2,
        noise=float(noise.mean()),
    )
