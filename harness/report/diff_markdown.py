"""A diff in Markdown, for a comment or a file; what models said stands in code alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.diff import Diff
from harness.diff.items import ItemSide, Telling
from harness.report.diff_rows import adjusted, item_lines, sections
from harness.report.diff_words import headline_lines, rule, title
from harness.report.untrusted import code, escaped, fenced, in_html

_CELL = 80
_BLOCK = 1_000


def diff_markdown(diff: Diff) -> Iterator[str]:
    """Yield the lines of a diff in GitHub's Markdown."""
    yield f"### {escaped(title(diff))}"
    yield ""
    for line in headline_lines(diff):
        yield f"- **{escaped(line)}**"
    for note in diff.notes:
        yield f"- note: {escaped(note)}"
    yield ""
    for section in sections(diff):
        name, opened = section.title, section.title == "all items"
        yield from _section(diff, name, section.rows, opened=opened)
    yield escaped(rule(diff))
    yield ""
    yield "#### Items"
    yield ""
    yield from (f"- {escaped(line)}" for line in item_lines(diff))
    yield ""
    for one in diff.telling:
        yield from _item(diff, one)


def _section(
    diff: Diff, name: str, rows: Sequence[tuple[str, ...]], *, opened: bool
) -> Iterator[str]:
    """Yield a table that can be folded."""
    yield f"<details{' open' if opened else ''}><summary>{in_html(name)}</summary>"
    yield ""
    sides = [code(one.name, _CELL) for one in (diff.before, diff.after)]
    head = ["", "items", *sides, "change", f"{diff.level:.0%} interval", "q"]
    yield cells(head)
    yield f"|---|{'---:|' * (len(head) - 1)}"
    for label, *rest in rows:
        yield cells([code(label, _CELL), *map(escaped, rest)])
    yield ""
    yield "</details>"
    yield ""


def cells(row: Sequence[str]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(row)} |"


def _item(diff: Diff, one: Telling) -> Iterator[str]:
    counts = " → ".join(f"{side.right:g}/{side.draws}" for side in (one.before, one.after))
    q = "" if one.q is None else f", q {adjusted(one.q)}"
    yield f"<details><summary>{in_html(f'{counts}{q}: item {one.id}')}</summary>"
    yield ""
    yield fenced(one.prompt, _BLOCK)
    yield ""
    tags = ", ".join(f"{key}={value}" for key, value in one.tags.items())
    yield f"wants {code(one.reference, _CELL)}{f'; {code(tags, _CELL)}' if tags else ''}"
    yield ""
    for name, side in ((diff.before.name, one.before), (diff.after.name, one.after)):
        yield from _side(diff, name, side)
    yield "</details>"
    yield ""


def _side(diff: Diff, name: str, side: ItemSide) -> Iterator[str]:
    if not side.said:
        yield f"{code(name, _CELL)}: texts are not kept"
        yield ""
    for said in side.said:
        rated = f"{diff.metric} {said.score:g}"
        if diff.binary and diff.metric == "correct":
            rated = "right" if said.score else "wrong"
        cut = ", cut off" if said.truncated else ""
        yield f"{code(name, _CELL)}, {said.draws} of {side.draws} draws, {escaped(rated)}{cut}:"
        yield ""
        yield fenced(said.text, _BLOCK)
        yield ""
    if side.others:
        yield f"{code(name, _CELL)}: {side.others} draws say something else"
        yield ""
