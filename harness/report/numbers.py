"""Numbers as people read them, never at odds with the verdict beside them."""

from __future__ import annotations

from harness.records import Ruling

_DIGITS = 3
_MOST_DIGITS = 9
_LEAST = 0.001
_TEN, _THOUSAND = 10, 1_000  # from which on tenths, and whole numbers, are enough


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: 1 claim, 2 claims."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def signed(value: float, *margins: float | None) -> str:
    """Write an effect with its sign, with digits enough to stay on its side of each margin."""
    value += 0.0  # -0.0 has no sign for people
    for digits in range(_DIGITS, _MOST_DIGITS):
        shown = round(value, digits)
        if all((shown > m) == (value > m) and (shown < m) == (value < m)
               for m in margins if m is not None):  # fmt: skip
            return f"{shown + 0.0:+.{digits}f}"
    return f"{value:+}"


def share(value: float) -> str:
    """Write a share; 0 and 1 only when exactly true."""
    text = f"{value:.3f}"
    if text in {"0.000", "1.000"} and value not in {0.0, 1.0}:
        return "<0.001" if value < 0.5 else ">0.999"  # noqa: PLR2004
    return text


def share_changed(value: float) -> str:
    """Write the change of a share, on its side of zero."""
    return signed(value, *((0.0,) if value else ()))


def amount(value: float) -> str:
    """Write what is no share, such as a length."""
    return f"{value:.2f}" if value < _THOUSAND else f"{value:.0f}"


def amount_changed(value: float) -> str:
    """Write a change of what is no share, with as many digits as it needs to be told from zero."""
    if abs(value) >= _TEN:
        return f"{value:+.1f}" if abs(value) < _THOUSAND else f"{value:+.0f}"
    return share_changed(value)


def p_value(value: float, alpha: float) -> str:
    """Write a p-value, with a floor, a ceiling, and digits enough to stay on its side of alpha."""
    if value < _LEAST:
        return f"p < {_LEAST:g}"
    if value > 1 - _LEAST:
        return f"p > {1 - _LEAST:g}"
    for digits in range(_DIGITS, _MOST_DIGITS):
        shown = round(value, digits)
        if (shown < alpha) == (value < alpha):
            return f"p = {shown:.{digits}f}"
    return f"p = {value}"


def interval(ruling: Ruling) -> str:
    """Write the interval of a ruling's effect."""
    decision, margins = ruling.decision, (ruling.low_margin, ruling.high_margin)
    return f"[{signed(decision.low, *margins)}, {signed(decision.high, *margins)}]"


def level(ruling: Ruling) -> str:
    """Name the level of the interval, such as 90%."""
    return f"{100 * (1 - 2 * ruling.decision.alpha):g}%"


def verdict_word(ruling: Ruling) -> str:
    """Name the verdict; an alarm without evidence is quiet, which is no proof."""
    quiet = ruling.kind == "alarm" and ruling.decision.verdict == "supported"
    return "quiet" if quiet else ruling.decision.verdict


def margin(value: float | None) -> str:
    """Write a margin with its sign; zero has none."""
    return f"{value:+g}" if value else "0"


def target(ruling: Ruling) -> str:
    """Say where the effect has to lie, for the verdict that the claim asks for."""
    if ruling.kind == "equivalence":
        return f"between {margin(ruling.low_margin)} and {margin(ruling.high_margin)}"
    if ruling.low_margin is not None:
        return f"above {margin(ruling.low_margin)}"
    return f"below {margin(ruling.high_margin)}"
