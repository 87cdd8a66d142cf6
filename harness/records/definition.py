"""What a user defines: arms, tasks, items, sampling and policy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Parameters of sampling; arms that are compared must share them."""

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a million tokens cost, of the prompt and of the completion."""

    input: float
    output: float


#: Options of engines that decide what a model is shown of a prompt, and how it goes on.
PROMPTING = ("api", "system", "apply_chat_template", "until", "extra")


#: How an arm was trained: fields and their values, none of which enters what its draws are.
Training = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Of which arm another one is a control, and of what kind.

    Attributes
    ----------
    of
        The arm whose gains are held against it.
    kind
        What it rules out, such as ``placebo`` or ``format``.
    varies
        Fields of the training that differ by intention.
    """

    of: str
    kind: str
    varies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSpec:
    """An arm as configured: its engine, the engine's options, its sampling and its stream.

    Options that are no text are JSON. `differs` names what may be other than in the arms that it
    is compared with, by intention. `control` and `training` are about how it came to be: no draw
    depends on them.
    """

    name: str
    engine: str
    options: Mapping[str, str]
    sampling: Sampling
    stream: str
    where: str
    price: Price | None = None
    differs: tuple[str, ...] = ()
    control: Control | None = None
    training: Training = field(default_factory=dict)

    @property
    def prompting(self) -> Mapping[str, str]:
        """What decides what a model is shown of a prompt, and how it goes on.

        A server's completions show it as it stands, as all other engines do: that is no setting.
        """
        found = {name: self.options[name] for name in PROMPTING if self.options.get(name)}
        if self.engine == "openai":
            found = {"api": "chat", **found}
        return {name: value for name, value in found.items() if value != "completions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSpec:
    """Checkpoints in their order, as configured.

    Attributes
    ----------
    arms
        Names of two arms or more, all different.
    at
        Where each stands, such as steps or a dose: finite, ascending, one for each arm.
    """

    name: str
    arms: tuple[str, ...]
    at: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A way to train, by arms that are its checkpoints: one for each training seed.

    Attributes
    ----------
    seeds
        Names of the arms, at least 2.
    where
        Where it is declared.
    control
        Of what it is a control.
    training
        What its arms tell alike of their training; their `seed` is no part of it.
    """

    name: str
    seeds: tuple[str, ...]
    where: str
    control: Control | None = None
    training: Training = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What counts as proof.

    Attributes
    ----------
    alpha
        One-sided error rate of each decision, in (0, .5).
    power
        Chance to prove an effect of the size of interest, in (.5, 1).
    effect
        Smallest effect of interest, as a distance from a claim's threshold, or None.
    inconclusive
        What an inconclusive claim does to its test.
    items
        Whom a claim is about: the population that these items stand for, or these alone. Then
        only the draws are noise.
    method
        How claims are decided; ``auto`` goes by the kind of data.
    anchor
        The most that may be lost of what the anchor has: a claim not to be worse than a baseline
        is held against the anchor too. None for no anchor.
    require_control
        Whether a claim that an arm gains is held against the arm's controls too, and fails if
        there is none.
    max_format_share
        The most of a claimed gain of ``correct`` that may be one of format, in (0, 1]: lenient
        scoring has to see the rest. None for no such bound.
    """

    alpha: float = 0.05
    power: float = 0.9
    effect: float | None = None
    inconclusive: Literal["fail", "warn", "skip"] = "fail"
    items: Literal["population", "these"] = "population"
    method: Literal["auto", "t-floor", "t", "sign-flip", "bootstrap-t", "anytime"] = "auto"
    anchor: float | None = None
    require_control: bool = False
    max_format_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySpec:
    """What the config declares of the study that its arms make up.

    Attributes
    ----------
    base
        What training started from; None if arms tell it by `start` in their training.
    arms
        What training made, in the order of the page; empty for all but starts and controls.
    by
        The tag that items are told apart by.
    seen, unseen
        Items like those that training drew from, and such as it never saw; empty if not declared.
    """

    base: str | None = None
    arms: tuple[str, ...] = ()
    by: str = "split"
    seen: Where = ()
    unseen: Where = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """`evals/harness.yaml`, validated.

    `draws` is the number of draws per item, or under `auto` the most that planned looks take;
    `baseline_age` the most days that a baseline serves, None for ever.
    """

    path: Path
    arms: Mapping[str, ArmSpec]
    policy: Policy
    draws: int
    auto: bool
    baseline_draws: int
    seed: int
    baseline_age: int | None = None
    study: StudySpec = field(default_factory=StudySpec)
    series: Mapping[str, SeriesSpec] = field(default_factory=dict)
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
