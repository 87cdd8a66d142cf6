"""Answers that are numbers, as people and models write them, compared without rounding."""

from __future__ import annotations

import functools
import re
from collections import deque
from fractions import Fraction

from harness.records import Numeric
from harness.scoring.reader import Reader

# Numbers of more digits, or of greater powers of ten, are none: they could fill the memory.
_LONGEST = 400
# How many candidates are looked at, from the end of a text.
_LAST = 64

_DIGITS = r"\.?[0-9]++(?:[.,\u00a0\u2009\u202f][0-9]++)*+"
_POWER = r"(?:[eE]|\s?(?:[x\u00d7*]|\\times|\\cdot)\s?10\s?\^\s?\{?)([-+\u2212]?[0-9]++)\}?"
_PLAIN = rf"{_DIGITS}(?:{_POWER.replace('([', '(?:[')})?+"
# Not what is part of a word, of another number or an exponent; nor what is raised to a power.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.^])(?<!\^\{)"
    r"(?:(?<![)\]}])(?P<sign>[-+\u2212]))?+"
    r"(?:\\?[$€£])?+"
    rf"(?:\\[dt]?frac\{{(?P<top>{_PLAIN})\}}\{{(?P<bottom>{_PLAIN})\}}"
    rf"|(?P<plain>{_PLAIN}(?:\s?/\s?{_PLAIN})*+))"
    r"(?!\s?\^)(?P<percent>\s?\\?%|\s+percent\b)?+"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,\u00a0\u2009\u202f][0-9]{3})+(?:\.[0-9]+)?")
_SIMPLE = re.compile(r"[0-9]*\.?[0-9]+")
_PARTS = re.compile(rf"({_DIGITS})(?:{_POWER})?")


def numeric_reader(rule: Numeric) -> Reader:
    """Return a reader of the last number of a text."""
    absolute, relative = Fraction(str(rule.tolerance)), Fraction(str(rule.relative))

    def near(answer: str, right: str) -> bool:
        if answer == right or not (absolute or relative):
            return answer == right
        value = Fraction(right)
        return abs(Fraction(answer) - value) <= max(absolute, relative * abs(value))

    return Reader(
        read=last_number, normal=functools.cache(whole_number), near=near, wanted="a number"
    )


def last_number(text: str) -> str | None:
    """Return the last number of a text as a fraction in lowest terms, such as ``1/2`` for 50%."""
    for found in reversed(deque(_NUMBER.finditer(text), maxlen=_LAST)):
        value = _value(found)
        if value is not None:
            return str(value)
    return None


def whole_number(text: str) -> str | None:
    """Return the number that a text is, in the same form; None if it says anything else."""
    found = _NUMBER.fullmatch(text.strip())
    value = _value(found) if found else None
    return None if value is None else str(value)


def _value(found: re.Match[str]) -> Fraction | None:
    top, _, bottom = (found["plain"] or f"{found['top']}/{found['bottom']}").partition("/")
    value = _parsed(top)
    if bottom:
        divisor = _parsed(bottom)
        if value is None or not divisor:
            return None
        value /= divisor
    if value is None:
        return None
    value = value / 100 if found["percent"] else value
    return value if found["sign"] in {None, "+"} else -value


def _parsed(text: str) -> Fraction | None:
    """Read digits with separators and a power of ten; None if they are no number, or too long."""
    parts = _PARTS.fullmatch(text.strip())
    if parts is None or len(parts[1]) > _LONGEST:
        return None
    digits, power = parts[1], (parts[2] or "0").replace("\u2212", "-")
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"[,\u00a0\u2009\u202f]", "", digits)
    elif not _SIMPLE.fullmatch(digits):
        return None
    if len(power) > len(str(_LONGEST)) + 1 or abs(int(power)) > _LONGEST:
        return None
    return Fraction(digits) * Fraction(10) ** int(power)
