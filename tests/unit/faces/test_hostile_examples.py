"""Whatever stands in examples, it acts on no terminal and in no Markdown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.examples import Example, Examples, Shown, Stratum
from harness.report.examples_markdown import examples_markdown
from harness.report.examples_table import examples_lines

from .test_hostile import KINDS

Look = Callable[[str], list[str]]


def poisoned(text: str) -> Examples:
    """Return examples with a text in each place where one can stand."""
    shown = Shown(
        side=text, number=1, draws=2, chosen=2, right=1.0, text=text, scores={text: 1.0},
        answer=text, finish=text, tokens=3,
    )  # fmt: skip
    one = Example(id=text, prompt=text, reference=text, tags={text: text}, draws=(shown, shown))
    stratum = Stratum(where={text: [text]}, only=(text,), items=1, of_items=2, draws=1, of_draws=4)
    return Examples(
        task=text, sides=(text, text), metric=text, binary=True, answers=True, seed=0,
        stratum=stratum, examples=(one,), unseen=0.95, rare=0.01, needed=299, notes=(text,),
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_acts_in_examples(
    hostile: dict[str, list[str]], active: Look, acting: Look, kind: str
) -> None:
    """In whatever place it stands, at whatever width lines are broken."""
    for text in hostile[kind][:: 1 if len(hostile[kind]) < 16 else 2]:
        found = poisoned(text)
        for width in (80, 100):
            assert not acting("\n".join(examples_lines(found, width))), text
        assert not active("\n".join(examples_markdown(found))), text
