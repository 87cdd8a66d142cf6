"""Which controls an arm has, and whether each was trained as the arm was."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from harness.claims import Claim, Gain, gain_of
from harness.config import SEED, differing, shown
from harness.errors import ClaimError
from harness.records import ArmSpec, Recipe


class Controls:
    """The controls among some arms and recipes; with other settings than its arm one is none."""

    def __init__(
        self, arms: Mapping[str, ArmSpec], recipes: Mapping[str, Recipe] | None = None
    ) -> None:
        self._recipes = recipes or {}
        self._arms: Mapping[str, ArmSpec | Recipe] = {**arms, **self._recipes}

    def of(self, name: str) -> tuple[ArmSpec | Recipe, ...]:
        """Return the controls of an arm, or a recipe, that were trained as it was, or may be.

        Controls of its seeds are a recipe's too, but not where they are seeds of a recipe that is
        one itself. An arm without any has those of the recipes that it is a seed of.
        """
        return tuple(one for one in self._declared(name) if not self._mismatches(one))

    def _declared(self, name: str) -> tuple[ArmSpec | Recipe, ...]:
        own, recipe = self._of({name}), self._recipes.get(name)
        if recipe is None:
            return own or self._of(self._holding(name))
        inside = {seed for one in own if isinstance(one, Recipe) for seed in one.seeds}
        return (*own, *(one for one in self._of(recipe.seeds) if one.name not in inside))

    def _of(self, names: Collection[str]) -> tuple[ArmSpec | Recipe, ...]:
        arms = self._arms.values()
        return tuple(one for one in arms if one.control is not None and one.control.of in names)

    def _holding(self, name: str) -> list[str]:
        """Return the recipes that an arm is a seed of."""
        return [recipe.name for recipe in self._recipes.values() if name in recipe.seeds]

    def _is_control(self, name: str) -> bool:
        one = self._arms[name]
        if isinstance(one, Recipe) and all(map(self._is_control, one.seeds)):
            return True
        return any(self._arms[kin].control for kin in (name, *self._holding(name)))

    def _mismatches(self, one: ArmSpec | Recipe) -> tuple[str, ...]:
        return () if one.control is None else mismatches(one, self._arms[one.control.of])

    def candidate(self, gain: Gain) -> bool:
        """Say whether what gains is a candidate: an arm with a control, or any that is none itself.

        The right side of ``base < rl`` is one only by its control: the words may as well say that
        the left one loses.
        """
        is_control = self._is_control(gain.arm)
        return bool(self._declared(gain.arm)) or not (gain.turned or is_control)

    def lack(self, claim: Claim, place: str) -> ClaimError | None:
        """Say what control a claim of a candidate's gain lacks; None if it lacks none."""
        gain = gain_of(claim.terms, claim.question)
        if gain is None or self.of(gain.arm) or not self.candidate(gain):
            return None
        if declared := self._declared(gain.arm):
            what = "; ".join(self._unlike(arm) for arm in declared)
            hint = "train it alike, or name under `varies` what differs by intention"
        else:
            what = f"arm {gain.arm!r} has none"
            hint = f"declare one in another arm: `control: {{of: {gain.arm}, kind: placebo}}`"
        return ClaimError(f"{claim.text} lacks a control: {what}", where=place, hint=hint)

    def notes(self) -> Iterator[str]:
        """Yield a line for each control that counts as none, or could not be checked."""
        for arm in self._arms.values():
            if arm.control is None:
                continue
            of = self._arms[arm.control.of]
            if mismatches(arm, of):
                yield f"{self._unlike(arm)}: it counts as no control"
            elif not (arm.training and of.training):
                lacking = " and ".join(_untold(one) for one in (arm, of) if not one.training)
                yield (
                    f"{_titled(arm)}: whether it was trained alike is not checked; "
                    f"declare `training:` in {lacking}"
                )

    def _unlike(self, arm: ArmSpec | Recipe) -> str:
        assert arm.control is not None  # noqa: S101  else it is no control
        of = self._arms[arm.control.of]
        return f"{_titled(arm)} was trained otherwise: {', '.join(mismatches(arm, of))}"


def mismatches(arm: ArmSpec | Recipe, of: ArmSpec | Recipe) -> tuple[str, ...]:
    """Name the fields of the training in which a control differs from its arm unintended.

    All fields of both count but what the control says it varies, and the seed where one of them is
    a recipe; none if one of them tells nothing of its training.
    """
    if arm.control is None or not (arm.training and of.training):
        return ()
    seeds = isinstance(arm, Recipe) or isinstance(of, Recipe)
    but = {*arm.control.varies, *([SEED] if seeds else [])}
    return tuple(
        f"{field} is {shown(arm.training, field)}, and {shown(of.training, field)} in {of.name!r}"
        for field in differing(arm.training, of.training, but=but)
    )


def _untold(one: ArmSpec | Recipe) -> str:
    return f"the seeds of {one.name!r}" if isinstance(one, Recipe) else repr(one.name)


def _titled(arm: ArmSpec | Recipe) -> str:
    assert arm.control is not None  # noqa: S101  else it is no control
    return f"{arm.name!r} ({arm.control.kind} of {arm.control.of!r})"
