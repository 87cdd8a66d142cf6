"""What each arm does on each task, as a whole and by tag: means and pass@k, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.decide import one_arm
from harness.estimate import alike
from harness.records import Roster, Tally
from harness.report.measured import Measured
from harness.stats.passk import pass_at_k

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.records.data import FloatArray, IntArray

#: One-sided level of the bounds: intervals hold 90%.
LEVEL = 0.05
_MOST_VALUES = 20  # of a tag that makes groups
_DIGITS = 9
_METRIC = "correct"  # whose pass@k is told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Items that have one value of a tag, or all of them: the rows of a tally, shape [n]."""

    tag: str | None
    value: str | None
    rows: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A metric's mean, or its pass@k, on each item, and whether the item's draws are all alike."""

    metric: str
    k: int | None
    values: FloatArray
    alike: npt.NDArray[np.bool_]


def estimates(found: Measured) -> list[dict[str, object]]:
    """Return each mean over items, as plain types, by task, arm, tag and value, and metric."""
    return [
        {"task": task, "arm": arm, **row}
        for (task, arm), tally in sorted(found.tallies.items())
        for row in _of_arm(tally, found.rosters[task])
    ]


def _of_arm(tally: Tally, roster: Roster) -> Iterator[dict[str, object]]:
    clusters = _clusters(tally, roster)
    groups, columns = list(_groups(tally, roster)), list(_columns(tally))
    for group in groups:
        draws = int(tally.draws[group.rows].min())
        for column in columns:
            if column.k is None or column.k <= draws:
                yield {
                    "tag": group.tag, "value": group.value, "metric": column.metric,
                    "k": column.k, **_estimate(column, group, draws, clusters),
                }  # fmt: skip


def _estimate(
    column: _Column, group: _Group, draws: int, clusters: IntArray | None
) -> dict[str, object]:
    rows = group.rows
    values = column.values[rows]
    counted = 1 if draws > 1 and column.alike[rows].all() else draws  # all alike: they count once
    low = high = None
    units = rows if clusters is None else np.unique(clusters[rows])
    if len(units) > 1:
        own = None if clusters is None or len(units) == len(rows) else clusters[rows]
        bounds = one_arm(values, counted, LEVEL, own)
        low, high = (round(bound(LEVEL), _DIGITS) for bound in (bounds.lower, bounds.upper))
    mean = round(float(values.mean()), _DIGITS)
    return {"mean": mean, "low": low, "high": high, "items": len(rows), "draws": draws}


def _groups(tally: Tally, roster: Roster) -> Iterator[_Group]:
    yield _Group(tag=None, value=None, rows=np.arange(len(tally.ids)))
    place = {identity: at for at, identity in enumerate(roster.ids)}
    places = [place[identity] for identity in tally.ids]
    for tag, values in roster.tags.items():
        known = sorted({value for value in values if value is not None})
        if len(known) > _MOST_VALUES:
            continue
        number = {value: at for at, value in enumerate(known)}
        own = np.array([number.get(values[at] or "", -1) for at in places])
        for value in known:
            rows = np.flatnonzero(own == number[value])
            if len(rows):
                yield _Group(tag=tag, value=value, rows=rows)


def _columns(tally: Tally) -> Iterator[_Column]:
    for place, metric in enumerate(tally.metrics):
        sums, squares = tally.sums[:, place], tally.products[:, place, place]
        if not np.isfinite(sums).all():
            continue  # a record of counts does not tell it
        same = alike(tally, place)
        yield _Column(metric=metric, k=None, values=sums / tally.draws, alike=same)
        if metric != _METRIC or not np.array_equal(sums, squares):
            continue
        k, most = 1, int(tally.draws.max())
        while k <= most:
            values = np.full(len(sums), np.nan)
            rows = tally.draws >= k
            values[rows] = pass_at_k(tally.draws[rows], sums[rows].astype(np.int64), k)
            yield _Column(metric=metric, k=k, values=values, alike=same)
            k *= 2


def _clusters(tally: Tally, roster: Roster) -> IntArray | None:
    """Return the number of each item's cluster; None if no item has one."""
    named = dict(zip(roster.ids, roster.clusters, strict=True))
    if not any(named.values()):
        return None
    numbers: dict[str, int] = {}
    found = [
        numbers.setdefault(named[identity] or identity, len(numbers)) for identity in tally.ids
    ]
    return np.array(found, dtype=np.int64)
