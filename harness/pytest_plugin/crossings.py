"""At the end of a run: where pass@k curves meet, of arms that a test compared at several k."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from harness.diff import Side
from harness.diff.align import paired
from harness.errors import HarnessError
from harness.pytest_plugin.compared import task_of
from harness.pytest_plugin.reading import selected, statistic_of, tally_of
from harness.records import Policy, Ruling, Source
from harness.report.measured import Measured
from harness.report.numbers import counted
from harness.report.study_words import meeting
from harness.study.curves import curves_of


class _Curves(NamedTuple):
    """The curves of two arms, on the same items and by one metric; the first is said to gain."""

    first: Source
    second: Source
    metric: str


def crossings(found: Measured, rulings: Iterable[Ruling], policy: Policy) -> Iterator[str]:
    """Yield a line for each two arms that a test compared at pass@1 and at a larger k.

    Nothing is drawn for it: all draws that were read count. It is a reading with its interval, as
    a study has it, and no verdict.

    Parameters
    ----------
    found
        What was read.
    rulings
        All of the run.
    policy
        Gives the level of the intervals.
    """
    compared: dict[tuple[str, _Curves], set[int]] = {}
    for ruling in rulings:
        for curves, k in _compared(ruling):
            turned = curves._replace(first=curves.second, second=curves.first)
            key = ruling.nodeid, turned if (ruling.nodeid, turned) in compared else curves
            compared.setdefault(key, set()).add(k)
    told: set[frozenset[object]] = set()
    for (_, curves), ks in compared.items():
        if 1 in ks and max(ks) > 1 and frozenset(curves) not in told:
            told.add(frozenset(curves))
            yield from _line(found, curves, policy)


def _compared(ruling: Ruling) -> Iterator[tuple[_Curves, int]]:
    """Yield what a claim compares at which k, if that is pass@k of two arms on the same items."""
    if len(ruling.terms) != 2:  # noqa: PLR2004  a difference has two
        return
    up, down = sorted(ruling.terms, key=lambda term: -term.weight)
    alike = all(getattr(up, one) == getattr(down, one) for one in ("kind", "metric", "k", "where"))
    if up.kind != "pass_at" or not alike or not math.isclose(up.weight, -down.weight):
        return
    if up.baseline or down.baseline or up.task != down.task:
        return
    first, second = (statistic_of(term).source for term in (up, down))
    yield _Curves(first, second, up.metric), up.k


def _line(found: Measured, curves: _Curves, policy: Policy) -> Iterator[str]:
    sources = curves.first, curves.second
    tallies = [tally_of(found, source) for source in sources]
    sides = [
        Side(name=source.arm, tally=tally, scorer="", sampling={})
        for source, tally in zip(sources, tallies, strict=True)
        if tally is not None
    ]
    if len(sides) < len(sources):
        return
    after, before = sides
    task = curves.first.task
    try:
        pair = paired(task_of(task, found.rosters[task]), before, after, policy, curves.metric)
    except HarnessError:
        return  # such as a metric that a record does not know
    met = curves_of(pair)
    if met.points[0].effect < 0:
        pair = dataclasses.replace(pair, before=pair.after, after=pair.before)
        met = curves_of(pair)
    metric = "" if curves.metric == "correct" else f"[{curves.metric}]"
    for said in meeting(met, pair.before.name, pair.after.name):
        yield (
            f"pass@k{metric} of {pair.after.name} and {pair.before.name}: {said}, "
            f"{counted(len(pair.items), 'item')} of {selected(curves.first)}"
        )
