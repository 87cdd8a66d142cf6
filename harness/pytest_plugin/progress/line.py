"""One line on how far the drawing is: how many draws, how fast, how long yet."""

from __future__ import annotations

import math

from harness.pytest_plugin.progress.standing import Overview

_MOST_NAMES = 2
_LONGEST_NAME = 24
_MINUTE = 60


def line(whole: Overview, rate: float, seconds: float, width: int) -> str:
    """Write the line; what does not fit is left out, the sum first.

    Parameters
    ----------
    whole
        How far all processes are.
    rate
        Draws per second; 0 if not known.
    seconds
        Since this began.
    width
        Columns there are.
    """
    from harness.report.untrusted import printable  # noqa: PLC0415  only while there is drawing

    return printable(_told(whole, rate, seconds, width), lines=False)[:width]


def _told(whole: Overview, rate: float, seconds: float, width: int) -> str:
    if not whole.arms:
        return f"waiting for another process that draws from {_named(whole.waited)}"
    parts = [_under_way(whole, rate, seconds)]
    if whole.waited:
        parts.append(f"waiting: {_named(whole.waited)}")
    if whole.all_needed > whole.needed:
        parts.append(f"in all {whole.all_got:,} of {whole.all_needed:,}")
    while len(parts) > 1 and len("; ".join(parts)) > width:
        parts.pop()
    return "; ".join(parts)


def _under_way(whole: Overview, rate: float, seconds: float) -> str:
    text = f"{_named(whole.arms)} {whole.got:,} of {whole.needed:,} draws"
    if not rate:
        return f"{text} after {duration(seconds)}"
    left = max(0, whole.needed - whole.got) / rate
    return f"{text}, {_speed(rate)}, {duration(left)} left"


def _named(names: tuple[str, ...]) -> str:
    if len(names) > _MOST_NAMES:
        return f"{len(names)} arms"
    return " and ".join(
        name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}..." for name in names
    )


def _speed(rate: float) -> str:
    """Write draws per second, or per minute where they are few."""
    if rate < 1:
        return f"{rate * _MINUTE:.2g}/min"
    return f"{rate:,.0f}/s" if round(rate) >= 10 else f"{rate:.1f}/s"  # noqa: PLR2004  digits


def duration(seconds: float) -> str:
    """Write a time: 6 s, 12 min, 2 h 5 min."""
    whole = math.ceil(seconds)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    minutes = math.ceil(seconds / _MINUTE)
    if minutes < 2 * _MINUTE:
        return f"{minutes:,} min"
    return f"{minutes // 60:,} h {minutes % 60} min"
