"""What a task is: items, how they are scored, and how some of them are selected."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.errors import ClaimError, did_you_mean
from harness.records.draws import Scorer
from harness.records.item import Item
from harness.records.metrics import Function, MetricSpec, Probe

#: What is said of a task whose items are answered by likelihoods.
ONE_DRAW = "multiple choice: one draw per item, likelihoods have no randomness"
#: A selection of items: each tag with the values that it may have.
Where = tuple[tuple[str, tuple[str, ...]], ...]


def describe_where(where: Where) -> str:
    """Write a selection out: ``split=hard|id, category=add22``."""
    return ", ".join(f"{key}={'|'.join(values)}" for key, values in where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """The seeds that items of a split are made from: the first one, and how many."""

    first: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Items, and how a completion of one is scored: by its metrics, or by a scorer of its own.

    Attributes
    ----------
    answer
        The metric whose capture counts as the answer; empty if none captures one.
    truncated
        Whether a completion that was cut off is scored by what it says, or wrong in any case.
    about
        What made the items, if that is more than a file, with its version.
    until
        What ends a completion, as the task says; engines that can stop there do.
    form
        The metric that is 1 where a completion has the form that ``correct`` wants.
    lenient
        The metric that scores an answer whatever its form; the task need not have it.
    reward
        The metric that is the reward of the training; empty if none is.
    probes
        What labels texts when a diff is made; no score depends on them.
    fresh
        The splits whose items are made anew in each run, with the seeds of this one.
    """

    name: str
    items: tuple[Item, ...]
    metrics: tuple[MetricSpec, ...]
    answer: str
    scorer: Scorer | None = None
    truncated: Literal["scored", "wrong"] = "scored"
    about: str = ""
    until: tuple[str, ...] = ()
    form: str = "formatted"
    lenient: str = "lenient"
    reward: str = ""
    probes: tuple[Probe, ...] = ()
    fresh: Mapping[str, Seeds] = field(default_factory=dict)

    def fresh_among(self, items: Iterable[Item]) -> tuple[str, ...]:
        """Return the splits of some items that are made anew in each run, sorted."""
        if not self.fresh:
            return ()
        return tuple(sorted(self.fresh.keys() & {item.tags.get("split", "") for item in items}))

    @property
    def lasting(self) -> Task:
        """The task without the items that are made anew in each run."""
        items = tuple(item for item in self.items if not self.fresh_among([item]))
        return dataclasses.replace(self, items=items)

    @property
    def metric_names(self) -> tuple[str, ...]:
        """Names of its own metrics; a function may give several."""
        found: list[str] = []
        for metric in self.metrics:
            names = metric.rule.names if isinstance(metric.rule, Function) else ()
            found += [f"{metric.name}.{name}" for name in names] or [metric.name]
        return tuple(found)

    @property
    def likelihoods(self) -> bool:
        """Whether its items are answered by likelihoods of choices: one draw of each says all."""
        return any(item.choices for item in self.items)

    def select(self, where: Where) -> tuple[int, ...]:
        """Return the positions of the items whose tags fit `where`, in the task's order.

        Raises
        ------
        ClaimError
            If no item has such a tag or such a value of it.
        """
        for key, values in where:
            known = {item.tags[key] for item in self.items if key in item.tags}
            if not known:
                tags = {tag for item in self.items for tag in item.tags}
                msg = f"no item of task {self.name!r} has a tag {key!r}"
                raise ClaimError(msg, hint=did_you_mean(key, tags))
            for value in values:
                if value not in known:
                    msg = f"no item of task {self.name!r} has {key} {value!r}"
                    raise ClaimError(msg, hint=did_you_mean(value, known))
        return tuple(
            position
            for position, item in enumerate(self.items)
            if all(item.tags.get(key) in values for key, values in where)
        )
