"""What samples in a session, and into which store."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.engines import opener_of
from harness.errors import RunError
from harness.judge import Again, Share
from harness.pytest_plugin import plans
from harness.pytest_plugin.again import check_store
from harness.pytest_plugin.progress.here import progress_of
from harness.pytest_plugin.running import name_of_run, note_start
from harness.sampling import Sampler
from harness.shards import Shard

#: Where draws are kept.
DRAWS = ".harness/draws.sqlite"


def open_sampler(
    pytest_config: pytest.Config,
    seed: int,
    again: Again | None,
    merged: Sequence[Shard],
    share: Share | None,
) -> Sampler:
    """Return what samples, into the store that all runs share; to plan, one that keeps nothing.

    Draws of a run that is decided again, or whose shards were merged, are there: none is taken,
    and for merged ones no engine is opened.

    Raises
    ------
    RunError
        If they are not there.
    """
    path = pytest_config.rootpath / DRAWS
    if plans(pytest_config):
        return Sampler(seed)
    if again is not None:
        check_store(again, path)
        name = again.data["provenance"].get("run", "")
        return Sampler(seed, path, run=name, offline=True)
    if merged and not path.is_file():
        msg = f"the draws of the shards are not here: there is no {path}"
        raise RunError(msg, hint="run harness merge in the folder that pytest calls rootdir")
    run = _name(pytest_config, merged, share)
    note_start(pytest_config.rootpath, run)
    if merged:
        arms = {name: arm for shard in merged for name, arm in shard.arms.items()}
        return Sampler(seed, path, run=run, offline=True, opener=opener_of(arms))
    offline = pytest_config.getoption("--harness-offline")
    return Sampler(seed, path, run=run, offline=offline, progress=progress_of(pytest_config))


def _name(pytest_config: pytest.Config, merged: Sequence[Shard], share: Share | None) -> str:
    if merged:
        return merged[0].run
    if share is not None and share.run:
        return share.run
    given: str = getattr(pytest_config, "workerinput", {}).get("harness_run", "")
    return given or name_of_run(pytest_config.rootpath)
