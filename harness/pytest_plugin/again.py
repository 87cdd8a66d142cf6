"""Deciding a stored run again: what of a session then comes from it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from harness.errors import RunError
from harness.judge import Again
from harness.records import Config
from harness.report.stored import read_run


def again_of(config: pytest.Config) -> Again | None:
    """Return the run that is to be decided again; None if none is.

    Raises
    ------
    RunError
        If it can't be read, was cut off, or decided nothing.
    """
    given: str | None = config.getoption("--harness-decide")
    if given is None:
        return None
    data = read_run(Path(given))
    if not data["settings"] or not data["samples"]:
        msg, hint = "nothing was decided in this run", "run the evals again: pytest evals/"
        raise RunError(msg, where=given, hint=hint)
    return Again(path=given, data=data, changed=tuple(config.getoption("--harness-set")))


def check_store(again: Again, store: Path) -> None:
    """See that the run's draws may be there.

    Raises
    ------
    RunError
        If there is no store.
    """
    if not store.is_file():
        msg = f"the draws of this run are not here: there is no {store}"
        hint = "put its store back, or run the evals again: pytest evals/"
        raise RunError(msg, where=again.path, hint=hint)


def as_drawn(config: Config, again: Again) -> Config:
    """Return the config with what the run drew: its seed, and its draws."""
    settings: dict[str, Any] = again.data["settings"]
    return dataclasses.replace(
        config, seed=settings["seed"], draws=settings["draws"], auto=settings["auto"]
    )


def options_of(again: Again) -> dict[str, Any]:
    """Return the options that the run was given."""
    options: dict[str, Any] = again.data["provenance"].get("options", {})
    return options


def changes_of(config: pytest.Config, again: Again | None) -> list[str]:
    """Return what is set of the config: by the run that is decided again, then by the options."""
    before = [] if again is None else options_of(again).get("--harness-set", [])
    return [*before, *config.getoption("--harness-set")]
