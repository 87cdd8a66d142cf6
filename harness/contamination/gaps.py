"""How much better an arm does on items that stand in the training data: memorised, or easier."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.contamination.overlap import Overlap
from harness.decide.evidence import weigh
from harness.decide.verdict import FEWEST_CLUSTERS, FEWEST_ITEMS
from harness.errors import ClaimError, ContaminationError, did_you_mean
from harness.records import Part, Policy, Question, Sample

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.records.data import FloatArray

    BoolArray = npt.NDArray[np.bool_]

#: The items that are held against the clean ones; touched ones are all that are not clean.
GROUPS = ("touched", "contaminated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A figure on found items less that on clean ones, with its interval.

    Attributes
    ----------
    arms
        The arm, or two: then the figure is that of the second less that of the first, and the
        gap a difference in differences.
    group
        Which items are held against the clean ones: ``touched`` or ``contaminated``.
    found, clean
        The mean figure on either; None if there are no such items.
    items
        How many items either has.
    gap
        The difference; None as above.
    low, high
        Its interval at 1 - 2 alpha of the policy; None where it can't be told.
    method
        What made the interval, or why there is none.
    """

    arms: tuple[str, ...]
    group: str
    found: float | None
    clean: float | None
    items: tuple[int, int]
    gap: float | None
    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the arms of a run came to: gaps of a metric, with intervals of a level."""

    metric: str
    level: float
    gaps: tuple[Gap, ...]


def measured(
    overlaps: Sequence[Overlap],
    run: Mapping[str, Any],
    policy: Policy,
    *,
    metric: str = "correct",
    pair: Sequence[str] = (),
) -> Measured:
    """Tell the gap of each arm of a run, and of a pair of arms.

    Parameters
    ----------
    overlaps
        Of all items of the task.
    run
        What a run tells of the items of the task: an entry of `items` of its run.json.
    metric
        Whose mean over draws is the figure: pass@1 of ``correct``.
    pair
        Two arms whose difference is a figure too; none if empty.

    Raises
    ------
    ContaminationError
        If the run has no such arm, or an arm no such metric.
    """
    arms = {arm["arm"]: arm for arm in run["arms"]}
    for name in pair:
        if name not in arms:
            msg = f"the run has no arm {name!r} on this task"
            raise ContaminationError(msg, hint=did_you_mean(name, arms))
    figures: dict[tuple[str, ...], FloatArray] = {
        (name,): _figures(arm, name, metric) for name, arm in arms.items()
    }
    if pair:
        first, second = pair
        figures[first, second] = figures[second,] - figures[first,]
    standing = {one.item.id: one.standing for one in overlaps}
    own = np.array([standing.get(identity, "unknown") for identity in run["ids"]])
    clusters = run["clusters"] or [None] * len(own)
    found = (
        _gap(names, group, values, own, clusters, policy)
        for names, values in figures.items()
        for group in GROUPS
    )
    return Measured(metric=metric, level=1 - 2 * policy.alpha, gaps=tuple(found))


def _figures(arm: Mapping[str, Any], name: str, metric: str) -> FloatArray:
    """Return the mean of each item's draws, shape [N]; NaN where there are none."""
    if metric not in arm["sums"]:
        msg = f"arm {name!r} has no metric {metric!r}"
        raise ContaminationError(msg, hint=did_you_mean(metric, arm["sums"]))
    sums = np.array(arm["sums"][metric], dtype=np.float64)
    draws = np.array(arm["draws"], dtype=np.float64)
    means: FloatArray = np.full(len(draws), np.nan)
    np.divide(sums, draws, out=means, where=draws > 0)
    return means


def _gap(  # noqa: PLR0913, PLR0917  a figure, where it is told, and what its interval depends on
    arms: tuple[str, ...],
    group: str,
    values: FloatArray,
    standing: npt.NDArray[np.str_],
    clusters: Sequence[str | None],
    policy: Policy,
) -> Gap:
    there = np.isfinite(values)
    found = there & np.isin(standing, ("contaminated", "touched")[: 1 + (group == "touched")])
    clean = there & (standing == "clean")
    means = [float(values[rows].mean()) if rows.any() else None for rows in (found, clean)]
    gap = None if means[0] is None or means[1] is None else means[0] - means[1]
    low, high, method = _interval(values, found, clean, clusters, policy, half_range=len(arms) / 2)
    return Gap(
        arms=arms, group=group, found=means[0], clean=means[1],
        items=(int(found.sum()), int(clean.sum())), gap=gap, low=low, high=high, method=method,
    )  # fmt: skip


def _interval(  # noqa: PLR0913  as above
    values: FloatArray,
    found: BoolArray,
    clean: BoolArray,
    clusters: Sequence[str | None],
    policy: Policy,
    *,
    half_range: float,
) -> tuple[float | None, float | None, str]:
    """Return the interval of a difference on disjoint items, by the method that decides claims."""
    fewest = int(min(found.sum(), clean.sum()))
    if fewest < FEWEST_ITEMS:
        return None, None, f"{fewest} items are too few"
    sides = [
        {clusters[at] for at in np.flatnonzero(rows).tolist()} - {None} for rows in (found, clean)
    ]
    if sides[0] & sides[1]:
        return None, None, f"{len(sides[0] & sides[1])} clusters have items of both kinds"
    parts = (
        _part(values, found, clusters, 1.0, half_range),
        _part(values, clean, clusters, -1.0, half_range),
    )
    counts = [len(part.values) if part.clusters is None else int(part.clusters.max()) + 1
              for part in parts]  # fmt: skip
    if min(counts) < FEWEST_CLUSTERS and any(part.clusters is not None for part in parts):
        return None, None, f"{min(counts)} clusters are too few"
    reach = 2 * half_range
    sample = Sample(parts=parts, draws=1, low=-reach, high=reach)
    # Of these items alone there is nothing to compare: others would have been leaked.
    over = dataclasses.replace(policy, items="population", method="auto", effect=None)
    try:
        told = weigh(sample, Question(direction="greater", threshold=0.0), over)
    except ClaimError as error:
        return None, None, str(error)
    bounds, alpha = told.bounds, policy.alpha
    return max(bounds.lower(alpha), -reach), min(bounds.upper(alpha), reach), told.method


def _part(
    values: FloatArray,
    rows: BoolArray,
    clusters: Sequence[str | None],
    sign: float,
    half_range: float,
) -> Part:
    """Return one side of the difference: of one arm in [0, 1], of two in [-1, 1]."""
    chosen = np.flatnonzero(rows).tolist()
    numbers: dict[object, int] = {}
    names = [clusters[at] if clusters[at] is not None else at for at in chosen]
    codes = np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)
    least = -1.0 if half_range == 1 or sign < 0 else 0.0
    return Part(
        values=sign * values[rows], half_range=half_range, low=least, noise=math.nan,
        clusters=codes if len(numbers) < len(chosen) else None,
    )  # fmt: skip
