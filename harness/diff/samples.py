"""What a run says of the draws that it read: the `samples` of run.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import DiffError


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
    """

    task: str
    arm: str
    stream: str
    scorer: str
    draws: int
    items: int
    fingerprint: str


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


def read_provenance(path: Path) -> Provenance:
    """Read where a run is from, that can be read; a later version may tell it in other ways."""
    told = _dict(json.loads(path.read_bytes()).get("provenance"))
    name, seed = told.get("run"), _dict(told.get("seeds")).get("seed")
    overrides = _dict(told.get("options")).get("--harness-arm")
    return Provenance(
        name=name if isinstance(name, str) else "",
        seed=seed if isinstance(seed, int) else None,
        overrides=tuple(map(str, overrides)) if isinstance(overrides, list) else (),
    )


def _dict(value: Any) -> dict[str, Any]:  # noqa: ANN401  it is JSON
    return value if isinstance(value, dict) else {}


def read_samples(path: Path) -> tuple[Sampled, ...]:
    """Read what a run read of its arms, in the run's order.

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
    rows = data.get("samples") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        msg = "this run does not say which draws it read"
        hint = "an earlier version wrote it: run the evals again"
        raise DiffError(msg, where=str(path), hint=hint)
    return tuple(_sampled(row, f"{path}: samples.{place}") for place, row in enumerate(rows))


def _sampled(row: Any, where: str) -> Sampled:  # noqa: ANN401  it is JSON
    kinds = {"draws": int, "items": int}
    for key in Sampled.__slots__:
        if not isinstance(row, dict) or type(row.get(key)) is not kinds.get(key, str):
            msg = f"it has no {key!r} as a run writes it"
            raise DiffError(msg, where=where, hint="run the evals again")
    return Sampled(**{key: row[key] for key in Sampled.__slots__})
