"""Answers that are one of several choices, in the ways that they are commonly given."""

from __future__ import annotations

import re

from harness.records import Choice
from harness.scoring.reader import Reader

# From the plainest to the vaguest; the first way in which a text names a choice counts.
# <ONE> and <TWO> are choices, <OPEN> and <CLOSE> what they are dressed in, <END> ends a word.
_SAID = r"(?i:\b(?:answer|choice|option)\s+(?:is|was|(?:would|must|should)\s+be)|\banswer\b)"
_NOUN = r"(?i:\s*+(?:option|choice|letter)\b)"
_OR = r"(?:<CLOSE>(?:,|/|and|or|&)\s*+<OPEN><TWO><END>)"
_WAYS = (
    r"\\(?:boxed|fbox)\s*+\{(?:\s*+\\\w++\s*+\{)?<OPEN><ONE><CLOSE>\}",
    rf"{_SAID}<STARS>(?:\s*+[:=])?<STARS>{_NOUN}?\s*+<OPEN><ONE><END>{_OR}?",
    r"^<OPEN><ONE><CLOSE>$",
    r"^<OPEN><ONE><END>[*_ ]*+[).:\]]++(?=\s|\Z)",
    r"[(\[]<ONE>[)\]]",
)
_PARTS = {
    "<OPEN>": r"[ \t*_\"'`(\[$]*+",
    "<CLOSE>": r"[ \t\r*_\"'`)\].$]*+",
    "<STARS>": r"[*_]*+",
    "<END>": r"(?!\w|['\u2019-]\w)",
}


def choice_reader(rule: Choice) -> Reader:
    """Return a reader of choices; a text that names more than one in the same way names none.

    Letters count as they are written, longer choices in upper case or lower.
    """
    exact = {choice: choice for choice in rule.choices}
    known = {choice.casefold(): choice for choice in rule.choices} | exact
    ways = [re.compile(_written(way, rule.choices), re.MULTILINE) for way in _WAYS]

    def read(text: str) -> str | None:
        for way in ways:
            named = {
                known.get(hit) or known[hit.casefold()]
                for found in way.finditer(text)
                for hit in found.groups()
                if hit is not None
            }
            if named:
                return named.pop() if len(named) == 1 else None
        return None

    return Reader(read=read, normal=exact.get, wanted=f"one of {', '.join(rule.choices)}")


def _written(way: str, choices: tuple[str, ...]) -> str:
    for part, pattern in _PARTS.items():
        way = way.replace(part, pattern)
    one = "|".join(
        re.escape(choice) if len(choice) == 1 else f"(?i:{re.escape(choice)})"
        for choice in sorted(choices, key=len, reverse=True)
    )
    return way.replace("<ONE>", f"({one})").replace("<TWO>", f"({one})")
