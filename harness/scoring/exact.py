"""Answers that are text, compared as it stands but for case, space and punctuation."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from harness.records import Exact
from harness.scoring.reader import Reader


def exact_reader(rule: Exact) -> Reader:
    """Return a reader of whole texts; one of which nothing is left is no answer."""
    steps = [step for name, step in _STEPS.items() if name in rule.ignore]

    def normal(text: str) -> str | None:
        for step in steps:
            text = step(text)
        return text or None

    return Reader(read=normal, normal=normal, wanted="text of which something is left")


def _without_punctuation(text: str) -> str:
    return "".join(sign for sign in text if not unicodedata.category(sign).startswith("P"))


def _with_single_spaces(text: str) -> str:
    return " ".join(text.split())


# In this order: what is taken out can leave spaces behind.
_STEPS: dict[str, Callable[[str], str]] = {
    "case": str.casefold,
    "punctuation": _without_punctuation,
    "space": _with_single_spaces,
}
