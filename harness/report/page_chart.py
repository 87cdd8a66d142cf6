"""pass@k of all arms of a page as a chart in SVG: one panel for each set of items."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from harness.diff.curve import Point
from harness.report.untrusted import shortened, visible
from harness.study.page import Page

_WIDTH, _HEIGHT, _GAP, _LEFT, _TOP = 240, 200, 24, 36, 28  # of a panel, and around it
_AXIS, _ROW, _ENTRY = 52, 20, 180  # below the panels: down to the legend, and of its entries
_LONGEST = 24
#: Okabe and Ito's colours, told apart by most eyes; starts are black.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c564b", "#7f7f7f")
_START = "#000000"
_SVG = "http://www.w3.org/2000/svg"
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def page_chart(page: Page) -> str:
    """Draw the chart; nothing in it acts, whatever arms are called."""
    sets = list(dict.fromkeys(line.where for arm in page.arms for line in arm.lines))
    starts = dict.fromkeys(arm.start for arm in page.arms)
    names = [*starts, *(arm.name for arm in page.arms if arm.name not in starts)]
    wide = _LEFT + max(len(sets), 2) * (_WIDTH + _GAP)
    each_row = (wide - _LEFT) // _ENTRY
    high = _TOP + _HEIGHT + _AXIS + _ROW * math.ceil(len(names) / each_row)
    colours = _colours(names, set(starts))
    lines = [
        f'<svg xmlns="{_SVG}" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"',
        'font-family="sans-serif" font-size="11">',
        "<title>pass@k of each arm and its start</title>",
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
    ]
    for place, where in enumerate(sets):
        lines += _panel(page, where, _LEFT + place * (_WIDTH + _GAP), colours)
    for place, name in enumerate(names):
        row, column = divmod(place, each_row)
        x, y = _LEFT + column * _ENTRY, _TOP + _HEIGHT + _AXIS + row * _ROW
        lines.append(f'<path d="M{x} {y - 4}h24" {_stroke(colours[name])}/>')
        lines.append(_text(x + 32, y, name))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _colours(names: Sequence[str], starts: set[str]) -> dict[str, tuple[str, str]]:
    """Return each name's colour and dashes; a second start is dashed, and so is a ninth arm."""
    found: dict[str, tuple[str, str]] = {}
    arms = [name for name in names if name not in starts]
    for place, name in enumerate(one for one in names if one in starts):
        found[name] = (_START, "5 3" if place else "")
    for place, name in enumerate(arms):
        found[name] = (_COLOURS[place % len(_COLOURS)], "5 3" if place >= len(_COLOURS) else "")
    return found


def _panel(page: Page, where: str, left: int, colours: dict[str, tuple[str, str]]) -> Iterator[str]:
    most = max(line.points[-1].k for arm in page.arms for line in arm.lines if line.where == where)
    yield _text(left, 16, where or "all items", weight="bold")
    for tick in _TICKS:
        y = _y(tick)
        yield f'<path d="M{left} {y}h{_WIDTH}" stroke="#dddddd" fill="none"/>'
        if left == _LEFT:
            yield _text(left - 4, y + 4, f"{tick:g}", anchor="end")
    for k in (2**n for n in range(most.bit_length())):
        yield _text(_x(k, most, left), _TOP + _HEIGHT + 14, str(k), anchor="middle")
    yield _text(left + _WIDTH / 2, _TOP + _HEIGHT + 28, "k", anchor="middle")
    lines = [(arm, line) for arm in page.arms for line in arm.lines if line.where == where]
    for arm, line in lines:
        yield _line(line.points, "after", most, left, colours[arm.name])
    for start, line in {arm.start: line for arm, line in lines}.items():  # on top
        yield _line(line.points, "before", most, left, colours[start])


def _line(points: Sequence[Point], side: str, most: int, left: int, colour: tuple[str, str]) -> str:
    path = " ".join(f"{_x(one.k, most, left)},{_y(getattr(one, side))}" for one in points)
    return f'<polyline points="{path}" {_stroke(colour)}/>'


def _stroke(colour: tuple[str, str]) -> str:
    dashes = f' stroke-dasharray="{colour[1]}"' if colour[1] else ""
    return f'fill="none" stroke="{colour[0]}" stroke-width="2"{dashes}'


def _x(k: int, most: int, left: int) -> float:
    return round(left + _WIDTH * (math.log2(k) / math.log2(most) if most > 1 else 0.5), 1)


def _y(share: float) -> float:
    return round(_TOP + _HEIGHT * (1 - share), 1)


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "normal") -> str:
    shown = escape(shortened(visible(text), _LONGEST))
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}">{shown}</text>'
