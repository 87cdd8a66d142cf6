"""What the config declares of the study, and mistakes in that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.config.yaml_file import YamlFile
from harness.errors import ConfigError, did_you_mean
from harness.records import ArmSpec, StudySpec, Where


def study_of(arms: Mapping[str, ArmSpec], file: YamlFile) -> StudySpec:
    """Return what `study:` says; what it leaves out is derived when a page is made.

    Raises
    ------
    ConfigError
        If it names an arm that there is none of.
    """
    given: dict[str, Any] = file.data.get("study", {})
    named = [("base", given.get("base"))]
    named += [("arms", name) for name in given.get("arms", ())]
    for key, name in named:
        if name is not None and name not in arms:
            where = file.where(["study", key])
            raise ConfigError(f"no arm {name!r}", where=where, hint=did_you_mean(name, arms))
    default = StudySpec()
    return StudySpec(
        task=given.get("task", default.task),
        base=given.get("base"),
        arms=tuple(given.get("arms", ())),
        by=given.get("by", default.by),
        seen=_where(given.get("seen", {})),
        unseen=_where(given.get("unseen", {})),
    )


def _where(given: Mapping[str, str | list[str]]) -> Where:
    return tuple(
        (tag, (values,) if isinstance(values, str) else tuple(values))
        for tag, values in given.items()
    )
