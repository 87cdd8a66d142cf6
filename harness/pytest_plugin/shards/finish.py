"""From what the gate took in to the shard as it is told. Imported once evals have reported."""

from __future__ import annotations

import pytest

import harness
from harness.engines import Known
from harness.pytest_plugin import config_path
from harness.pytest_plugin.finish import OPTIONS
from harness.pytest_plugin.intake import Intake
from harness.pytest_plugin.output import LEDGER
from harness.pytest_plugin.running import name_of_run
from harness.pytest_plugin.shards.share import share_of
from harness.report.numbers import counted
from harness.report.provenance import hashes
from harness.shards import SHARD, Shard

#: What a shard does otherwise than who merges, or not at all.
_OWN = {"--harness-offline", "--harness-fresh", "--harness-update-baseline"}
_DONE = {"drawn", "skipped"}


def shard_drawn(news: Intake, config: pytest.Config) -> Shard:
    """Return the shard that a session drew."""
    share = share_of(config)
    assert share is not None  # noqa: S101  else there is no such gate
    found = hashes(config_path(config), news.rosters)
    given = {name: config.getoption(name) for name in (*OPTIONS, "--harness-baseline")}
    reads = news.reads
    return Shard(
        path=(config.rootpath / LEDGER).with_name(SHARD),
        index=share.index,
        count=share.count,
        run=share.run or name_of_run(config.rootpath),
        version=harness.__version__,
        manifest=tuple(sorted(news.manifest)),
        options={name: value for name, value in given.items() if value and name not in _OWN},
        seed=news.settings["seed"],
        sample=news.settings["sample"],
        config=found["config"],
        plan=news.settings["plan"],
        tasks=found["tasks"],
        arms={name: Known(**one) for name, one in sorted(news.runs_on.items())},
        undrawn=tuple(
            nodeid for nodeid in news.manifest
            if news.evals.get(nodeid, {}).get("outcome") not in _DONE
        ),
        draws=sum(sum(read.draws) for read in reads),
        items=len({
            (read.task, place) for read in reads
            for place, draws in enumerate(read.draws) if draws
        }),
        spent=news.spent,
    )  # fmt: skip


def headline(shard: Shard) -> str:
    """Say in a line what a shard drew."""
    name = f"SHARD {shard.index} of {shard.count}"
    if shard.undrawn:
        lacking = f"{len(shard.undrawn)} of {counted(len(shard.manifest), 'eval')}"
        return f"{name} IS NOT WHOLE: draws of {lacking} are missing; run it again"
    draws = f"{shard.draws:,} draws of {counted(shard.items, 'item')}, 0 missing"
    return f"{name}: {draws}; nothing is decided: harness merge FOLDER..."
