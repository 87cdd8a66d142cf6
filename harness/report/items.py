"""What was read of each item: enough to draw it, without the store."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from harness.records import Held, Roster, Tally
from harness.report.measured import Measured


def items(found: Measured) -> list[dict[str, object]]:
    """Return the items of each task that a claim read, with what each arm came to on them."""
    tasks = sorted({task for task, _ in found.tallies})
    return [_of_task(task, found) for task in tasks]


def _of_task(task: str, found: Measured) -> dict[str, object]:
    roster = found.rosters[task]
    arms = {arm: tally for (name, arm), tally in sorted(found.tallies.items()) if name == task}
    read = {identity for tally in arms.values() for identity in tally.ids}
    chosen = [at for at, identity in enumerate(roster.ids) if identity in read]
    ids = [roster.ids[at] for at in chosen]
    clusters = [roster.clusters[at] for at in chosen]
    return {
        "task": task,
        "ids": ids,
        "tags": {tag: [values[at] for at in chosen] for tag, values in roster.tags.items()},
        "clusters": clusters if any(clusters) else None,
        **({"seeds": seeds} if (seeds := seeds_of(roster, chosen)) else {}),
        "arms": [{"arm": arm, **_of_arm(tally, ids)} for arm, tally in arms.items()],
        "baselines": [_of_held(held, chosen) for held in found.held if held.task == task],
    }


def seeds_of(roster: Roster, chosen: Iterable[int]) -> dict[str, int]:
    """Return the first seed of the splits that some items are of and that are made in each run."""
    if not roster.seeds:
        return {}
    splits = {roster.tags["split"][at] for at in chosen}
    return {split: seed for split, seed in roster.seeds.items() if split in splits}


def _of_arm(tally: Tally, ids: Sequence[str]) -> dict[str, object]:
    rows = {identity: row for row, identity in enumerate(tally.ids)}
    order = [rows.get(identity, -1) for identity in ids]
    draws = [*tally.draws.tolist(), 0]  # the last one is of items that were not read
    columns = {
        metric: [*tally.sums[:, column].tolist(), 0.0]
        for column, metric in enumerate(tally.metrics)
    }
    return {
        "draws": [draws[row] for row in order],
        "sums": {metric: _plain(own[row] for row in order) for metric, own in columns.items()},
    }


def _of_held(held: Held, chosen: Sequence[int]) -> dict[str, object]:
    return {
        "arm": held.arm,
        "name": held.name,
        "draws": [held.draws[at] for at in chosen],
        "sums": {metric: _plain(own[at] for at in chosen) for metric, own in held.sums.items()},
    }


def _plain(values: Iterable[float]) -> list[float | None]:
    """Write whole numbers as such, and what is not known as nothing."""
    return [_number(value) for value in values]


def _number(value: float) -> float | None:
    if value.is_integer():
        return int(value)
    return value if math.isfinite(value) else None
