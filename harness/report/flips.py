"""Items that two compared sides answer differently, by a test of each item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from harness.records import Held, Ruling, Tally
from harness.report.measured import Measured
from harness.stats.fisher import fisher_exact
from harness.stats.multiple import benjamini_hochberg

#: The false discovery rate, within each pair.
RATE = 0.05
_DIGITS = 6  # that are significant
_NOT_OF_METRICS = {"rate", "distinct_at"}

_Counts = Mapping[str, tuple[int, int]]  # hits and draws, by item


class _Side(NamedTuple):
    """An arm, or what it is held against."""

    arm: str
    baseline: str


class _Pair(NamedTuple):
    """Two sides that a claim compares by a metric; the claim says more of the first."""

    task: str
    metric: str
    first: _Side
    second: _Side


def flips(rulings: Iterable[Ruling], found: Measured) -> list[dict[str, object]]:
    """Return, for each pair that a claim compares, the items that differ, as plain types."""
    pairs: dict[tuple[object, ...], _Pair] = {}
    for ruling in rulings:
        for pair in _pairs(ruling):
            pairs.setdefault((pair.task, pair.metric, frozenset(pair[2:])), pair)
    rows = (_of_pair(pair, found) for pair in sorted(pairs.values()))
    return [row for row in rows if row is not None]


def _pairs(ruling: Ruling) -> Iterator[_Pair]:
    sides = dict.fromkeys(
        _Side(term.arm, term.baseline)
        for term in sorted(ruling.terms, key=lambda term: -term.weight)
    )
    tasks = {term.task for term in ruling.terms}
    if len(sides) == 2 and len(tasks) == 1:  # noqa: PLR2004  two sides make a pair
        first, second = sides
        read = {term.metric for term in ruling.terms if term.kind not in _NOT_OF_METRICS}
        for metric in sorted(read):
            yield _Pair(ruling.task, metric, first, second)


def _of_pair(pair: _Pair, found: Measured) -> dict[str, object] | None:
    one, two = (_counts(pair, side, found) for side in (pair.first, pair.second))
    if one is None or two is None:
        return None
    ids = [one_id for one_id in found.rosters[pair.task].ids if one_id in one and one_id in two]
    if not ids:
        return None
    table = np.array([[*one[identity], *two[identity]] for identity in ids])
    p = fisher_exact(*table.T)
    q = benjamini_hochberg(p)
    rows = np.flatnonzero(q <= RATE)
    hits, draws, other_hits, other_draws = table[rows].T.tolist()
    return {
        "task": pair.task,
        "metric": pair.metric,
        "sides": [pair.first._asdict(), pair.second._asdict()],
        "tested": len(ids),
        "ids": [ids[row] for row in rows],
        "hits": [hits, other_hits],
        "draws": [draws, other_draws],
        "p": [_rounded(value) for value in p[rows]],
        "q": [_rounded(value) for value in q[rows]],
    }


def _counts(pair: _Pair, side: _Side, found: Measured) -> _Counts | None:
    """Return the hits and draws of each item; None if there are none, or the metric is graded."""
    if not side.baseline:
        tally = found.tallies.get((pair.task, side.arm))
        return None if tally is None else _of_tally(tally, pair.metric)
    for held in found.held:
        if (held.task, held.arm, held.name) == (pair.task, side.arm, side.baseline):
            return _of_held(held, found.rosters[pair.task].ids, pair.metric)
    return None


def _of_tally(tally: Tally, metric: str) -> _Counts | None:
    if metric not in tally.metrics:
        return None
    column = tally.metrics.index(metric)
    sums = tally.sums[:, column]
    if not np.array_equal(sums, tally.products[:, column, column]):
        return None
    counts = zip(sums.astype(np.int64).tolist(), tally.draws.tolist(), strict=True)
    return dict(zip(tally.ids, counts, strict=True))


def _of_held(held: Held, ids: Iterable[str], metric: str) -> _Counts | None:
    sums = held.sums.get(metric)
    if sums is None or not all(value.is_integer() for value in sums):
        return None
    rows = zip(ids, sums, held.draws, strict=True)
    return {identity: (int(value), draws) for identity, value, draws in rows if draws}


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
