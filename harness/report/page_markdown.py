"""A page in GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.report.markdown_blocks import bullets, details, table
from harness.report.page_words import (
    NOT_ASKED,
    course_of,
    intro,
    marked,
    ours,
    provenance,
    row,
    start_of,
)
from harness.report.untrusted import code, escaped
from harness.study.along import RULE
from harness.study.answer import Sentence
from harness.study.page import Arm, Page
from harness.study.questions import QUESTIONS, Question

_CELL = 80
_MOST_WORDS = 4
_HASH = 12  # characters of one that tell it apart
_HEAD = ("arm", "figure", "on", "before", "after", "value", "interval")
_NUMBERS = (3, 4, 5, 6)


def page_markdown(page: Page, chart: str = "") -> str:
    """Write a page; `chart` is the address of its chart, empty if there is none."""
    asked = [one for one in QUESTIONS if any(one.key in arm.answers for arm in page.arms)]
    blocks = [
        f"# What training did: {code(page.task, _CELL, cell=False)}",
        marked(intro(page)),
        _verdicts(page, asked),
    ]
    for place, question in enumerate(asked, 1):
        blocks += _question(page, question, place)
        if question.key == "tries" and chart:
            blocks.append(f"![pass@k of each arm and its start]({chart})")
    blocks += _along(page)
    blocks += [
        "## To be kept in mind",
        bullets(marked(one) for one in page.caveats),
        *([bullets(f"note: {escaped(note)}" for note in page.notes)] if page.notes else []),
        "## What was drawn",
        _drawn(page),
        marked(provenance(page)),
    ]
    return "\n\n".join(blocks) + "\n"


def _verdicts(page: Page, asked: list[Question]) -> str:
    rows = (
        [_name(arm.name) + marked(start_of(page, arm), cell=True)]
        + [_verdict(arm, one.key) for one in asked]
        for arm in page.arms
    )
    return table(["arm", *(one.head for one in asked)], rows)


def _verdict(arm: Arm, key: str) -> str:
    """Write a verdict; where sets of items differ, that of each."""
    answer = arm.answers.get(key)
    if answer is None:
        return NOT_ASKED
    by_word: dict[str, list[str]] = {}
    for where, word in answer.words.items():
        by_word.setdefault(word, []).append(where)
    if not 1 < len(by_word) <= _MOST_WORDS:
        return answer.verdict
    return "<br/>".join(
        f"{word}: {', '.join(_name(where) for where in places)}" for word, places in by_word.items()
    )


def _question(page: Page, question: Question, place: int) -> Iterator[str]:
    yield f"## {place}. {question.title}"
    answers = [(arm, arm.answers[question.key]) for arm in page.arms if question.key in arm.answers]
    same: dict[tuple[str, str], list[str]] = {}
    for arm, answer in answers:
        name = code(arm.name, _CELL, cell=False)
        same.setdefault((answer.verdict, marked(answer.said)), []).append(name)
    yield bullets(
        f"**{', '.join(names)}: {word}.** {said}." for (word, said), names in same.items()
    )
    caveats = dict.fromkeys(marked(one) for _, answer in answers for one in answer.caveats)
    if caveats:
        yield bullets(f"note: {one}." for one in caveats)
    yield f"<sub>{ours(question.rule)}.</sub>"
    rows = [
        [_name(arm.name), *_cells(row(figure))]
        for arm, answer in answers
        for figure in answer.figures
    ]
    if rows:
        yield details("figures", [table(_HEAD, rows, _NUMBERS)])


def _along(page: Page) -> Iterator[str]:
    """Tell how the score goes along each series."""
    if not page.series:
        return
    yield "## Along series"
    yield bullets(
        f"**{code(one.name, _CELL, cell=False)} ({marked(course_of(one))}): "
        f"{one.answer.verdict}.** {marked(one.answer.said)}."
        for one in page.series
    )
    yield f"<sub>{ours(RULE)}.</sub>"
    rows = [
        [_name(one.name), *_cells(row(figure))]
        for one in page.series
        for figure in one.answer.figures
    ]
    yield details("figures", [table(("series", *_HEAD[1:]), rows, _NUMBERS)])


def _cells(cells: Iterable[Sentence]) -> list[str]:
    return [marked(cell, cell=True) for cell in cells]


def _name(text: str) -> str:
    return code(text, _CELL)


def _drawn(page: Page) -> str:
    rows = [
        [
            _name(one.name),
            code(one.model[:_HASH], _CELL) if one.model else "not known",
            str(one.items),
            str(one.most) if one.fewest == one.most else f"{one.fewest} to {one.most}",
            code(one.scorer[:_HASH], _CELL),
        ]
        for one in page.drawn
    ]
    return table(["arm", "model", "items", "draws of each", "scorer"], rows, (2, 3))
