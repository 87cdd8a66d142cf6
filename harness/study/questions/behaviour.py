"""How does it behave?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.study.answer import Answer, Figure, Name, Sentence
from harness.study.behaviour import NAMES, Behaviour, Shift, behaviour_of

if TYPE_CHECKING:
    from harness.study.subject import Subject

_MOST_TOLD = 4


def how_it_behaves(subject: Subject) -> Answer | None:
    """Say which figures of behaviour shifted, the largest by name; None where none is known."""
    found = behaviour_of(subject.pair)
    if not found.shifts:
        return None
    shown = sorted((one for one in found.shifts if one.shown), key=_largest_first)
    return Answer(
        verdict=f"{len(shown)} of {len(found.shifts)} shifted" if shown else "not shown",
        said=_said(found, shown),
        figures=tuple(_figure(one) for one in found.shifts),
        caveats=tuple((f"not told: {one}",) for one in found.untold),
    )


def _largest_first(shift: Shift) -> float:
    return -abs(shift.size or 0.0)


def _said(found: Behaviour, shown: list[Shift]) -> Sentence:
    if not shown:
        return (f"no figure of {len(found.shifts)} is shown to shift, at FDR {found.rate:.0%}",)
    tokens = any(one.name == "tokens" for one in shown)
    largest = [one for one in shown if not (one.name == "bytes" and tokens)][:_MOST_TOLD]
    said: list[str | Name | Figure] = []
    for one in largest:
        said += ["; " if said else "", *_named(one), " ", _figure(one)]
    rest = len(shown) - len(largest)
    return (*said, f"; and {rest} more") if rest > 0 else tuple(said)


def _named(shift: Shift) -> Sentence:
    if shift.kind in {"answers", "length"}:
        return (NAMES[shift.name],)
    return (f"{_ours(shift)} ", Name(text=shift.name))


def _ours(shift: Shift) -> str:
    return {"form": "draws that are", "probe": "draws with the probe"}[shift.kind]


def _figure(shift: Shift) -> Figure:
    own = shift.kind in {"answers", "length"}
    return Figure(
        what=NAMES[shift.name] if own else _ours(shift),
        of="" if own else shift.name,
        unit="change" if shift.scale == "h" else "amount",
        value=shift.change.effect, low=shift.change.low, high=shift.change.high,
        before=shift.change.before, after=shift.change.after,
        scale=shift.scale, size=shift.size, q=shift.q,
    )  # fmt: skip
