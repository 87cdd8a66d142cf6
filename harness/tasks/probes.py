"""What a task's file says beside scoring: the parts that metrics have, and probes of behaviour."""

from __future__ import annotations

import dataclasses

from harness.config import YamlFile
from harness.errors import ConfigError, did_you_mean
from harness.records import Probe, Task
from harness.tasks.metrics import check_pattern

_PARTS = ("form", "lenient", "reward")
_OF_EVERY_TASK = ("formatted", "truncated")
_CORRECT = "correct"


def read_probes(file: YamlFile) -> tuple[Probe, ...]:
    """Read the probes of a task.

    Raises
    ------
    ConfigError
        If a pattern is none; names the line and the key.
    """
    found = []
    for name, spec in file.data.get("probes", {}).items():
        if "regex" in spec:
            check_pattern(spec["regex"], file.where(["probes", name, "regex"]), captures=False)
        found.append(
            Probe(
                name=name,
                pattern=spec.get("regex", ""),
                function=spec.get("function", ""),
                where=file.where(["probes", name]),
            )
        )
    return tuple(found)


def with_parts(file: YamlFile, task: Task) -> Task:
    """Return a task that knows which of its metrics have a part in diffs, studies and policies.

    ``form`` tells the form of an answer, ``lenient`` scores it whatever its form, and ``reward``
    is that of the training.

    Raises
    ------
    ConfigError
        If the task has no such metric, or the lenient one is ``correct``; names the line.
    """
    found = {part: str(file.data[part]) for part in _PARTS if part in file.data}
    for part, name in found.items():
        _check_known(file, task, part, name)
    if found.get("lenient") == _CORRECT:
        msg = f"{_CORRECT!r} is what a lenient metric is held against"
        hint = "name one that takes a right answer in any form"
        raise ConfigError(msg, where=file.where(["lenient"]), hint=hint)
    return dataclasses.replace(
        task,
        form=found.get("form", task.form),
        lenient=found.get("lenient", task.lenient),
        reward=found.get("reward", task.reward),
    )


def _check_known(file: YamlFile, task: Task, part: str, name: str) -> None:
    known = (*task.metric_names, *_OF_EVERY_TASK)
    if name not in known:
        msg = f"the task has no metric {name!r}"
        raise ConfigError(msg, where=file.where([part]), hint=did_you_mean(name, known))
