"""Which arm is a control of which, and mistakes in that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.config.yaml_file import YamlFile
from harness.errors import ConfigError, did_you_mean
from harness.records import ArmSpec, Control, Recipe


def control_of(given: Mapping[str, Any] | None) -> Control | None:
    """Return what an arm's `control:` says; None if there is none."""
    if given is None:
        return None
    return Control(of=given["of"], kind=given["kind"], varies=tuple(given.get("varies", ())))


def check_controls(arms: Mapping[str, ArmSpec | Recipe], file: YamlFile) -> None:
    """See that each control is one of another arm or recipe, and varies what is told of.

    Raises
    ------
    ConfigError
        If an arm is a control of none that there is, of itself, or in a circle; or varies a field
        that neither training has.
    """
    for name, arm in arms.items():
        if arm.control is None:
            continue
        where = file.where(["arms", name, "control", "of"])
        of = arm.control.of
        if of not in arms:
            raise ConfigError(f"no arm {of!r}", where=where, hint=did_you_mean(of, arms))
        _check_circle(arms, name, where)
        _check_apart(arms, name, of, where)
        known = {*arm.training, *arms[of].training}
        for field in arm.control.varies:
            if field not in known:
                msg = f"neither {name!r} nor {of!r} tells {field!r} in its `training:`"
                where = file.where(["arms", name, "control", "varies"])
                raise ConfigError(msg, where=where, hint=did_you_mean(field, known))


def _check_apart(arms: Mapping[str, ArmSpec | Recipe], name: str, of: str, where: str) -> None:
    """See that no recipe and one of its own seeds are held against each other."""
    for one, other in ((name, of), (of, name)):
        recipe = arms[one]
        if isinstance(recipe, Recipe) and other in recipe.seeds:
            msg = f"{name!r} is a control of {of!r}, and {other!r} is a seed of {one!r}"
            hint = "name a control that shares no checkpoint with it"
            raise ConfigError(msg, where=where, hint=hint)


def _check_circle(arms: Mapping[str, ArmSpec | Recipe], name: str, where: str) -> None:
    path = [name]
    control = arms[name].control
    while control is not None and control.of in arms:
        if control.of in path:
            own = control.of == name and len(path) == 1
            around = " of ".join([*path, control.of])
            msg = f"{name!r} is a control of itself" if own else f"a circle of controls: {around}"
            raise ConfigError(msg, where=where, hint="name the arm whose gains it is to explain")
        path.append(control.of)
        control = arms[control.of].control
