"""A page on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.report.diff_table import wrapped
from harness.report.page_words import course_of, intro, plain, start_of, verdict
from harness.report.table import table
from harness.report.untrusted import printable, visible
from harness.study.page import Page
from harness.study.questions import QUESTIONS, Question

_LONGEST = 20
_GAP = 2


def page_lines(page: Page, width: int) -> Iterator[str]:
    """Yield the lines of a page for a terminal `width` columns wide; figures stand elsewhere."""
    return (printable(line) for line in _lines(page, width))


def _lines(page: Page, width: int) -> Iterator[str]:
    yield from wrapped(plain(intro(page)), width, "", "")
    yield ""
    asked = [one for one in QUESTIONS if any(one.key in arm.answers for arm in page.arms)]
    yield from _verdicts(page, asked, width)
    for place, question in enumerate(asked, 1):
        yield ""
        yield f"{place}. {question.title}"
        same: dict[str, list[str]] = {}
        for arm in page.arms:
            if (answer := arm.answers.get(question.key)) is not None:
                name = f"{visible(arm.name)}{plain(start_of(page, arm))}"
                said = f"{answer.verdict}. {plain(answer.said)}"
                same.setdefault(said, []).append(name)
        for said, names in same.items():
            yield from wrapped(f"{', '.join(names)}: {said}", width, "  ", "    ")
        caveats = [one for arm in page.arms if question.key in arm.answers
                   for one in arm.answers[question.key].caveats]  # fmt: skip
        for line in dict.fromkeys(map(plain, caveats)):
            yield from wrapped(f"note: {line}", width, "  ", "    ")
    yield from _along(page, width)
    yield ""
    for caveat in page.caveats:
        yield from wrapped(plain(caveat), width, "", "  ")
    for note in page.notes:
        yield from wrapped(f"note: {visible(note)}", width, "", "  ")


def _verdicts(page: Page, asked: Sequence[Question], width: int) -> Iterator[str]:
    """Yield a table of verdicts, question by question; as many tables as are needed to fit."""
    names = [_short(arm.name) for arm in page.arms]
    columns = [[str(place), *(verdict(arm, one.key) for arm in page.arms)]
               for place, one in enumerate(asked, 1)]  # fmt: skip
    room = width - max(map(len, names))
    parts: list[list[list[str]]] = [[]]
    for column in columns:
        taken = sum(_wide(one) for one in parts[-1])
        if parts[-1] and taken + _wide(column) > room:
            parts.append([])
        parts[-1].append(column)
    for place, part in enumerate(parts):
        if place:
            yield ""
        head, *cells = zip(["", *names], *part, strict=True)
        yield from table(cells, head)


def _wide(column: Sequence[str]) -> int:
    """Return what a column takes, with the gap before it."""
    return _GAP + max(map(len, column))


def _along(page: Page, width: int) -> Iterator[str]:
    """Tell how the score goes along each series."""
    if page.series:
        yield ""
        yield "Along series"
    for one in page.series:
        head = f"{visible(one.name)} ({plain(course_of(one))})"
        yield from wrapped(
            f"{head}: {one.answer.verdict}. {plain(one.answer.said)}", width, "  ", "    "
        )


def _short(name: str) -> str:
    shown = visible(name)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
