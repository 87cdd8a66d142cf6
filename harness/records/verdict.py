"""What is asked of the data, what was decided, and what is reported of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from harness.records.config import Policy
from harness.records.data import Look

Verdict = Literal["supported", "refuted", "inconclusive"]
Direction = Literal["greater", "less"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The hypothesis of a claim: is the effect beyond `threshold` in `direction`?

    An alarm asks the same and is refuted by a yes. `variance` is that of an item's value as the
    plan expects it, which a bet is sized by; None if nothing was planned.
    """

    direction: Direction
    threshold: float
    alarm: bool = False
    variance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A second method's p-value, beside the one that decides."""

    method: str
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a claim stands at one of its planned looks.

    Attributes
    ----------
    number, most
        This look, and the most there can be.
    fraction
        Information fraction: how much of what the last look will know is known, in (0, 1].
    level
        One-sided significance level of this look; over all looks they add up to alpha.
    futility
        The z value, towards the claim, below which going on is not worth it; None for none.
    detectable
        Smallest effect beyond the threshold that the last look will see with the policy's power.
    """

    number: int
    most: int
    fraction: float
    level: float
    futility: float | None
    detectable: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict and what it rests on.

    `low` and `high` bound the effect and invert the deciding test: they never contradict the
    verdict. Their level is 1 - 2 alpha; after planned looks it holds over all looks, and each
    bound lies at the level of this one. `p` is one-sided, of the claim's own hypothesis, and to
    be held against alpha, or against the level of `stage`.
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
    checks: tuple[Check, ...] = ()
    stage: Stage | None = None

    @property
    def level(self) -> float:
        """The one-sided significance level that `p` is held against."""
        return self.alpha if self.stage is None else self.stage.level


def decision_of(row: dict[str, Any]) -> Decision:
    """Make a decision of plain types again."""
    stage = row["stage"]
    return Decision(
        **{
            **row,
            "warnings": tuple(row["warnings"]),
            "checks": tuple(Check(**check) for check in row["checks"]),
            "stage": None if stage is None else Stage(**stage),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The value of one statistic over the items, in [0, 1], and the draws per item it rests on.

    Of a recipe it is the mean over its training seeds, whose own values are `seeds`.
    """

    name: str
    value: float
    draws: int
    seeds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One statistic of an effect, with its weight.

    Attributes
    ----------
    arm, baseline
        Whose draws it reads; `baseline` names what the arm is held against, and is empty for the
        arm itself.
    where
        The values that each tag may have on its items.
    kind, metric, k, tau
        As of a `Statistic`.
    recipe
        The recipe that the arm stands for as one of its training seeds; else empty.
    """

    weight: float
    task: str
    arm: str
    baseline: str
    where: Mapping[str, tuple[str, ...]]
    kind: str
    metric: str
    k: int
    tau: float | None = None
    recipe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A claim of a test with its decision, as it is reported and stored.

    `figures` are the statistics that the claim is made of; `low_margin` and
    `high_margin` are the bounds that the effect was held against (one of them, or both for an
    equivalence). `selection` is what the eval's marker selects of the task's items. `exploratory`
    says why a verdict proves less than it seems to; empty if it does not. `terms` make up the
    effect, `policy` is the one in force for it, with an alarm's share of alpha, and `looks` are
    those that were planned.
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
    exploratory: str = ""
    terms: tuple[Term, ...] = ()
    policy: Policy | None = None
    looks: tuple[Look, ...] = ()

    @property
    def normal_form(self) -> str:
        """The claim as the plan writes it: what varies on the left, however the test spelt it."""
        if self.kind == "equivalence":
            return self.text
        sign, margin = "<", self.high_margin
        if self.low_margin is not None:
            sign, margin = ">", self.low_margin
        text = f"{self.effect_text} {sign} {(margin or 0.0) + 0.0:g}"
        return f"no_evidence({text})" if self.kind == "alarm" else text


def reading_of(row: dict[str, Any]) -> Reading:
    """Make a reading of plain types again; those of old know of no seeds."""
    return Reading(**{**row, "seeds": tuple(row.get("seeds", ()))})


def ruling_of(row: dict[str, Any]) -> Ruling:
    """Make a ruling of plain types again."""
    return Ruling(
        **{
            **row,
            "figures": tuple(reading_of(figure) for figure in row["figures"]),
            "decision": decision_of(row["decision"]),
            "terms": tuple(_term(term) for term in row["terms"]),
            "policy": row["policy"] and Policy(**row["policy"]),
            "looks": tuple(Look(**look) for look in row["looks"]),
        }
    )


def _term(row: dict[str, Any]) -> Term:
    return Term(**{**row, "where": {tag: tuple(own) for tag, own in row["where"].items()}})
