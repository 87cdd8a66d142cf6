"""What a task's file says for diffs alone: the form of an answer, and probes of behaviour."""

from __future__ import annotations

from harness.config import YamlFile
from harness.errors import ConfigError, did_you_mean
from harness.records import Function, Probe, Task
from harness.tasks.metrics import check_pattern

_FORM = ("formatted", "truncated")  # metrics that every task has


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
            Probe(name=name, pattern=spec.get("regex", ""), function=spec.get("function", ""))
        )
    return tuple(found)


def read_form(file: YamlFile, task: Task) -> str:
    """Return the name of the metric that tells the form of an answer.

    Raises
    ------
    ConfigError
        If the task has no such metric; names the line.
    """
    form = str(file.data.get("form", "formatted"))
    known = {*_FORM}
    for metric in task.metrics:
        names = metric.rule.names if isinstance(metric.rule, Function) else ()
        known |= {f"{metric.name}.{name}" for name in names} or {metric.name}
    if "form" in file.data and form not in known:
        msg = f"the task has no metric {form!r}"
        raise ConfigError(msg, where=file.where(["form"]), hint=did_you_mean(form, known))
    return form
