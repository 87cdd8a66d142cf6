"""`shard.json`: what one shard drew, and all that it has to have in common with the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.engines import Known
from harness.errors import RunError
from harness.records import Spent
from harness.schemas.read import parse_json

#: Where a shard says what it drew, beside its draws.
SHARD = "shard.json"
_SCHEMA = 1  # 1: first version
_AGAIN = "run that shard again: what it has drawn is kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One shard of a run.

    Attributes
    ----------
    path
        Its file.
    index, count
        Which shard it is, from 1, and of how many.
    run
        The run's name: draws of arms that are not pinned belong to it.
    version
        Of this program.
    manifest
        The evals.
    options
        The options that a run of all its parts has in common, as they were given.
    seed, sample
        Of the sampling.
    config, plan
        Hashes of the config's file, and of the plan; None for none.
    tasks
        Hashes of the tasks that were drawn for, by their names: of the file, and of the items.
    arms
        What the arms are that claims asked for, by their names.
    undrawn
        Evals whose draws could not be had.
    draws, items
        How many draws it has for its claims, of how many items.
    spent
        What the draws took that it took itself, by arm and hash of the stream.
    """

    path: Path
    index: int
    count: int
    run: str
    version: str
    manifest: tuple[str, ...]
    options: Mapping[str, Any]
    seed: int
    sample: int
    config: str | None
    plan: str | None
    tasks: Mapping[str, Any]
    arms: Mapping[str, Known]
    undrawn: tuple[str, ...]
    draws: int
    items: int
    spent: Mapping[tuple[str, str], Spent]

    @property
    def store(self) -> Path:
        """Where its draws are."""
        return self.path.with_name("draws.sqlite")


def dump_shard(shard: Shard) -> str:
    """Write a shard as JSON; `complete` stands last: a file without it was cut off."""
    data = asdict(shard)
    del data["path"]
    data["spent"] = [
        {"arm": arm, "stream": stream, **asdict(spent)}
        for (arm, stream), spent in shard.spent.items()
    ]
    return json.dumps({"schema": _SCHEMA, **data, "complete": True}, indent=1) + "\n"


def find_shard(folder: Path) -> Path:
    """Return where a shard's file is: in its folder `.harness`, or the one that holds that."""
    inner = folder / ".harness" / SHARD
    return inner if inner.is_file() else folder / SHARD


def read_shard(path: Path) -> Shard:
    """Read what a shard says of itself.

    Raises
    ------
    RunError
        If there is none, it was cut off, broken, or is of a later version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        hint = "name the .harness folder of each shard: pytest evals/ --harness-shard i/n"
        raise RunError(f"this shard can't be read: {reason}", where=str(path), hint=hint) from None
    if _is_cut_off(text):
        raise RunError("this shard was cut off", where=str(path), hint=_AGAIN)
    data = parse_json(text, schema="shard", where=str(path), kind=RunError, hint=_AGAIN)
    del data["schema"], data["complete"]
    return Shard(
        **{
            **data,
            "path": path,
            "manifest": tuple(data["manifest"]),
            "undrawn": tuple(data["undrawn"]),
            "arms": {name: Known(**known) for name, known in data["arms"].items()},
            "spent": {(row.pop("arm"), row.pop("stream")): Spent(**row) for row in data["spent"]},
        }
    )


def _is_cut_off(text: str) -> bool:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text.lstrip().startswith("{")
    return isinstance(data, dict) and "schema" in data and "complete" not in data
