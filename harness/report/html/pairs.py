"""Two sides against each other, item by item: cells of a scatter, and the items that flipped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.report.html.sides import Side, sides

_STEPS = 10  # of a rate, from 0 to 1

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two sides that a claim compares.

    Attributes
    ----------
    first, second
        Their names; the claim says more of the first.
    cells
        By the rates of the second and the first, in tenths: which items lie there, by their
        places in the task.
    flips
        The items that differ, with the smallest p first: place, and whether the first has more.
    row
        The pair as `run.json` has it.
    """

    task: int
    metric: str
    first: str
    second: str
    tested: int
    cells: Mapping[Cell, tuple[int, ...]]
    flips: tuple[tuple[int, bool], ...]
    row: Mapping[str, Any]

    @property
    def gained(self) -> int:
        """How many items the first does better."""
        return sum(up for _, up in self.flips)

    @property
    def lost(self) -> int:
        """How many items the first does worse."""
        return len(self.flips) - self.gained


def pairs(run: Mapping[str, Any]) -> list[Pair]:
    """Return each pair of sides that claims compare by a 0/1 metric, in the claims' order."""
    numbers = {task["task"]: number for number, task in enumerate(run["items"])}
    found = [
        _pair(row, numbers[row["task"]], run["items"][numbers[row["task"]]])
        for row in run["flips"]
        if row["task"] in numbers
    ]
    order = _order(run)
    return sorted(found, key=lambda pair: order.get(_key(pair.row["sides"]), len(order)))


def _order(run: Mapping[str, Any]) -> dict[frozenset[tuple[str, str]], int]:
    found: dict[frozenset[tuple[str, str]], int] = {}
    for claim in run["claims"]:
        found.setdefault(_key(claim["terms"]), len(found))
    return found


def _key(rows: list[Mapping[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset((row["arm"], row["baseline"]) for row in rows)


def _pair(row: Mapping[str, Any], number: int, task: Mapping[str, Any]) -> Pair:
    known = {(side.arm, side.baseline): side for side in sides(task)}
    first, second = (known[one["arm"], one["baseline"]] for one in row["sides"])
    place = {identity: at for at, identity in enumerate(task["ids"])}
    (hits, others), (draws, other_draws) = row["hits"], row["draws"]
    order = sorted(range(len(row["ids"])), key=lambda at: row["p"][at])
    return Pair(
        task=number,
        metric=row["metric"],
        first=first.name,
        second=second.name,
        tested=row["tested"],
        cells=_cells(first, second, row["metric"]),
        flips=tuple(
            (place[row["ids"][at]], hits[at] * other_draws[at] > others[at] * draws[at])
            for at in order
            if row["ids"][at] in place
        ),
        row=row,
    )


def _cells(first: Side, second: Side, metric: str) -> dict[Cell, tuple[int, ...]]:
    found: dict[Cell, list[int]] = {}
    rates = zip(second.rates(metric), first.rates(metric), strict=True)
    for at, (right, up) in enumerate(rates):
        if right is not None and up is not None:
            cell = (math.floor(right * _STEPS + 0.5), math.floor(up * _STEPS + 0.5))
            found.setdefault(cell, []).append(at)
    return {cell: tuple(found[cell]) for cell in sorted(found)}
