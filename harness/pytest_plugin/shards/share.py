"""Which share of the items a session draws."""

from __future__ import annotations

import os

import pytest

from harness.judge import Share
from harness.pytest_plugin.running import shared_name
from harness.pytest_plugin.together import shard_of


def share_of(config: pytest.Config) -> Share | None:
    """Return the share that is asked for; None for all.

    Raises
    ------
    ConfigError
        If the run's name in the environment is none.
    """
    given: str | None = config.getoption("--harness-shard")
    if given is None:
        return None
    index, count = shard_of(given)
    return Share(index=index, count=count, run=shared_name(os.environ))
