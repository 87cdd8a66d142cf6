"""What a run says of the draws that it read: the `samples` and `items` of run.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import DiffError

_KEYS = {
    "task": str, "arm": str, "stream": str, "scorer": str, "draws": int, "items": int,
    "fingerprint": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """What a run read of one arm on one task.

    Attributes
    ----------
    stream
        Hash of the stream of draws.
    scorer
        Key of the scorer: its hash, "/", and the names of its metrics.
    draws
        Most draws of an item that were read.
    items
        How many items.
    fingerprint
        Of what the arm ran on.
    each
        How many draws of each item, sorted by their ids; empty where the run does not say.
    """

    task: str
    arm: str
    stream: str
    scorer: str
    draws: int
    items: int
    fingerprint: str
    each: Mapping[str, int] = field(default_factory=dict)


def is_run(path: Path) -> bool:
    """Say whether a file is a run, by its keys."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and "verdict" in data and "provenance" in data


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a run is from, as far as it tells.

    Attributes
    ----------
    name
        The run's name; empty if it has none.
    seed
        What it was sampled with; None if it does not say.
    overrides
        What it was told to let arms run instead, each as NAME=OTHER.
    """

    name: str
    seed: int | None
    overrides: tuple[str, ...]


def read_samples(path: Path) -> tuple[tuple[Sampled, ...], Provenance]:
    """Read what a run read of its arms, in the run's order, and where the run is from.

    Raises
    ------
    DiffError
        If there is no such run, it is broken, or says nothing of its draws.
    """
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        msg = f"can't read this run: {error.strerror or error}"
        raise DiffError(msg, where=str(path), hint="run the evals first") from None
    except (ValueError, RecursionError) as error:
        msg = f"this run is no JSON: {getattr(error, 'msg', None) or error}"
        raise DiffError(msg, where=str(path), hint="run the evals again") from None
    rows = _dict(data).get("samples")
    if not isinstance(rows, list):
        msg = "this run does not say which draws it read"
        hint = "an earlier version wrote it: run the evals again"
        if {"index", "count", "manifest"} <= _dict(data).keys():
            msg, hint = (
                "this is a shard, which decides nothing",
                "bring all together: harness merge",
            )
        raise DiffError(msg, where=str(path), hint=hint)
    each = _each(data.get("items"), str(path))
    found = (_sampled(row, f"{path}: samples.{n}", each) for n, row in enumerate(rows))
    return tuple(found), _provenance(data)


def _provenance(data: Mapping[str, Any]) -> Provenance:
    """Return where a run is from; a later version may tell it in other ways."""
    told = _dict(data.get("provenance"))
    name, seed = told.get("run"), _dict(told.get("seeds")).get("seed")
    overrides = _dict(told.get("options")).get("--harness-arm")
    return Provenance(
        name=name if isinstance(name, str) else "",
        seed=seed if isinstance(seed, int) else None,
        overrides=tuple(map(str, overrides)) if isinstance(overrides, list) else (),
    )


def _dict(value: Any) -> dict[str, Any]:  # noqa: ANN401  it is JSON
    return value if isinstance(value, dict) else {}


def _each(blocks: Any, where: str) -> dict[tuple[str, str], dict[str, int]]:  # noqa: ANN401  it is JSON
    """Return the draws of each item that was read of each arm on each task."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for place, block in enumerate(blocks if isinstance(blocks, list) else ()):
        try:
            order = sorted(range(len(block["ids"])), key=block["ids"].__getitem__)
            names = [block["ids"][at] for at in order]
            alike: dict[tuple[int, ...], dict[str, int]] = {}  # most arms have the same draws
            for one in block["arms"]:
                counts = tuple([int(one["draws"][at]) for at in order])
                if counts not in alike:
                    alike[counts] = dict(zip(names, counts, strict=True))
                found[block["task"], one["arm"]] = alike[counts]
        except (LookupError, TypeError, ValueError):
            msg = "it does not tell ids and draws as a run writes them"
            hint = "run the evals again"
            raise DiffError(msg, where=f"{where}: items.{place}", hint=hint) from None
    return found


def _sampled(row: Any, where: str, each: Mapping[tuple[str, str], Mapping[str, int]]) -> Sampled:  # noqa: ANN401  it is JSON
    for key, kind in _KEYS.items():
        if type(_dict(row).get(key)) is not kind:
            msg = f"it has no {key!r} as a run writes it"
            raise DiffError(msg, where=where, hint="run the evals again")
    read = each.get((row["task"], row["arm"]), {})
    return Sampled(**{key: row[key] for key in _KEYS}, each=read)
