"""Score completions by the metrics that a task defines."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict
from typing import Any

from harness.errors import TaskError
from harness.records import Draw, Function, Item, MetricSpec, Score, Task
from harness.scoring.function import FunctionMetric
from harness.scoring.kinds import reader_of


class TaskScorer:
    """Scores completions of one task; the same text of the same item is scored once.

    Attributes
    ----------
    metrics
        Names, in the order of a score's values: first those that read answers.
    hash
        Changes when a metric's definition does: scores of two scorers don't compare.
    heavy
        Whether a function asks for a pool of processes.
    """

    def __init__(self, task: Task) -> None:
        specs = [metric for metric in task.metrics if not isinstance(metric.rule, Function)]
        self._functions = [
            FunctionMetric(metric.name, metric.rule, _where(task, metric))
            for metric in task.metrics
            if isinstance(metric.rule, Function)
        ]
        self._readers = [(reader_of(metric), metric.equals is not None) for metric in specs]
        names = [metric.name for metric in specs]
        self._answer = names.index(task.answer) if task.answer else -1
        self.metrics = (*names, *(name for one in self._functions for name in one.names))
        self.hash = self._hashed(task)
        self.told = _told(task) if self._functions else ""
        self.heavy = any(function.heavy for function in self._functions)
        self._scored = functools.lru_cache(maxsize=1 << 16)(self._score)

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw of `item`."""
        read = self._scored(item.reference, draw.text)
        if not self._functions:
            return read
        values = [value for one in self._functions for value in one.values(item, draw)]
        return Score(metrics=(*read.metrics, *values), answer=read.answer)

    def right(self, item: Item) -> str:
        """Return the hash of the right answer to `item`; empty if the task compares no answers."""
        if self._answer < 0:
            return ""
        reader, compares = self._readers[self._answer]
        return _digest(reader.normal(item.reference) or "") if compares else ""

    def _score(self, reference: str, text: str) -> Score:
        values, answers = [], []
        for reader, compares in self._readers:
            found = reader.read(text)
            if found is not None and compares:
                right = reader.normal(reference)
                hit = right is not None and reader.near(found, right)
                answers.append(right if hit else found)  # all that count as right are one answer
                values.append(float(hit))
            else:
                answers.append(found)
                values.append(float(found is not None and not compares))
        answer = None if self._answer < 0 else answers[self._answer]
        return Score(metrics=tuple(values), answer="" if answer is None else _digest(answer))

    def _hashed(self, task: Task) -> str:
        functions = iter(self._functions)
        rules = [
            _rule(metric, next(functions) if isinstance(metric.rule, Function) else None)
            for metric in task.metrics
        ]
        content = json.dumps([rules, task.answer])
        return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


def _told(task: Task) -> str:
    """Return the hash of what functions are told of items, beside prompt and reference."""
    facts = sorted(
        [item.id, sorted(item.tags.items()), item.cluster]
        for item in task.items
        if item.tags or item.cluster is not None
    )
    if not facts:
        return ""
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=8).hexdigest()


def _rule(metric: MetricSpec, function: FunctionMetric | None) -> dict[str, Any]:
    """Return what the hash of a metric is made of: a pattern's must never change."""
    rule = {"name": metric.name, "pattern": metric.pattern, "equals": metric.equals}
    if function is not None:
        return {**rule, "function": function.identity}
    if metric.rule is not None:
        return {**rule, type(metric.rule).__name__: asdict(metric.rule)}
    return rule


def check_references(task: Task) -> None:
    """Refuse references that no answer can equal by the metrics of their task.

    Raises
    ------
    TaskError
        With the metric, the item and what its reference has to be.
    """
    for metric in task.metrics:
        if metric.equals is None or task.scorer is not None:
            continue  # nothing is compared, or by a scorer of the task's own
        reader = reader_of(metric)
        for item in task.items:
            if reader.normal(item.reference) is None:
                msg = f"the reference {item.reference!r} of {item.prompt!r} is not {reader.wanted}"
                hint = "mend the reference, or take another kind of metric"
                raise TaskError(msg, where=_where(task, metric), hint=hint)


def _where(task: Task, metric: MetricSpec) -> str:
    return f"tasks/{task.name}.yaml: metrics.{metric.name}"


def _digest(answer: str) -> str:
    return hashlib.blake2b(answer.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
