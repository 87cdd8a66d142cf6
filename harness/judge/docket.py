"""The docket of a test: what was claimed, what was ruled, and where."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from harness.claims import Claim
from harness.decide import both
from harness.errors import ClaimError, HarnessError
from harness.records import (
    Decision,
    Policy,
    Reading,
    Ruling,
    Statistic,
    Term,
    are_halves,
    describe_where,
)
from harness.trial import Trial

_PACKAGE = str(Path(__file__).parent.parent)


@dataclass(slots=True, kw_only=True)
class Docket:
    """The claims of one test: those ruled on, in order, and those built; and what went wrong.

    `policy` and `auto` are the test's own, by its marker. A closed docket takes no rulings:
    nobody would look at them. `unmet` tells of claims of a gain that lack what the policy asks for.
    """

    nodeid: str
    policy: Policy
    auto: bool
    closed: bool = False
    rulings: list[Ruling] = field(default_factory=list)
    decided: list[Claim] = field(default_factory=list)
    built: list[Claim] = field(default_factory=list)
    errors: list[HarnessError] = field(default_factory=list)
    unmet: list[ClaimError] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)

    def ruling_between(self, left: object, right: object) -> Ruling | None:
        """Return the last ruling on a comparison of these two objects."""
        for claim, ruling in zip(reversed(self.decided), reversed(self.rulings), strict=True):
            first, second = claim.operands
            if (first is left and second is right) or (first is right and second is left):
                return ruling
        return None

    def is_second_half(self, claim: Claim) -> bool:
        """Say whether the last ruling is the first half of a chained comparison with `claim`."""
        last = self.rulings[-1] if self.rulings else None
        if (
            last is None
            or last.place != (claim.place or place())
            or (last.task, last.effect_text) != (claim.sources[0].task, claim.effect_text)
        ):
            return False
        return (last.low_margin is None) == (claim.question.direction == "greater")

    def unasserted(self) -> tuple[str, ...]:
        """Name the claims that were built, but whose truth was never taken."""
        used = {id(claim) for claim in self.decided}
        used |= {id(claim.inner) for claim in self.built if claim.inner is not None}
        return tuple(claim.text for claim in self.built if id(claim) not in used)

    def enter(
        self,
        claim: Claim,
        decision: Decision,
        readings: tuple[Reading, ...],
        exploratory: str = "",
        trial: Trial | None = None,
    ) -> Ruling:
        """Enter a decision on a claim, with the place in the test that asked for its truth."""
        ruling = dataclasses.replace(
            _ruling(claim, self, decision, readings),
            exploratory=exploratory,
            policy=self.policy if trial is None else trial.policy,
            looks=() if trial is None else trial.looks,
        )
        self.decided.append(claim)
        self.rulings.append(ruling)
        return ruling

    def ruling_on(self, claim: Claim) -> Ruling | None:
        """Return the ruling on this very claim, if there is one."""
        for known, ruling in zip(self.decided, self.rulings, strict=True):
            if known is claim:
                return ruling
        return None


def _ruling(
    claim: Claim, docket: Docket, decision: Decision, readings: tuple[Reading, ...]
) -> Ruling:
    question, source = claim.question, claim.terms[0][1].source
    kind: Literal["claim", "alarm"] = "alarm" if question.alarm else "claim"
    greater = question.direction == "greater"
    return Ruling(
        nodeid=docket.nodeid,
        ordinal=len(docket.rulings) + 1,
        task=source.task,
        selection=describe_where(source.where),
        place=claim.place or place(),
        text=claim.text,
        effect_text=claim.effect_text,
        kind=kind,
        low_margin=question.threshold if greater else None,
        high_margin=None if greater else question.threshold,
        figures=readings,
        decision=decision,
        terms=tuple(_term(weight, statistic) for weight, statistic in claim.terms),
    )


def _term(weight: float, statistic: Statistic) -> Term:
    source = statistic.source
    where: dict[str, tuple[str, ...]] = {}
    for tag, values in (*source.where, *source.narrowed):
        where[tag] = tuple(value for value in values if value in where.get(tag, values))
    return Term(
        weight=weight,
        task=source.task,
        arm=source.arm,
        baseline=source.baseline,
        where=where,
        kind=statistic.kind,
        metric=statistic.metric,
        k=statistic.k,
        tau=statistic.tau,
        recipe=source.recipe,
    )


def joined(rulings: list[Ruling]) -> list[Ruling]:
    """Merge the two halves of each chained comparison into one equivalence, renumbered.

    Halves stand side by side, on one line of one test, about one effect, from opposite sides.
    """
    merged: list[Ruling] = []
    for ruling in rulings:
        last = merged[-1] if merged else None
        if last is not None and last.place == ruling.place and are_halves(last, ruling):
            merged[-1] = _equivalence(last, ruling)
        else:
            merged.append(ruling)
    return [
        dataclasses.replace(ruling, ordinal=number) for number, ruling in enumerate(merged, start=1)
    ]


def _equivalence(first: Ruling, second: Ruling) -> Ruling:
    above, below = (second, first) if first.low_margin is None else (first, second)
    later = max((first, second), key=lambda half: (half.decision.items, half.decision.draws))
    return dataclasses.replace(
        first,
        kind="equivalence",
        text=f"{_plain(above.low_margin)} < {first.effect_text} < {_plain(below.high_margin)}",
        low_margin=above.low_margin,
        high_margin=below.high_margin,
        figures=later.figures,
        decision=both(above.decision, below.decision),
        exploratory=first.exploratory or second.exploratory,
    )


def _plain(margin: float | None) -> str:
    return f"{(margin or 0.0) + 0.0:g}"


def place() -> str:
    """Return ``file:line`` of the nearest caller outside this package."""
    frame = sys._getframe(1)  # noqa: SLF001  documented in `sys`; inspect.stack reads every source
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
