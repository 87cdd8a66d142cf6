"""Examples on the terminal, one under another."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from harness.examples import Example, Examples, Shown
from harness.report.diff_table import wrapped
from harness.report.examples_words import facts, lines, rated, title
from harness.report.untrusted import printable, shortened, visible

_BAR = "  | "
_TAGS = 240
MOST = 2_000  # characters of a text, unless all are asked for


def examples_lines(found: Examples, width: int, *, full: bool = False) -> Iterator[str]:
    """Yield the lines of examples for a terminal `width` columns wide; whole texts if `full`."""
    for line in _lines(found, width, full=full):
        yield printable(line, lines=False)  # once more: broken lines begin anew


def _lines(found: Examples, width: int, *, full: bool) -> Iterator[str]:
    yield from wrapped(title(found), width, "", "  ")
    for line in lines(found):
        yield from wrapped(line, width, "  ", "    ")
    for note in found.notes:
        yield from wrapped(f"note: {visible(note)}", width, "  ", "    ")
    for place, one in enumerate(found.examples, start=1):
        yield ""
        yield from _example(found, one, place, width, full=full)


def _example(found: Examples, one: Example, place: int, width: int, *, full: bool) -> Iterator[str]:
    tags = ", ".join(f"{key}={value}" for key, value in one.tags.items())
    head = f"{place}  item {one.id}{f' ({shortened(tags, _TAGS)})' if tags else ''}"
    yield from wrapped(visible(head), width, "", "   ")
    yield from _text(one.prompt, width, full=full)
    yield from _text(one.reference, width, full=full, label="wants ")
    for shown in one.draws:
        yield from _shown(found, shown, width, full=full)


def _shown(found: Examples, shown: Shown, width: int, *, full: bool) -> Iterator[str]:
    score = rated(found, shown)
    mark = score.upper() if found.binary else score
    head = f"{visible(shown.side)}: {mark}; {facts(found, shown)}"
    yield from wrapped(head, width, " ", "   ")
    if shown.text is None:
        yield f"{_BAR}(a record gave scores, and no text)"
    else:
        yield from _text(shown.text, width, full=full)


def _text(text: str, width: int, *, full: bool, label: str = "") -> Iterator[str]:
    """Yield a text behind a bar, its lines kept and broken where they are too long."""
    said = label + (printable(text if full else shortened(text, MOST)) or "(nothing)")
    for line in said.split("\n"):
        parts = textwrap.wrap(
            line, width - len(_BAR), drop_whitespace=False, break_on_hyphens=False
        )  # fmt: skip
        yield from (f"{_BAR}{part}".rstrip() for part in parts or [""])
