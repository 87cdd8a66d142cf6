"""What two sides differ in: effects, their origin, behaviour and items."""

from __future__ import annotations

from harness.diff.compare import About, Diff, compare
from harness.diff.library import Library, nearest
from harness.diff.matching import left_out, matched, told_apart
from harness.diff.side import Found, Side

__all__ = [
    "About",
    "Diff",
    "Found",
    "Library",
    "Side",
    "compare",
    "left_out",
    "matched",
    "nearest",
    "told_apart",
]
