"""Which controls an arm has, and whether each was trained as the arm was."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from harness.claims import Claim, Gain, gain_of
from harness.errors import ClaimError
from harness.records import ArmSpec


class Controls:
    """The controls among some arms; one with other settings than its arm counts as none."""

    def __init__(self, arms: Mapping[str, ArmSpec]) -> None:
        self._arms = arms

    def of(self, name: str) -> tuple[ArmSpec, ...]:
        """Return the controls of an arm that were trained as it was, or may have been."""
        return tuple(arm for arm in self._declared(name) if not mismatches(arm, self._arms[name]))

    def _declared(self, name: str) -> tuple[ArmSpec, ...]:
        arms = self._arms.values()
        return tuple(arm for arm in arms if arm.control is not None and arm.control.of == name)

    def candidate(self, gain: Gain) -> bool:
        """Say whether what gains is a candidate: an arm with a control, or any that is none itself.

        The right side of ``base < rl`` is one only by its control: the words may as well say that
        the left one loses.
        """
        is_control = self._arms[gain.arm].control is not None
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
                lacking = " and ".join(repr(one.name) for one in (arm, of) if not one.training)
                yield (
                    f"{_titled(arm)}: whether it was trained alike is not checked; "
                    f"declare `training:` in {lacking}"
                )

    def _unlike(self, arm: ArmSpec) -> str:
        assert arm.control is not None  # noqa: S101  else it is no control
        of = self._arms[arm.control.of]
        return f"{_titled(arm)} was trained otherwise: {', '.join(mismatches(arm, of))}"


def mismatches(arm: ArmSpec, of: ArmSpec) -> tuple[str, ...]:
    """Name the fields of the training in which a control differs from its arm unintended.

    All fields of both count but what the control says it varies; none if one of them tells
    nothing of its training.
    """
    if arm.control is None or not (arm.training and of.training):
        return ()
    fields = dict.fromkeys([*arm.training, *of.training])
    return tuple(
        f"{field} is {_shown(arm, field)}, and {_shown(of, field)} in {of.name!r}"
        for field in fields
        if field not in arm.control.varies
        and _plain(arm.training.get(field)) != _plain(of.training.get(field))
    )


def _plain(value: object) -> object:
    """Return a value to compare: YAML reads 1e-5 as a text, and 1.0e-5 as a number."""
    try:
        number = float(str(value))
    except ValueError:
        return str(value) if isinstance(value, bool) else value  # else False would be 0
    return number if math.isfinite(number) else value


def _shown(arm: ArmSpec, field: str) -> str:
    value = arm.training.get(field)
    if value is None:
        return "not told"
    return f"{str(value).lower() if isinstance(value, bool) else value}"


def _titled(arm: ArmSpec) -> str:
    assert arm.control is not None  # noqa: S101  else it is no control
    return f"{arm.name!r} ({arm.control.kind} of {arm.control.of!r})"
