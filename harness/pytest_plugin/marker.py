"""What an eval's markers say, merged key by key, the nearest first."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from harness.claims import selection
from harness.errors import ConfigError, HarnessError, did_you_mean
from harness.records import Config, Policy, Where

_KNOWN = ("task", "draws", "cap", "where", "items", "method", "effect", "weight")
_CHOICES = {
    "items": ("population", "these"),
    "method": ("auto", "t-floor", "t", "sign-flip", "bootstrap-t", "anytime"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalMarker:
    """What an eval says of itself; None leaves it to the config.

    Attributes
    ----------
    task, where
        The eval's task, and its selection of items.
    draws
        Draws per item, or ``"auto"`` for planned looks.
    cap
        The most draws per item that planned looks take; goes with no fixed number of draws.
    policy
        What the eval changes of the policy.
    weight
        Weight of its alarms beside others in the build, 1 if not said.
    """

    task: str
    draws: int | Literal["auto"] | None
    cap: int | None
    where: Where
    policy: Mapping[str, Any]
    weight: float

    def size(self, config: Config, option: int | Literal["auto"] | None) -> tuple[int, bool]:
        """Return the draws per item and whether they are the most of planned looks.

        The option rules the marker, and the marker the config; under ``auto`` what would be a
        fixed number is the most that is drawn.
        """
        if isinstance(option, int):
            return option, False
        if isinstance(self.draws, int):
            return self.draws, option == "auto"
        auto = config.auto or "auto" in {option, self.draws}
        return (self.cap or config.draws) if auto else config.draws, auto

    def changed(self, policy: Mapping[str, Any]) -> EvalMarker:
        """Return the marker with a policy that rules its own."""
        return dataclasses.replace(self, policy={**self.policy, **policy})

    def applied(self, policy: Policy) -> Policy:
        """Return the policy as the eval changes it."""
        return dataclasses.replace(policy, **self.policy)


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
    task = merged.get("task")
    if not isinstance(task, str):
        msg = "the marker harness() names no task" if task is None else f"task={task!r} is no name"
        raise ConfigError(msg, where=place, hint='write harness(task="...")')
    draws, cap = _size(merged, place)
    return EvalMarker(
        task=task,
        draws=draws,
        cap=cap,
        where=_where(merged.get("where", {}), place),
        policy=_policy(merged, place),
        weight=_positive("weight", merged.get("weight", 1.0), place),
    )


def _size(merged: Mapping[str, Any], place: str) -> tuple[int | Literal["auto"] | None, int | None]:
    """Return draws and cap; a fixed number of draws has no cap."""
    draws, cap = merged.get("draws"), _count("cap", merged.get("cap"), place)
    if draws == "auto":
        return "auto", cap
    if isinstance(draws, str):
        msg = f"harness(draws={draws!r}) must be a whole number from 1, or 'auto'"
        raise ConfigError(msg, where=place)
    count = _count("draws", draws, place)
    if count is not None and cap is not None:
        msg = f"harness(draws={count}, cap={cap}): cap is for planned looks, and {count} is fixed"
        raise ConfigError(msg, where=place, hint='take one of them away, or write draws="auto"')
    return count, cap


def _count(name: str, value: object, place: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        msg = f"harness({name}={value!r}) must be a whole number from 1"
        raise ConfigError(msg, where=place)
    return value


def _positive(name: str, value: object, place: str, most: float = math.inf) -> float:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    if not 0 < number <= most or number == math.inf:
        limit = "" if most == math.inf else f", at most {most:g}"
        msg = f"harness({name}={value!r}) must be a number above 0{limit}"
        raise ConfigError(msg, where=place)
    return float(number)


def _policy(merged: Mapping[str, Any], place: str) -> dict[str, Any]:
    for key, known in _CHOICES.items():
        if merged.get(key, known[0]) not in known:
            msg = f"harness({key}={merged[key]!r}) is unknown"
            raise ConfigError(msg, where=place, hint=did_you_mean(str(merged[key]), known))
    found = {key: merged[key] for key in _CHOICES if key in merged}
    if "effect" in merged:
        found["effect"] = _positive("effect", merged["effect"], place, most=1)
    return found


def _where(value: object, place: str) -> Where:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        msg = f"harness(where={value!r}) must map tags to values"
        raise ConfigError(msg, where=place, hint='for example where={"split": "hard"}')
    try:
        return selection(value)
    except HarnessError as error:
        error.where = place
        raise
