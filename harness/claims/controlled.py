"""Claims that a policy adds: what an arm gains is held against the arm's controls too.

A gain that a placebo, a format or a single example gives as well is no gain of the skill.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.claims.claim import Claim
from harness.claims.quantity import describe
from harness.records import ArmSpec, Question, Statistic, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What a claim says of an arm: that `statistic` gains on `reference`, as much or more.

    `turned` says that the arm that gains stands on the right: ``base < rl``.
    """

    statistic: Statistic
    reference: Statistic
    turned: bool

    @property
    def arm(self) -> str:
        """The arm that gains."""
        return self.statistic.source.arm


def gain_of(terms: Terms, question: Question) -> Gain | None:
    """Return the gain that is claimed: of an arm on another, or on a baseline; else None.

    A gain is a difference of two statistics that is to lie beyond a threshold of 0 or more. An
    alarm, a level against a bar, a margin that spares a loss, and two selections of one arm are
    none.
    """
    turned = question.direction == "less"
    beyond = question.threshold <= 0 if turned else question.threshold >= 0
    if question.alarm or len(terms) != 2 or not beyond:  # noqa: PLR2004  a difference has two
        return None
    (weight, first), (other, second) = terms
    if not math.isclose(weight, -other):
        return None
    up, down = (first, second) if (weight > 0) != turned else (second, first)
    if up.source.baseline or (up.source.arm == down.source.arm and not down.source.baseline):
        return None
    return Gain(statistic=up, reference=down, turned=turned)


def held_to_controls(
    ruled: Iterable[tuple[Claim, str]], controls_of: Callable[[str], Sequence[ArmSpec]]
) -> Iterator[Claim]:
    """Yield the claims that an arm that gains also does better than each of its controls.

    Parameters
    ----------
    ruled
        Claims of a test, each with its place.
    controls_of
        Gives the controls of an arm that may stand for one.

    Yields
    ------
    Claim
        For each gain and control, of the same statistic, items and draws; but for what the test
        claims itself, or what is a gain on a control already.
    """
    gains = [(claim, place, gain_of(claim.terms, claim.question)) for claim, place in ruled]
    known = {(gain.statistic, gain.reference) for *_, gain in gains if gain is not None}
    for claim, place, gain in gains:
        controls = controls_of(gain.arm) if gain is not None else ()
        if gain is None or gain.reference.source.arm in {arm.name for arm in controls}:
            continue
        for arm in controls:
            source = dataclasses.replace(gain.statistic.source, arm=arm.name)
            reference = dataclasses.replace(gain.statistic, source=source)
            if (gain.statistic, reference) not in known:
                known.add((gain.statistic, reference))
                yield _on_control(claim, gain.statistic, reference, arm, place)


def _on_control(
    claim: Claim, statistic: Statistic, reference: Statistic, arm: ArmSpec, place: str
) -> Claim:
    terms = ((1.0, statistic), (-1.0, reference))
    kind = "control" if arm.control is None else arm.control.kind
    return dataclasses.replace(
        claim,
        text=f"{statistic} > {reference} ({kind})",
        terms=terms,
        effect_text=describe(terms),
        question=Question(direction="greater", threshold=0.0),
        operands=(None, None),
        inner=None,
        place=place,
        defined=(),
    )
