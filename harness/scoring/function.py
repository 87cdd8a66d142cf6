"""Metrics that a Python function computes: what it is given, and what it may return."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from harness.errors import TaskError
from harness.functions import FAULTS, described, find_function, source_of
from harness.records import Draw, Function, Item

_LONGEST = 200
Scoring = Callable[[str, str, Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class _Case:
    """What a function is given: two cases that are equal have one score."""

    id: str
    reference: str
    text: str
    finish: str
    transcript: str
    item: Item = field(compare=False)

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "id": self.id, "prompt": self.item.prompt, "tags": dict(self.item.tags),
            "cluster": self.item.cluster, "finish": self.finish, "transcript": self.transcript,
        }  # fmt: skip


class FunctionMetric:
    """One function; the same completion of the same item is scored once.

    Attributes
    ----------
    names
        Names of its metrics, in the order of the values.
    heavy
        Whether it is worth a pool of processes.
    identity
        What its values depend on: module and function, source, revision, names and range.
    """

    def __init__(self, name: str, rule: Function, where: str) -> None:
        self._name, self._rule, self._where = name, rule, where
        self._function, source = _imported(rule, where)
        self.names = tuple(f"{name}.{one}" for one in rule.names) or (name,)
        self.heavy = rule.processes
        self.identity = [
            rule.function, rule.revision, source, list(rule.names), rule.low, rule.high,
        ]  # fmt: skip
        self._called = functools.lru_cache(maxsize=1 << 14)(self._call)

    def values(self, item: Item, draw: Draw) -> tuple[float, ...]:
        """Score one draw of `item`, in [0, 1].

        Raises
        ------
        TaskError
            If the function raises, or returns anything but numbers in its range.
        """
        case = _Case(item.id, item.reference, draw.text, draw.finish, draw.transcript, item)
        return self._called(case)

    def _call(self, case: _Case) -> tuple[float, ...]:
        try:
            given = self._function(case.text, case.reference, case.facts)
        except FAULTS as error:
            raise self._wrong(f"raised {described(error)}", case) from error
        names = self._rule.names
        if not names:
            return (self._number(given, "", case),)
        if not isinstance(given, Mapping) or set(given) != set(names):
            told = sorted(map(str, given)) if isinstance(given, Mapping) else type(given).__name__
            raise self._wrong(f"returned {told}, not a dict of {', '.join(names)}", case)
        return tuple(self._number(given[name], f" as {name!r}", case) for name in names)

    def _number(self, value: object, named: str, case: _Case) -> float:
        low, high = self._rule.low, self._rule.high
        number = float(value) if isinstance(value, Real) else math.nan
        if not low <= number <= high:
            shown = repr(value)[:_LONGEST]
            raise self._wrong(f"returned {shown}{named}, no number in [{low:g}, {high:g}]", case)
        return (number - low) / (high - low)

    def _wrong(self, what: str, case: _Case) -> TaskError:
        prompt = case.item.prompt
        shown = prompt if len(prompt) <= _LONGEST else f"{prompt[:_LONGEST]}..."
        msg = f"metric {self._name!r}: {self._rule.function} {what} (item {case.id}, {shown!r})"
        return TaskError(msg, where=self._where)


def _imported(rule: Function, where: str) -> tuple[Scoring, str]:
    """Import a function, and return it with the source of its module."""
    function, module = find_function(rule.function, TaskError, where)
    source = source_of(module)
    if not (source or rule.revision):
        msg = f"module {module.__name__!r} has no source to tell its version by"
        raise TaskError(msg, where=where, hint="give the metric a `revision:`")
    return function, source
