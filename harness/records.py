"""The records that pass between the steps: frozen, slotted, keyword-only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from harness.errors import ClaimError, did_you_mean

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

Verdict = Literal["supported", "refuted", "inconclusive"]
Direction = Literal["greater", "less"]
Tags = Mapping[str, str]
Where = tuple[tuple[str, tuple[str, ...]], ...]


def describe_where(where: Where) -> str:
    """Write a selection out: ``split=hard|id, category=add22``."""
    return ", ".join(f"{key}={'|'.join(values)}" for key, values in where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One prompt with its reference; `id` is a hash of both, tags select and group."""

    id: str
    prompt: str
    reference: str
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSpec:
    """How one metric reads a completion: 1 where `pattern` matches (and captures `equals`).

    `equals` is ``"reference"`` or None; the first group of `pattern` is what is compared.
    """

    name: str
    pattern: str
    equals: Literal["reference"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Items, and how a completion of one is scored."""

    name: str
    items: tuple[Item, ...]
    metrics: tuple[MetricSpec, ...]
    answer: str

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
class ArmSpec:
    """An arm as configured: its engine, the engine's options, its sampling and its stream."""

    name: str
    engine: str
    options: Mapping[str, str]
    sampling: Sampling
    stream: str
    where: str


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
    """

    alpha: float = 0.05
    power: float = 0.9
    effect: float | None = None
    inconclusive: Literal["fail", "warn", "skip"] = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """`evals/harness.yaml`, validated."""

    path: Path
    arms: Mapping[str, ArmSpec]
    policy: Policy
    draws: int
    baseline_draws: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the draws of an arm came to, item by item; all that an estimate needs.

    Attributes
    ----------
    ids
        Item ids, N of them, all different.
    draws
        Draws per item, shape [N].
    metrics
        Names of the M metrics.
    sums
        Sum of each metric over an item's draws, shape [N, M].
    products
        Sum of the products of each two metrics, shape [N, M, M]; squares on the diagonal.
    answers
        For each item, how often each (hashed) answer was given; "" is no answer.
    """

    ids: tuple[str, ...]
    draws: IntArray
    metrics: tuple[str, ...]
    sums: FloatArray
    products: FloatArray
    answers: tuple[Mapping[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which draws a statistic reads: of an arm or of its baseline, on selected items.

    `where` is what the eval's marker selects, `narrowed` what the test itself selects of that.
    """

    task: str
    arm: str
    baseline: bool
    draws: int
    where: Where = ()
    narrowed: Where = ()

    def __str__(self) -> str:
        """Name the source as the test wrote it."""
        name = f"baseline[{self.arm}]" if self.baseline else self.arm
        return f"{name}({describe_where(self.narrowed)})" if self.narrowed else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One per-item figure of one source, in [0, 1].

    `kind` is ``pass_at`` (the unbiased pass@k of a 0/1 metric), ``mean`` (of a metric) or
    ``rate`` (the share of draws whose text satisfies `predicate`).
    """

    source: Source
    kind: Literal["pass_at", "mean", "rate"]
    metric: str = "correct"
    k: int = 1
    predicate: Callable[[str], object] | None = None

    def __str__(self) -> str:
        """Name the figure in the field's words."""
        if self.kind == "pass_at":
            suffix = "" if self.metric == "correct" else f"[{self.metric}]"
            return f"{self.source}.pass@{self.k}{suffix}"
        return f"{self.source}.{self.kind}({self.metric})"


Terms = tuple[tuple[float, Statistic], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Per-item values of a linear combination of statistics on one set of items.

    Attributes
    ----------
    values
        The combination on each item, shape [N].
    half_range
        Half the width of the range that a value can take: R = sum |coefficient| / 2.
    noise
        Mean over items of the variance that a value owes to the draws alone; NaN if unknown.
    """

    values: FloatArray
    half_range: float
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The data of one claim: one part when all is paired, more when the items are disjoint.

    The effect lies in [`low`, `high`]; `draws` is the smallest number of draws of an item.
    """

    parts: tuple[Part, ...]
    draws: int
    low: float
    high: float

    @property
    def contrast(self) -> bool:
        """Whether the coefficients cancel, so that an effect of zero means no change."""
        return abs(self.low + self.high) < 1e-9  # noqa: PLR2004


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The hypothesis of a claim: is the effect beyond `threshold` in `direction`?

    An alarm asks the same and is refuted by a yes.
    """

    direction: Direction
    threshold: float
    alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict and what it rests on.

    `low` and `high` bound the effect at level 1 - 2 alpha and invert the deciding test: they
    never contradict the verdict. `p` is one-sided, of the claim's own hypothesis.
    """

    verdict: Verdict
    reason: str
    method: str
    effect: float
    low: float
    high: float
    p: float
    alpha: float
    items: int
    draws: int
    detectable: float | None
    needs: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A claim of a test with its decision, as it is reported and stored.

    `figures` are the statistics that the claim is made of, with their values; `low_margin` and
    `high_margin` are the bounds that the effect was held against (one of them, or both for an
    equivalence). `selection` is what the eval's marker selects of the task's items.
    """

    nodeid: str
    ordinal: int
    task: str
    selection: str
    place: str
    text: str
    effect_text: str
    kind: Literal["claim", "alarm", "equivalence"]
    low_margin: float | None
    high_margin: float | None
    figures: tuple[tuple[str, float], ...]
    decision: Decision
