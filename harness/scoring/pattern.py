"""Score completions by regular expressions."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict

from harness.records import Draw, Item, MetricSpec, Score, Task


class PatternScorer:
    """Scores completions of one task; the same text of the same item is scored once.

    Attributes
    ----------
    metrics
        Names, in the order of a score's values.
    hash
        Changes when a metric's definition does: scores of two scorers don't compare.
    """

    def __init__(self, task: Task) -> None:
        self.metrics = tuple(metric.name for metric in task.metrics)
        rules = json.dumps([[asdict(metric) for metric in task.metrics], task.answer])
        self.hash = hashlib.blake2b(rules.encode(), digest_size=8).hexdigest()
        self._captures = tuple(_capture(metric) for metric in task.metrics)
        self._compares = tuple(metric.equals is not None for metric in task.metrics)
        self._answer = self.metrics.index(task.answer)
        self._scored = functools.lru_cache(maxsize=1 << 16)(self._score)

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw of `item`."""
        return self._scored(item.reference, draw.text)

    def right(self, item: Item) -> str:
        """Return the hash of the right answer to `item`; empty if the task compares no answers."""
        return _digest(item.reference) if self._compares[self._answer] else ""

    def _score(self, reference: str, text: str) -> Score:
        captured = [capture(text) for capture in self._captures]
        values = tuple(
            float(found == reference if compares else found is not None)
            for found, compares in zip(captured, self._compares, strict=True)
        )
        answer = captured[self._answer]
        return Score(metrics=values, answer=_digest(answer) if answer is not None else "")


def _capture(metric: MetricSpec) -> Callable[[str], str | None]:
    pattern, group = re.compile(metric.pattern), 0 if metric.equals is None else 1

    def capture(text: str) -> str | None:
        found = pattern.search(text)
        return found[group] if found else None

    return capture


def _digest(answer: str) -> str:
    return hashlib.blake2b(answer.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
