"""Whatever arms, splits, controls and metrics are called, it acts nowhere on a page."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from harness.diff.curve import Point
from harness.report.page_chart import page_chart
from harness.report.page_markdown import page_markdown
from harness.report.page_table import page_lines
from harness.study.answer import Answer, Figure, Name
from harness.study.page import Arm, Course, Drawn, Line, Page
from harness.study.questions import QUESTIONS

from .test_hostile import KINDS

Look = Callable[[str], list[str]]

#: What the page has beside the blocks of other faces.
_OURS = {"<h1>", "<h2>", "<sub>", "<br>", "<img>", "<img src>", "<img alt>"}
_SVG = "{http://www.w3.org/2000/svg}"


def page(text: str) -> Page:
    """Return a page with a text in each place that users name."""
    figures = (
        Figure(what="share that goes with", unit="ratio", value=0.5, low=0.1, high=0.9, of=text,
               where=text),
        Figure(what="items", unit="items", value=2, expected=0.1, p=0.0001, where=text),
        Figure(what="curves cross at", unit="tries", value=None, low=4, most=8, where=text),
    )  # fmt: skip
    answer = Answer(
        verdict="mixed",
        said=("higher on ", Name(text=text), " ", *figures),
        words={text: "yes", f"{text}x": "no"},
        figures=figures,
        caveats=(("on ", Name(text=text), " nothing is decided"),),
    )
    points = tuple(Point(k=k, before=0.1, after=0.2, effect=0.1, low=0, high=0.2) for k in (1, 2))
    arm = Arm(
        name=text, start=f"{text}x", answers={one.key: answer for one in QUESTIONS},
        lines=(Line(where=text, points=points),),
    )  # fmt: skip
    return Page(
        task=text, where=((text, (text,)),), by=text, metric=text, level=0.9, within=None,
        base=text, arms=(arm,),
        series=(Course(name=text, arms=(text, text), at=(0, 1), answer=answer),), notes=(text,),
        caveats=(("of ", Name(text=text)),),
        drawn=(Drawn(name=text, model=text, items=1, fewest=1, most=2, scorer=text),), seed=None,
        version="1",
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_acts_on_a_page(
    hostile: dict[str, list[str]], active: Look, acting: Look, kind: str
) -> None:
    """Neither as GitHub's Markdown, nor on a terminal, nor in the chart."""
    for text in hostile[kind]:
        made = page(text)
        assert not [one for one in active(page_markdown(made, "page.svg")) if one not in _OURS], (
            text
        )
        assert not acting("\n".join(page_lines(made, 80))), text
        drawn = ET.fromstring(page_chart(made))  # noqa: S314  it is our own
        tags = {one.tag.removeprefix(_SVG) for one in drawn.iter()}
        assert tags == {"svg", "title", "rect", "path", "text", "polyline"}


def test_tables_keep_their_columns(hostile: dict[str, list[str]]) -> None:
    """No name parts a cell or a row."""
    for text in hostile["tables and formulas"]:
        lines = page_markdown(page(text)).splitlines()
        head = next(n for n, line in enumerate(lines) if line.startswith("| arm | figure |"))
        assert lines[head + 1] == "| --- | --- | --- | ---: | ---: | ---: | ---: |"
        assert lines[head + 2].endswith("| 50% | [10%, 90%] |")
        assert len(lines[head + 2 : head + 5]) == 3
