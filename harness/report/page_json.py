"""A page for other tools."""

from __future__ import annotations

from dataclasses import asdict

from harness.report.layout import laid_out
from harness.report.page_words import plain
from harness.study.answer import Answer
from harness.study.page import Page
from harness.study.questions import QUESTIONS

SCHEMA = 1  # 1: first version


def page_json(page: Page) -> str:
    """Write a page as JSON, its sentences as texts."""
    data = {
        "schema": SCHEMA,
        "questions": [
            {"key": one.key, "title": one.title, "rule": one.rule} for one in QUESTIONS
        ],
        **asdict(page),
        "where": {tag: list(values) for tag, values in page.where},
        "caveats": [plain(one) for one in page.caveats],
        "arms": [
            {
                "name": arm.name, "start": arm.start,
                "answers": {key: _answer(one) for key, one in arm.answers.items()},
                "lines": [asdict(one) for one in arm.lines],
            }
            for arm in page.arms
        ],
        "series": [
            {"name": one.name, "arms": list(one.arms), "at": list(one.at),
             "answer": _answer(one.answer)}
            for one in page.series
        ],
    }  # fmt: skip
    return laid_out(data) + "\n"


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "verdict": answer.verdict,
        "words": dict(answer.words),
        "said": plain(answer.said),
        "figures": [asdict(one) for one in answer.figures],
        "caveats": [plain(one) for one in answer.caveats],
    }
