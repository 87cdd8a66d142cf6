"""Arms in their order, such as checkpoints of one training, and mistakes in that."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from harness.config.yaml_file import Key, YamlFile
from harness.errors import ConfigError, did_you_mean
from harness.records import SeriesSpec

_FEWEST = 2


def series_of(file: YamlFile, known: Collection[str]) -> Mapping[str, SeriesSpec]:
    """Return what `series:` declares, by name.

    Parameters
    ----------
    file
        The config.
    known
        What may be a checkpoint: the names that `arms` has for a test.

    Raises
    ------
    ConfigError
        If a series has fewer than two arms, one that is not known or that stands in it twice, or
        places that are not as many numbers, ascending.
    """
    declared: dict[str, Any] = file.data.get("series", {})
    return {name: _one(file, name, given, known) for name, given in declared.items()}


def _one(
    file: YamlFile, name: str, given: Mapping[str, Any] | list[str], known: Collection[str]
) -> SeriesSpec:
    keys: tuple[Key, ...] = ("series", name)
    if isinstance(given, list):
        return SeriesSpec(name=name, arms=_arms(file, keys, given, known), at=_evenly(given))
    arms = _arms(file, (*keys, "arms"), given["arms"], known)
    at = _places(file, (*keys, "at"), given["at"], arms) if "at" in given else _evenly(arms)
    return SeriesSpec(name=name, arms=arms, at=at)


def _evenly(arms: Sequence[str]) -> tuple[float, ...]:
    return tuple(float(place) for place in range(len(arms)))


def _arms(
    file: YamlFile, keys: tuple[Key, ...], names: Sequence[str], known: Collection[str]
) -> tuple[str, ...]:
    if len(names) < _FEWEST:
        msg = f"a series takes two arms or more, and this has {len(names)}"
        raise ConfigError(msg, where=file.where(keys), hint="name them in order: [early, base]")
    for index, name in enumerate(names):
        where = file.where((*keys, index))
        if name not in known:
            raise ConfigError(f"no arm {name!r}", where=where, hint=did_you_mean(name, known))
        if name in names[:index]:
            msg = f"arm {name!r} stands twice in this series"
            raise ConfigError(msg, where=where, hint="take one of them away")
    return tuple(names)


def _places(
    file: YamlFile, keys: tuple[Key, ...], given: Sequence[object], arms: Sequence[str]
) -> tuple[float, ...]:
    if len(given) != len(arms):
        msg = f"{len(given)} places for {len(arms)} arms"
        raise ConfigError(msg, where=file.where(keys), hint="give one number for each arm")
    found = [_number(value, file.where((*keys, index))) for index, value in enumerate(given)]
    for index, (before, after) in enumerate(itertools.pairwise(found), start=1):
        if after <= before:
            msg = f"{after:g} ({arms[index]!r}) does not lie above {before:g} ({arms[index - 1]!r})"
            hint = "put the arms in ascending order, each at a place of its own"
            raise ConfigError(msg, where=file.where((*keys, index)), hint=hint)
    return tuple(found)


def _number(value: object, where: str) -> float:
    """Read a number; YAML takes 1e-5 for a text, and 1.0e-5 for a number."""
    try:
        number = float(str(value))
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        msg = f"{str(value)[:80]!r} is no finite number"
        raise ConfigError(msg, where=where, hint="write it as 0.0001 or 1.0e-4")
    return number
