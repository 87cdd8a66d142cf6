"""At the end of a run: how each series of arms goes, from what claims have read anyway."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Sequence

from harness.pytest_plugin.reading import BY_STORED, reading, selected, statistic_of
from harness.records import Decision, Policy, Ruling, SeriesSpec, Statistic
from harness.report.measured import Measured
from harness.report.numbers import counted, share
from harness.report.sparkline import sparkline

_SIGN = {"supported": "<", "refuted": ">", "inconclusive": "~"}


def along_series(
    found: Measured, rulings: Iterable[Ruling], series: Iterable[SeriesSpec]
) -> Iterator[str]:
    """Yield a line for each series of which a claim compared two arms, if all of them were read.

    Nothing is drawn for it. Each arm is told with the interval of the method that decides claims,
    and between two neighbours what their paired difference shows, at alpha each.

    Parameters
    ----------
    found
        What was read.
    rulings
        All of the run.
    series
        Those that are declared.
    """
    declared, told = list(series), set[tuple[str, Statistic]]()
    for ruling in rulings:
        for spec, statistic in _touched(ruling, declared):
            if (spec.name, statistic) not in told:
                told.add((spec.name, statistic))
                yield from _line(found, spec, statistic, ruling.policy or Policy())


def _touched(
    ruling: Ruling, declared: Sequence[SeriesSpec]
) -> Iterator[tuple[SeriesSpec, Statistic]]:
    """Yield each series of which a claim compared two arms by one statistic, as of its first."""
    read = [
        statistic_of(term)
        for term in ruling.terms
        if term.kind in BY_STORED and not term.baseline and not term.recipe
    ]  # fmt: skip
    for spec in declared:
        firsts = [_of(one, spec.arms[0]) for one in read if one.source.arm in spec.arms]
        for first in dict.fromkeys(firsts):
            if firsts.count(first) > 1:
                yield spec, first


def _of(statistic: Statistic, arm: str) -> Statistic:
    return dataclasses.replace(statistic, source=dataclasses.replace(statistic.source, arm=arm))


def _line(
    found: Measured, spec: SeriesSpec, statistic: Statistic, policy: Policy
) -> Iterator[str]:  # fmt: skip
    each = [_of(statistic, arm) for arm in spec.arms]
    levels = [reading(found, ((1.0, one),), policy) for one in each]
    steps = [
        reading(found, ((1.0, after), (-1.0, before)), policy)
        for before, after in itertools.pairwise(each)
    ]
    known = [one for one in levels if one is not None]
    shown = [one for one in steps if one is not None]
    if len(known) < len(levels) or len(shown) < len(steps):
        return
    signs = ["", *(f" {_SIGN[step.verdict]} " for step in shown)]
    values = "".join(
        f"{sign}{arm} {_told(one)}" for sign, arm, one in zip(signs, spec.arms, known, strict=True)
    )
    figure = str(statistic).removeprefix(f"{statistic.source}.")
    bars = sparkline([one.effect for one in known], least=0.0)
    open_steps = "; ~ where no step is shown" if " ~ " in signs else ""
    yield (
        f"{figure} over {spec.name} {bars} {values}; "
        f"{counted(known[0].items, 'item')} of {selected(statistic.source)}{open_steps}"
    )


def _told(level: Decision) -> str:
    return f"{share(level.effect)} [{share(level.low)}, {share(level.high)}]"
