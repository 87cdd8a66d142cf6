"""Curves of pass@k, with bands that hold over all of their k at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from harness.report.html.sides import Side, sides
from harness.stats.band import curve, max_t_band

ALPHA = 0.1  # over all k together
_MOST_VALUES = 4  # of a tag that gets curves of its own
_METRIC = "correct"
_SEED = 0  # the same run makes the same page

Point = dict[str, Any]


def curves(run: Mapping[str, Any], task: Mapping[str, Any]) -> list[Point]:
    """Return the points of a task's curves: group, arm, k, mean, low, high, and kind of bounds.

    Bounds are simultaneous where items are independent; else they are those of `run.json`, each
    of which holds by itself. Groups are all items, and those of each value of a tag with few.
    """
    estimated: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in run["estimates"]:
        if row["task"] == task["task"] and row["k"] is not None and _is_shown(row, task):
            estimated.setdefault((_named(row), row["arm"]), []).append(row)
    own = {side.arm: side for side in sides(task) if not side.baseline}
    points = [
        point
        for (group, arm), rows in estimated.items()
        if len(rows) > 1 and arm in own
        for point in _curve(group, rows, own[arm], task)
    ]
    return sorted(points, key=lambda point: not point["whole"])  # all items first


def _is_shown(row: Mapping[str, Any], task: Mapping[str, Any]) -> bool:
    if row["tag"] is None:
        return True
    return 1 < len(set(task["tags"].get(row["tag"], ())) - {None}) <= _MOST_VALUES


def _named(row: Mapping[str, Any]) -> str:
    return "all that were read" if row["tag"] is None else f"{row['tag']}={row['value']}"


def _curve(
    group: str, rows: Sequence[Mapping[str, Any]], side: Side, task: Mapping[str, Any]
) -> Iterator[Point]:
    bounds = None if task["clusters"] else _band(rows, side, task)
    for place, row in enumerate(rows):
        low, high = bounds[place] if bounds else (row["low"], row["high"])
        yield {
            "group": group, "whole": row["tag"] is None, "arm": row["arm"], "k": row["k"],
            "mean": row["mean"], "low": low, "high": high, "simultaneous": bounds is not None,
            "items": row["items"],
        }  # fmt: skip


def _band(
    rows: Sequence[Mapping[str, Any]], side: Side, task: Mapping[str, Any]
) -> list[tuple[float, float]] | None:
    """Return the bounds at each k; None where the items don't tell them."""
    tag, value = rows[0]["tag"], rows[0]["value"]
    inside = [tag is None or own == value
              for own in task["tags"].get(tag, [None] * len(side.draws))]  # fmt: skip
    table = [
        (count, hits)
        for count, hits, within in zip(
            side.draws, side.sums.get(_METRIC, [None] * len(side.draws)), inside, strict=True
        )
        if within and count
    ]
    if len(table) != rows[0]["items"] or len(table) < 2 or any(h is None for _, h in table):  # noqa: PLR2004
        return None
    draws, hits = np.array(table, dtype=np.int64).T
    ks = np.array([row["k"] for row in rows])
    found = max_t_band(
        curve(draws, hits, ks), ALPHA, generator=np.random.default_rng(_SEED), half_range=0.5
    )
    low, high = np.clip(found.low, 0, 1), np.clip(found.high, 0, 1)
    return list(zip(low.tolist(), high.tolist(), strict=True))
