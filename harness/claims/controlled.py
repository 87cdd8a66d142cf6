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
from harness.records import ArmSpec, Question, Recipe, Statistic, Terms, summed, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What a claim says of an arm: that `statistic` gains on `reference`, as much or more.

    `turned` says that the arm that gains stands on the right: ``base < rl``. `own` makes up the
    statistic: of a recipe, by one term for each of its training seeds.
    """

    statistic: Statistic
    reference: Statistic
    turned: bool
    own: Terms

    @property
    def arm(self) -> str:
        """The arm, or the recipe, that gains."""
        return self.statistic.source.name

    def of(self, control: ArmSpec | Recipe) -> Statistic:
        """Return the same statistic of a control."""
        return whole(self._others(control)[0])

    def over(self, control: ArmSpec | Recipe) -> Terms:
        """Return the effect of the gain net of a control."""
        others = self._others(control)
        return (*self.own, *((-1 / len(others), other) for other in others))

    def _others(self, control: ArmSpec | Recipe) -> list[Statistic]:
        recipe = control.name if isinstance(control, Recipe) else ""
        names = control.seeds if isinstance(control, Recipe) else (control.name,)
        source = dataclasses.replace(self.statistic.source, recipe=recipe)
        sources = [dataclasses.replace(source, arm=name) for name in names]
        return [dataclasses.replace(self.statistic, source=one) for one in sources]


def gain_of(terms: Terms, question: Question) -> Gain | None:
    """Return the gain that is claimed: of an arm on another, or on a baseline; else None.

    A gain is a difference of two statistics that is to lie beyond a threshold of 0 or more. An
    alarm, a level against a bar, a margin that spares a loss, and two selections of one arm are
    none.
    """
    turned = question.direction == "less"
    beyond = question.threshold <= 0 if turned else question.threshold >= 0
    sides = summed(terms)
    if question.alarm or len(sides) != 2 or not beyond:  # noqa: PLR2004  a difference has two
        return None
    (weight, first), (other, second) = sides
    if not math.isclose(weight, -other):
        return None
    up, down = (first, second) if (weight > 0) != turned else (second, first)
    if up.source.baseline or (up.source.name == down.source.name and not down.source.baseline):
        return None
    own = tuple((abs(part / weight), one) for part, one in terms if whole(one) == up)
    return Gain(statistic=up, reference=down, turned=turned, own=own)


def held_to_controls(
    ruled: Iterable[tuple[Claim, str]], controls_of: Callable[[str], Sequence[ArmSpec | Recipe]]
) -> Iterator[Claim]:
    """Yield the claims that an arm that gains also does better than each of its controls.

    Parameters
    ----------
    ruled
        Claims of a test, each with its place.
    controls_of
        Gives the controls of an arm, or of a recipe, that may stand for one.

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
        if gain is None or gain.reference.source.name in {one.name for one in controls}:
            continue
        for control in controls:
            reference = gain.of(control)
            if (gain.statistic, reference) not in known:
                known.add((gain.statistic, reference))
                yield _on_control(claim, gain, control, place)


def _on_control(claim: Claim, gain: Gain, control: ArmSpec | Recipe, place: str) -> Claim:
    terms = gain.over(control)
    kind = "control" if control.control is None else control.control.kind
    return claim.added(
        text=f"{gain.statistic} > {gain.of(control)} ({kind})",
        terms=terms,
        effect_text=describe(terms),
        question=Question(direction="greater", threshold=0.0),
        place=place,
    )
