"""A page on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from harness.report.diff_table import wrapped
from harness.report.page_words import intro, plain, start_of, verdict
from harness.report.table import table
from harness.report.untrusted import printable, visible
from harness.study.page import Page
from harness.study.questions import QUESTIONS

_LONGEST = 20


def page_lines(page: Page, width: int) -> Iterator[str]:
    """Yield the lines of a page for a terminal `width` columns wide; figures stand elsewhere."""
    return (printable(line) for line in _lines(page, width))


def _lines(page: Page, width: int) -> Iterator[str]:
    yield from wrapped(plain(intro(page)), width, "", "")
    yield ""
    asked = [one for one in QUESTIONS if any(one.key in arm.answers for arm in page.arms)]
    rows = [(_short(arm.name), *(verdict(arm, one.key) for one in asked)) for arm in page.arms]
    yield from table(rows, ["", *(str(place) for place in range(1, len(asked) + 1))])
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
    yield ""
    for caveat in page.caveats:
        yield from wrapped(plain(caveat), width, "", "  ")
    for note in page.notes:
        yield from wrapped(f"note: {visible(note)}", width, "", "  ")


def _short(name: str) -> str:
    shown = visible(name)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
