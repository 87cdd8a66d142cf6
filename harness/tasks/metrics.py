"""From the metrics of a task's file to records."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping
from typing import Any

from harness.config import YamlFile
from harness.errors import ConfigError, did_you_mean
from harness.records import Choice, Exact, Function, JsonField, MetricSpec, Numeric, Rule


def read_metrics(file: YamlFile) -> tuple[MetricSpec, ...]:
    """Read the metrics of a task.

    Raises
    ------
    ConfigError
        If one can't be used; names the line and the key.
    """
    return tuple(_metric(file, name, spec) for name, spec in file.data["metrics"].items())


def read_answer(file: YamlFile, metrics: tuple[MetricSpec, ...]) -> str:
    """Return the name of the metric whose capture is the answer; empty if only functions score.

    Raises
    ------
    ConfigError
        If no metric compares an answer, or another than those is named.
    """
    capturing = [metric.name for metric in metrics if metric.equals is not None]
    if not (capturing or any(isinstance(metric.rule, Function) for metric in metrics)):
        hint = "give one `equals: reference`"
        raise ConfigError("no metric compares an answer", where=file.where(["metrics"]), hint=hint)
    answer = str(file.data.get("answer", next(iter(capturing), "")))
    if answer not in capturing and "answer" in file.data:
        msg = f"{answer!r} is no metric that captures an answer"
        raise ConfigError(msg, where=file.where(["answer"]), hint=did_you_mean(answer, capturing))
    return answer


def check_pattern(pattern: str, where: str, *, captures: bool) -> None:
    """Refuse what is no regular expression, or captures nothing where it should.

    Raises
    ------
    ConfigError
        With what is wrong.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            groups = re.compile(pattern).groups
    except (re.error, OverflowError, RecursionError, Warning) as error:
        msg = f"no regular expression: {error}"
        raise ConfigError(msg, where=where) from None
    if captures and groups == 0:
        hint = "put the part to compare in ( )"
        raise ConfigError("captures nothing to compare", where=where, hint=hint)


def _metric(file: YamlFile, name: str, spec: Mapping[str, Any]) -> MetricSpec:
    rule = _rule(file, name, spec)
    compares = "equals" in spec or not (rule is None or isinstance(rule, Function))
    if "regex" in spec:
        check_pattern(spec["regex"], file.where(["metrics", name, "regex"]), captures=compares)
    return MetricSpec(
        name=name,
        pattern=spec.get("regex", ""),
        equals="reference" if compares else None,
        rule=rule,
    )


def _rule(file: YamlFile, name: str, spec: Mapping[str, Any]) -> Rule | None:
    where = ["metrics", name]
    if "json" in spec:
        where, block = [*where, "json"], spec["json"]
        compare = _compare(file, where, block) or Exact()
        return JsonField(path=block["field"], compare=compare)
    if "choice" in spec:
        return Choice(choices=tuple(spec["choice"]))
    if "function" in spec:
        return _function(file, [*where, "range"], spec)
    return _compare(file, where, spec)


def _compare(file: YamlFile, where: list[str], block: Mapping[str, Any]) -> Exact | Numeric | None:
    if "exact" in block or "ignore" in block:
        return Exact(ignore=tuple(sorted(block.get("ignore", ()))))
    if "numeric" not in block:
        return None
    for key, value in block["numeric"].items():
        if not math.isfinite(float(value)):
            msg = f"{value!r} is no finite number"
            raise ConfigError(msg, where=file.where([*where, "numeric", key]))
    # YAML takes 1e-6, without a point, for text.
    return Numeric(**{key: float(value) for key, value in block["numeric"].items()})


def _function(file: YamlFile, where: list[str], spec: Mapping[str, Any]) -> Function:
    low, high = map(float, spec.get("range", (0, 1)))
    if low >= high:
        msg = f"the range [{low:g}, {high:g}] is empty"
        raise ConfigError(msg, where=file.where(where), hint="write the lower end first")
    return Function(
        function=spec["function"],
        revision=spec.get("revision", ""),
        names=tuple(spec.get("names", ())),
        low=low,
        high=high,
        processes=spec.get("processes", False),
    )
