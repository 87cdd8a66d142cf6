"""Examples in Markdown, for a comment or a file; what models said stands in code alone."""

from __future__ import annotations

from collections.abc import Iterator

from harness.examples import Example, Examples, Shown
from harness.report.examples_table import MOST
from harness.report.examples_words import facts, lines, rated, title
from harness.report.untrusted import code, escaped, fenced, in_html

_CELL = 80
_ALL = 1 << 40


def examples_markdown(found: Examples, *, full: bool = False) -> Iterator[str]:
    """Yield the lines of examples in GitHub's Markdown; whole texts if `full`."""
    most = _ALL if full else MOST
    yield f"### {escaped(title(found))}"
    yield ""
    yield from (f"- {escaped(line)}" for line in lines(found))
    yield from (f"- note: {escaped(note)}" for note in found.notes)
    yield ""
    for place, one in enumerate(found.examples, start=1):
        yield from _example(found, one, place, most)


def _example(found: Examples, one: Example, place: int, most: int) -> Iterator[str]:
    told = ", ".join(f"{shown.side} {rated(found, shown)}" for shown in one.draws)
    yield f"<details><summary>{in_html(f'{place}: {told}: item {one.id}')}</summary>"
    yield ""
    yield fenced(one.prompt, most)
    yield ""
    tags = ", ".join(f"{key}={value}" for key, value in one.tags.items())
    yield f"wants {code(one.reference, _CELL)}{f'; {code(tags, _CELL)}' if tags else ''}"
    yield ""
    for shown in one.draws:
        yield from _shown(found, shown, most)
    yield "</details>"
    yield ""


def _shown(found: Examples, shown: Shown, most: int) -> Iterator[str]:
    score = escaped(rated(found, shown))
    yield f"{code(shown.side, _CELL)}: **{score}**; {escaped(facts(found, shown))}"
    yield ""
    if shown.text is None:
        yield "a record gave scores, and no text"
    else:
        yield fenced(shown.text, most)
    yield ""
