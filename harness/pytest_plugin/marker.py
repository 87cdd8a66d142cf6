"""What an eval's markers say, merged key by key, the nearest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from harness.claims import selection
from harness.errors import ConfigError, HarnessError, did_you_mean
from harness.records import Where

_KNOWN = ("task", "draws", "where")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalMarker:
    """The eval's task, its draws per item (None: the config's) and its selection of items."""

    task: str
    draws: int | None
    where: Where


def read_marker(item: pytest.Item) -> EvalMarker:
    """Merge and check the `harness` markers of an eval.

    Raises
    ------
    ConfigError
        If an argument is unknown or wrong; names the eval.
    """
    place = item.nodeid
    merged: dict[str, Any] = {}
    for mark in item.iter_markers("harness"):
        if mark.args:
            msg = f"harness({mark.args[0]!r}) has an argument without a name"
            raise ConfigError(msg, where=place, hint='write harness(task="...")')
        for key, value in mark.kwargs.items():
            if key not in _KNOWN:
                msg = f"the marker harness() has no argument {key!r}"
                raise ConfigError(msg, where=place, hint=did_you_mean(key, _KNOWN))
            merged.setdefault(key, value)
    task, draws = merged.get("task"), merged.get("draws")
    if not isinstance(task, str):
        msg = "the marker harness() names no task" if task is None else f"task={task!r} is no name"
        raise ConfigError(msg, where=place, hint='write harness(task="...")')
    if draws is not None and (isinstance(draws, bool) or not isinstance(draws, int) or draws < 1):
        msg = f"harness(draws={draws!r}) must be a whole number from 1"
        raise ConfigError(msg, where=place)
    return EvalMarker(task=task, draws=draws, where=_where(merged.get("where", {}), place))


def _where(value: object, place: str) -> Where:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        msg = f"harness(where={value!r}) must map tags to values"
        raise ConfigError(msg, where=place, hint='for example where={"split": "hard"}')
    try:
        return selection(value)
    except HarnessError as error:
        error.where = place
        raise
