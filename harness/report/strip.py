"""An interval drawn beside its margin, in a few cells of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from harness.records import Ruling

CELLS = 15
_MIDDLE = CELLS // 2
_REACH = _MIDDLE - 1  # cells on either side of one margin; the outermost stay free
_MARGINS = (4, 10)  # the cells of an equivalence's margins


class Glyphs(NamedTuple):
    """What cells show: where the effect is to lie, elsewhere, the interval, ..., what is beyond."""

    wanted: str
    other: str
    interval: str
    effect: str
    margin: str
    crossed: str
    beyond: tuple[str, str]


UNICODE = Glyphs("·", " ", "━", "●", "│", "┿", ("◂", "▸"))
ASCII = Glyphs(".", " ", "=", "o", "|", "+", ("<", ">"))


def glyphs(encoding: str | None) -> Glyphs:
    """Return what an encoding can write."""
    try:
        "".join(map("".join, UNICODE)).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def strip(ruling: Ruling, shown: Glyphs = UNICODE) -> str:
    """Draw the interval of a ruling's effect against its margin, in 15 cells.

    The margin stands in the middle, at a scale of the ruling's own; an equivalence's margins
    stand where they are, and what lies far beyond them ends in an arrow. Whatever lies beyond a
    margin is drawn beyond it, however near it is: a strip never contradicts the verdict.
    """
    both = zip(_places(ruling), (ruling.low_margin, ruling.high_margin), strict=True)
    margins = {place: value for place, value in both if value is not None}
    if not margins:
        return shown.other * CELLS
    decision = ruling.decision
    low, effect, high = (
        _cell(value, margins, _unit(ruling, margins))
        for value in (decision.low, decision.effect, decision.high)
    )
    cells = _ground(ruling, list(margins), shown)
    first, last = max(low, 0), min(high, CELLS - 1)
    for place in range(first, last + 1):
        cells[place] = shown.crossed if place in margins else shown.interval
    cells[min(max(effect, 0), CELLS - 1)] = shown.effect
    if low < 0:
        cells[0] = shown.beyond[0]
    if high >= CELLS:
        cells[-1] = shown.beyond[1]
    return "".join(cells)


def _places(ruling: Ruling) -> tuple[int, int]:
    return _MARGINS if ruling.kind == "equivalence" else (_MIDDLE, _MIDDLE)


def _unit(ruling: Ruling, margins: dict[int, float]) -> float:
    """Return what a cell is worth."""
    if len(margins) > 1:
        low, high = margins.values()
        return (high - low) / (_MARGINS[1] - _MARGINS[0]) or 1.0
    (margin,) = margins.values()
    furthest = max(abs(ruling.decision.low - margin), abs(ruling.decision.high - margin))
    return furthest / _REACH or 1.0


def _cell(value: float, margins: dict[int, float], unit: float) -> int:
    """Return the cell of a value, on its side of each margin; beyond the strip at -1 or its end."""
    place, margin = next(iter(margins.items()))
    cell = place + round(min(max((value - margin) / unit, -CELLS), CELLS))
    for place, margin in margins.items():
        if value > margin:
            cell = max(cell, place + 1)
        elif value < margin:
            cell = min(cell, place - 1)
    return min(max(cell, -1), CELLS)


def _ground(ruling: Ruling, places: Sequence[int], shown: Glyphs) -> list[str]:
    """Draw the margins, and where the effect is to lie: of an alarm, where it is quiet."""
    above = (ruling.low_margin is not None) != (ruling.kind == "alarm")
    cells = []
    for cell in range(CELLS):
        wanted = places[0] < cell < places[-1] if len(places) > 1 else (cell > places[0]) == above
        cells.append(shown.wanted if wanted else shown.other)
    for place in places:
        cells[place] = shown.margin
    return cells
