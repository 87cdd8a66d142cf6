"""What evals are held against: the baselines of a session, and those that nothing asks for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from harness.baseline import BaselineStore, open_sets
from harness.baseline.state import orphaned
from harness.errors import ConfigError
from harness.judge import Shelf
from harness.records import Config
from harness.sampling import Sampler


def open_shelf(pytest_config: pytest.Config, config: Config, sampler: Sampler, most: int) -> Shelf:
    """Return what brings the baselines, by the options of a session.

    Raises
    ------
    ConfigError
        If baselines are to be taken anew that are read from a commit, or the anchor.
    """
    option = pytest_config.getoption
    sets = open_sets(config.path.parent, option("--harness-baseline"), os.environ)
    update = bool(option("--harness-update-baseline"))
    if update and sets["baseline"].commit:
        msg = f"evals are held against the baselines of {sets['baseline'].commit[:12]}"
        hint = "run without it, or take them with: harness baseline accept"
        raise ConfigError(msg, where="--harness-update-baseline", hint=hint)
    if update and sets["baseline"].folder.name == sets["anchor"].folder.name:
        msg = "the anchor is not taken anew by a run"
        raise ConfigError(
            msg, where="--harness-update-baseline", hint="set it with: harness baseline anchor"
        )
    return Shelf(config, sampler, sets, update=update, most_draws=most)


def orphans(shelf: Shelf, config: Config) -> Iterator[str]:
    """Yield a line for each baseline that nothing can ask for."""
    tasks = [file.stem for file in (config.path.parent / "tasks").glob("*.yaml")]
    for one in shelf.sets.values():
        store = BaselineStore(one.folder)
        for task, arm in store.names():
            for trouble in orphaned(task, arm, tasks, list(config.arms)):
                yield f"{store.where(task, arm)}: {trouble}; {trouble.hint}"
