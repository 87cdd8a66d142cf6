"""The geometry of a forest plot whose rows stand in a table: no chart library draws into rows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from harness.records import Ruling

_TICKS = 6  # at most
_PAD = 0.04  # of the range, on either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where values lie on a row, in percent of its width.

    Attributes
    ----------
    low, high
        The values at its ends.
    ticks
        Round values in between.
    """

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return the place of a value, in [0, 100]; what lies beyond is at the end."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One claim's row: interval, effect, margins and what is wanted, in percent of the width."""

    low: float
    effect: float
    high: float
    margins: tuple[float, ...]
    wanted: tuple[float, float]


def scale(rulings: Iterable[Ruling]) -> Scale:
    """Return the scale on which all intervals, margins and zero have their place."""
    values = [0.0]
    for ruling in rulings:
        decision = ruling.decision
        values += [decision.low, decision.high, decision.effect, *_margins(ruling)]
    low, high = min(values), max(values)
    if low == high:
        low, high = -1.0, 1.0
    pad = (high - low) * _PAD
    low, high = low - pad, high + pad
    step = _step(high - low)
    first, last = math.ceil(low / step), math.floor(high / step)
    ticks = tuple(round(step * number, 9) for number in range(first, last + 1))
    return Scale(low=low, high=high, ticks=ticks)


def strip(ruling: Ruling, on: Scale) -> Strip:
    """Place a claim on the scale."""
    decision = ruling.decision
    low, high = ruling.low_margin, ruling.high_margin
    return Strip(
        low=on.at(decision.low),
        effect=on.at(decision.effect),
        high=on.at(decision.high),
        margins=tuple(on.at(value) for value in _margins(ruling)),
        wanted=(0.0 if low is None else on.at(low), 100.0 if high is None else on.at(high)),
    )


def _margins(ruling: Ruling) -> list[float]:
    return [value for value in (ruling.low_margin, ruling.high_margin) if value is not None]


def _step(length: float) -> float:
    """Return the least round step that makes few enough ticks."""
    power = 10.0 ** math.floor(math.log10(length / _TICKS))
    steps = (power * factor for factor in (1, 2, 5, 10))
    return next(step for step in steps if length / step <= _TICKS)
