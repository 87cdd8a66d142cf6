"""A diff on the terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from harness.diff import Diff
from harness.diff.items import ItemSide, Said, Telling
from harness.report.diff_rows import adjusted, item_lines, sections
from harness.report.diff_words import headline_lines, hit, rule, title
from harness.report.numbers import counted
from harness.report.table import Row, table
from harness.report.untrusted import shortened, visible

_WIDE = 96  # columns that the number of items is shown from
_LABEL = 24
_NAME, _SHORT_NAME = 11, 6  # the longest that fit beside the figures
_LINES = 3  # of a text, on each side
_PROMPT = 240
_INTERVAL = re.compile(r"\[[-+][^\]]*\]")
_UNBROKEN = "\N{NO-BREAK SPACE}"


def diff_lines(diff: Diff, width: int) -> Iterator[str]:
    """Yield the lines of a diff for a terminal `width` columns wide."""
    yield from wrapped(title(diff), width, "", "  ")
    for line in headline_lines(diff):
        yield from wrapped(line, width, "  ", "    ")
    for note in diff.notes:
        yield from wrapped(f"note: {visible(note)}", width, "  ", "    ")
    yield ""
    yield from _figures(diff, width)
    yield from wrapped(rule(diff), width, "", "")
    yield ""
    yield "items"
    for line in item_lines(diff):
        yield from wrapped(line, width, " ", "   ")
    if diff.binary and any((*one.before.said, *one.after.said) for one in diff.telling):
        yield from wrapped(f"+ marks what is {hit(diff.metric)}", width, " ", "   ")
    for one in diff.telling:
        yield ""
        yield from _item(diff, one, width)


def wrapped(text: str, width: int, first: str, next_: str) -> list[str]:
    """Break a text into lines, and no interval apart."""
    whole = _INTERVAL.sub(lambda found: found[0].replace(" ", _UNBROKEN), text)
    lines = textwrap.wrap(whole, width, initial_indent=first, subsequent_indent=next_)
    return [line.replace(_UNBROKEN, " ") for line in lines]


def _figures(diff: Diff, width: int) -> Iterator[str]:
    wide = width >= _WIDE
    rows: list[Row] = []
    for section in sections(diff):
        rows.append(section.title)
        for name, items, *rest in section.rows:
            label = (
                f" {name}"
                if len(name) < _LABEL
                else f" {name[: _LABEL - 2]}\N{HORIZONTAL ELLIPSIS}"
            )
            rows.append((label, *([items] if wide else []), *rest))
    names = [visible(one.name) for one in (diff.before, diff.after)]
    if max(map(len, names)) > (_NAME if wide else _SHORT_NAME):
        names = ["before", "after"]
    head = ["", *(["items"] if wide else []), *names, "change", f"{diff.level:.0%} interval", "q"]
    yield from table(rows, head, right=len(head) - 1)


def _item(diff: Diff, one: Telling, width: int) -> Iterator[str]:
    """Yield an item with what both sides say, side by side."""
    prompt = visible(shortened(one.prompt, _PROMPT))
    yield from textwrap.wrap(prompt, width, subsequent_indent="  ", drop_whitespace=False) or [""]
    tags = shortened(", ".join(f"{key}={value}" for key, value in one.tags.items()), _PROMPT)
    facts = [f"wants {shortened(one.reference, _PROMPT)}", *([tags] if tags else [])]
    if one.q is not None:
        facts.append(f"q {adjusted(one.q)}")
    yield from textwrap.wrap(
        visible("; ".join(facts)), width, initial_indent="  ", subsequent_indent="  "
    )
    room = (width - 4) // 2
    left, right = (
        _column(diff, name, side, room)
        for name, side in ((diff.before.name, one.before), (diff.after.name, one.after))
    )
    for place in range(max(len(left), len(right))):
        first, second = (side[place] if place < len(side) else "" for side in (left, right))
        yield f"  {first:<{room}}  {second}".rstrip()


def _column(diff: Diff, name: str, side: ItemSide, room: int) -> list[str]:
    word = hit(diff.metric) if diff.binary else visible(diff.metric)
    lines = [shortened(f"{visible(name)}: {side.right:g} of {side.draws} {word}", room)]
    if not side.said:
        answers = "" if side.answers is None else f"; {counted(side.answers, 'answer')}"
        return [*lines, *textwrap.wrap(f"texts are not kept{answers}", room)]
    for said in side.said:
        lines += _said(diff, said, room)
    if side.others:
        lines.append(f"{side.others:>4} x  others")
    return lines


def _said(diff: Diff, said: Said, room: int) -> list[str]:
    """Write a text in a few lines; a plus marks what scores 1."""
    mark = "+" if diff.binary and said.score else " "
    head = f"{said.draws:>4} x {mark}"
    inside = room - len(head)
    text = visible(shortened(said.text, _LINES * inside)) or "(nothing)"
    lines = textwrap.wrap(text, inside, drop_whitespace=False) or [text]
    if len(lines) > _LINES:  # what had to be written out takes more room
        lines = [*lines[: _LINES - 1], shortened("".join(lines[_LINES - 1 :]), inside)]
    if said.truncated:
        lines.append("(cut off)")
    return [f"{head}{lines[0]}", *(" " * len(head) + line for line in lines[1:])]
