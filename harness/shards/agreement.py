"""Whether shards are those of one run: each once, none missing, and all of them alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.errors import RunError
from harness.shards.shard import Shard

_ALIKE = "run all shards on one commit, with the same options"
#: What shards have in common, and what people call it.
_COMMON = {
    "count": "number of shards", "version": "version of this program", "config": "config",
    "manifest": "evals", "options": "options", "seed": "seed", "sample": "sample of draws",
    "plan": "plan",
}  # fmt: skip
_SHOWN = {"count", "version", "seed", "sample"}


def check_together(shards: Sequence[Shard]) -> None:
    """See that shards can be merged: per-item draws are, and nothing that was decided.

    Raises
    ------
    RunError
        With the first shard that is another than the first one, is there twice, is missing, or
        lacks draws.
    """
    first = shards[0]
    for other in shards[1:]:
        for what in differences(first, other):
            msg = f"shard {other.index} has another {what} than shard {first.index}"
            raise RunError(msg, where=str(other.path), hint=_ALIKE)
    _check_names(shards)
    _check_each_once(shards)
    for shard in shards:
        if shard.undrawn:
            lacking = ", ".join(shard.undrawn)
            msg = f"shard {shard.index} of {shard.count} lacks the draws of {lacking}"
            hint = "see what it said, and run it again: what it has drawn is kept"
            raise RunError(msg, where=str(shard.path), hint=hint)


def _check_each_once(shards: Sequence[Shard]) -> None:
    """Refuse shards of which one is there twice, or missing."""
    known: dict[int, Shard] = {}
    for shard in shards:
        before = known.setdefault(shard.index, shard)
        if before is not shard:
            msg = f"shard {shard.index} of {shard.count} is there twice, also in {before.path}"
            raise RunError(msg, where=str(shard.path), hint="name each shard's folder once")
    count = shards[0].count
    missing = [index for index in range(1, count + 1) if index not in known]
    if missing:
        msg = f"shard {', '.join(map(str, missing))} of {count} is missing"
        hint = f"name its folder, too; it is made by --harness-shard {missing[0]}/{count}"
        raise RunError(msg, hint=hint)


def differences(one: Shard, other: Shard) -> Iterator[str]:
    """Yield what two shards should have in common, and do not."""
    for name, called in _COMMON.items():
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs:
            yield f"{called} ({theirs}, not {mine})" if name in _SHOWN else called
    for name in sorted(one.tasks.keys() & other.tasks.keys()):
        if one.tasks[name] != other.tasks[name]:
            yield f"task {name!r}"
    for name in sorted(one.arms.keys() & other.arms.keys()):
        if one.arms[name] != other.arms[name]:
            yield f"model behind arm {name!r}"


def _check_names(shards: Sequence[Shard]) -> None:
    """Refuse shards of several runs, where draws serve the one that they were taken for."""
    first = shards[0]
    unpinned = [name for name, arm in first.arms.items() if not arm.pinned]
    for other in shards[1:]:
        if unpinned and other.run != first.run:
            msg = (
                f"shard {other.index} is of run {other.run!r}, and shard {first.index} of "
                f"{first.run!r}; draws of {unpinned[0]!r} serve one run"
            )
            raise RunError(msg, where=str(other.path), hint="set HARNESS_RUN to one name for all")
