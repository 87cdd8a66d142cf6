"""Which arms are the training seeds of one recipe, and mistakes in that."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from harness.config.controls import control_of
from harness.config.training import differing, shown
from harness.config.yaml_file import YamlFile
from harness.errors import ConfigError, did_you_mean
from harness.records import ArmSpec, Recipe

#: The field of a training that is another in each seed of a recipe.
SEED = "seed"


def read_recipes(file: YamlFile, arms: Mapping[str, ArmSpec]) -> dict[str, Recipe]:
    """Read the entries of `arms:` that have `seeds:`.

    Raises
    ------
    ConfigError
        If a seed is no arm, or is a recipe, or two of them tell that they were trained otherwise,
        or from one seed.
    """
    given: dict[str, Mapping[str, Any]] = {
        name: spec for name, spec in file.data["arms"].items() if "seeds" in spec
    }
    return {name: _recipe(file, name, spec, arms) for name, spec in given.items()}


def _recipe(
    file: YamlFile, name: str, spec: Mapping[str, Any], arms: Mapping[str, ArmSpec]
) -> Recipe:
    seeds = tuple(spec["seeds"])
    for place, seed in enumerate(seeds):
        if seed not in arms:
            where = file.where(["arms", name, "seeds", place])
            if seed in file.data["arms"]:
                msg = f"{seed!r} is a recipe, and seeds are arms"
                raise ConfigError(msg, where=where, hint="name the arms that are its seeds")
            raise ConfigError(f"no arm {seed!r}", where=where, hint=did_you_mean(seed, arms))
    if unlike := unlike_seeds(seeds, arms):
        hint = "seeds of a recipe are trained alike, but for `seed`"
        raise ConfigError(unlike, where=file.where(["arms", name, "seeds"]), hint=hint)
    told = [arms[seed].training for seed in seeds]
    return Recipe(
        name=name,
        seeds=seeds,
        where=file.where(["arms", name]),
        control=control_of(spec.get("control")),
        training={key: value for key, value in told[0].items() if key != SEED} if all(told) else {},
    )


def unlike_seeds(seeds: tuple[str, ...], arms: Mapping[str, ArmSpec]) -> str:
    """Say why arms are no seeds of one recipe, by what they tell of their training; empty if alike.

    An arm that tells nothing may be one.
    """
    told = [arms[seed] for seed in seeds if arms[seed].training]
    for arm in told:
        if (start := arm.training.get("start")) in seeds:
            return f"{start!r} is what {arm.name!r} was trained from, and no other seed of it"
    for one, other in combinations(told, 2):
        fields = differing(one.training, other.training, but=(SEED,))
        if fields:
            what = ", ".join(
                f"{field} is {shown(one.training, field)}, and {shown(other.training, field)} in "
                f"{other.name!r}"
                for field in fields
            )
            return f"{one.name!r} and {other.name!r} were trained otherwise: {what}"
        own = [arm.training.get(SEED) for arm in (one, other)]
        if None not in own and not differing({SEED: str(own[0])}, {SEED: str(own[1])}):
            return f"{one.name!r} and {other.name!r} were trained from one seed, {own[0]}"
    return ""
