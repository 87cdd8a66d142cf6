"""Deciding on what shards drew: what of a session then comes from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

import harness
from harness.errors import RunError
from harness.judge import Clerk
from harness.judge.reads import roster_of
from harness.records import Config, Plan, Spent
from harness.report.provenance import hashes
from harness.shards import Shard, check_together, differences, read_shard

_HINT = "check out what they ran on, and name the files that they named"


def merged_of(config: pytest.Config) -> tuple[Shard, ...]:
    """Return the shards whose draws are to be decided on, in order; none for a run of its own.

    Raises
    ------
    RunError
        If one can't be read, or they are not all the shards of one run.
    """
    given: list[str] = config.getoption("--harness-merged")
    shards = sorted((read_shard(Path(path)) for path in given), key=lambda one: one.index)
    if shards:
        check_together(shards)
    return tuple(shards)


def check_here(
    shard: Shard, evals: Sequence[str], config: Config, plan: Plan | None, clerk: Clerk
) -> None:
    """See that what is decided here is what shards were drawn for; opens no engine.

    Raises
    ------
    RunError
        With the first thing that is other than it was.
    """
    rosters = {name: roster_of(clerk.task(name)) for name in shard.tasks}
    found = hashes(config.path, rosters)
    here = dataclasses.replace(
        shard,
        version=harness.__version__,
        manifest=tuple(sorted(evals)),
        seed=config.seed,
        config=found["config"],
        plan=None if plan is None else plan.hash,
        tasks=found["tasks"],
    )
    for what in differences(here, shard):
        msg = f"the shards were drawn with another {what} than is here"
        raise RunError(msg, where=str(shard.path), hint=_HINT)


def spent_of(shards: Sequence[Shard]) -> dict[tuple[str, str], Spent]:
    """Return what the draws of all shards took, by arm and hash of the stream."""
    found: dict[tuple[str, str], Spent] = {}
    for shard in shards:
        for key, spent in shard.spent.items():
            found[key] = found.get(key, Spent()) + spent
    return dict(sorted(found.items()))
