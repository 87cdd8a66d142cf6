"""What is asked of the data, what was decided, and what is reported of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["supported", "refuted", "inconclusive"]
Direction = Literal["greater", "less"]


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
class Reading:
    """The value of one statistic over the items, in [0, 1], and the draws per item it rests on."""

    name: str
    value: float
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A claim of a test with its decision, as it is reported and stored.

    `figures` are the statistics that the claim is made of; `low_margin` and
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
    figures: tuple[Reading, ...]
    decision: Decision
