"""What is planned before anything is drawn."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, Literal

from harness.records.verdict import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a claim can be expected to show; no part of what is promised.

    Attributes
    ----------
    items
        Items that the claim rests on.
    detectable
        Smallest effect beyond the threshold that is seen with the policy's power.
    chance
        Chance that the claim comes out as hoped for, at the effect it is planned for; None where
        no effect of interest is declared.
    draws_expected, draws_without_effect
        Expected draws per item at that effect, and at none; the fixed number without looks.
    variance
        Variance of an item's value at the most draws.
    basis
        Where that comes from: ``baseline``, ``baseline of one side`` or ``assumed``.
    """

    items: int
    detectable: float
    chance: float | None
    draws_expected: float
    draws_without_effect: float
    variance: float
    basis: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedClaim:
    """A claim that an eval will make.

    `text` is its normal form. `weight` is the share of alpha that an alarm gets, None for
    others. `draws` is the number per item or, under `auto`, the most that looks take. `effect` is
    the effect of interest, which the claim is planned for. `measure` is a hash of the items and of
    how they are scored.
    """

    nodeid: str
    text: str
    kind: Literal["claim", "alarm", "equivalence"]
    task: str
    selection: str
    effect_text: str
    low_margin: float | None
    high_margin: float | None
    draws: int
    auto: bool
    items: str
    method: str
    effect: float | None
    measure: str
    weight: float | None = None
    forecast: Forecast | None = None

    @property
    def key(self) -> str:
        """Hash of what is promised: all but the forecast."""
        promised = {name: getattr(self, name) for name in self.__slots__ if name != "forecast"}
        if self.method == "anytime" and self.forecast is not None:
            promised["variance"] = self.forecast.variance  # it sizes the bets
        return hashlib.blake2b(json.dumps(promised).encode(), digest_size=8).hexdigest()

    def joined(self, other: PlannedClaim) -> PlannedClaim:
        """Return the equivalence that this and `other` are the two halves of; no forecast."""
        low = other.low_margin if self.low_margin is None else self.low_margin
        high = other.high_margin if self.high_margin is None else self.high_margin
        return replace(
            self,
            kind="equivalence",
            text=f"{(low or 0.0) + 0.0:g} < {self.effect_text} < {(high or 0.0) + 0.0:g}",
            low_margin=low,
            high_margin=high,
            forecast=None,
        )

    def covers(self, effect_text: str, direction: Direction, threshold: float) -> bool:
        """Say whether this plans a comparison, which may be one half of an equivalence."""
        margin = self.low_margin if direction == "greater" else self.high_margin
        return self.effect_text == effect_text and margin == threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The claims of all evals, and the policy and seed that they were planned for."""

    claims: tuple[PlannedClaim, ...]
    policy: dict[str, Any]
    seed: int

    @property
    def hash(self) -> str:
        """Hash of what is promised."""
        whole = [[claim.key for claim in self.claims], self.policy, self.seed]
        return hashlib.blake2b(json.dumps(whole).encode(), digest_size=8).hexdigest()

    def find(  # noqa: PLR0913  a comparison, and where it stands
        self,
        nodeid: str,
        task: str,
        effect_text: str,
        direction: Direction,
        threshold: float,
        *,
        alarm: bool,
    ) -> PlannedClaim | None:
        """Return what was planned for a comparison in an eval, if anything was."""
        for claim in self.claims:
            if (
                (claim.nodeid, claim.task) == (nodeid, task)
                and (claim.kind == "alarm") == alarm
                and claim.covers(effect_text, direction, threshold)
            ):
                return claim
        return None
