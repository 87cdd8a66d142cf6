"""A series of numbers in one line."""

from __future__ import annotations

from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], *, least: float | None = None) -> str:
    """Draw a bar for each value, from the least to the most of them; a gap for None.

    `least` is where the bars begin, if not at the least of the values.
    """
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    low = min(known) if least is None else least
    width = max(known) - low
    return "".join(" " if value is None else _BARS[_step(value, low, width)] for value in values)


def _step(value: float, low: float, width: float) -> int:
    if not width:
        return len(_BARS) // 2
    return min(int((value - low) / width * len(_BARS)), len(_BARS) - 1)
