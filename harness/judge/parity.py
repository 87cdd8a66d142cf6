"""What two arms must share to be compared: sampling, and how prompts are shown."""

from __future__ import annotations

import dataclasses

from harness.errors import ClaimError
from harness.records import PROMPTING, ArmSpec

#: What shows a model its prompts in ways of its own, or did: nobody knows how.
_SHOWS_ITSELF = frozenset({"python", "recorded"})


def check_alike(arm: ArmSpec, other: ArmSpec) -> None:
    """Refuse two arms that differ in what decides their draws, beside the model.

    Raises
    ------
    ClaimError
        With what differs, unless one of them declares that it is meant to.
    """
    theirs, known = _conditions(other), _SHOWS_ITSELF.isdisjoint({arm.engine, other.engine})
    for name, own in _conditions(arm).items():
        if name == "api" and not known:
            continue
        if own != theirs[name] and name not in {*arm.differs, *other.differs}:
            msg = (
                f"{arm.name!r} and {other.name!r} are incomparable: {name} is {_shown(own)} and "
                f"{_shown(theirs[name])}"
            )
            hint = f"give both the same, or declare it: `differs: [{name}]`"
            raise ClaimError(msg, where=other.where, hint=hint)


def _conditions(arm: ArmSpec) -> dict[str, object]:
    shared = {name: arm.prompting.get(name, "") for name in PROMPTING}
    return {**dataclasses.asdict(arm.sampling), **shared}


def _shown(value: object) -> str:
    return "not set" if value == "" else f"{value}"
