"""Changes of the config that are given as options: `policy.alpha=0.01`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.errors import ConfigError, did_you_mean
from harness.schemas import load_schema
from harness.schemas.check import find_problem

_ARMS = {"any": {"engine": "python", "function": "any:any"}}  # the schema asks for one
_BOOLEANS = {"true": True, "false": False}  # as YAML writes them


def policy_changes(changes: Iterable[str]) -> dict[str, Any]:
    """Read changes of the policy, which decides and draws nothing; the last of a key wins.

    Raises
    ------
    ConfigError
        If one is misspelt, is of what draws, or has a value that the config could not have.
    """
    found: dict[str, Any] = {}
    keys = load_schema("config")["properties"]["policy"]["properties"]
    for change in changes:
        where = f"--harness-set {change}"
        key, sign, text = change.partition("=")
        section, _, name = key.partition(".")
        if not sign:
            raise ConfigError(
                "this is not KEY=VALUE", where=where, hint="for example policy.alpha=0.01"
            )
        if section != "policy" or name not in keys:
            drawn = section in load_schema("config")["properties"] and section != "policy"
            msg = f"{key} decides what is drawn" if drawn else f"there is no key {key}"
            hint = (
                "the policy alone can be set"
                if drawn
                else did_you_mean(key, [f"policy.{one}" for one in keys])
            )
            raise ConfigError(msg, where=where, hint=hint)
        found[name] = _value(text)
        problem = find_problem(
            {"schema": 1, "arms": _ARMS, "policy": {name: found[name]}}, "config"
        )
        if problem is not None:
            raise ConfigError(problem.message, where=where, hint=problem.hint)
    return found


def _value(text: str) -> bool | float | str:
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    try:
        return float(text)
    except ValueError:
        return text
