"""The faces of one run, as they are kept beside this file: look at them when they change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.report import Page, explanations, summary
from harness.report.markdown import comment
from harness.report.restored import run_of
from harness.report.strip import ASCII, UNICODE

HERE = Path(__file__).parent


def golden(name: str, text: str) -> None:
    """Hold a text against the file of this name; to renew it, delete the file."""
    path = HERE / name
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path} was not there: it is written, look at it")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("width", "glyphs", "name"),
    [(80, UNICODE, "80"), (120, UNICODE, "120"), (80, ASCII, "80_ascii")],
)
def test_the_terminal(red: dict[str, Any], width: int, glyphs: Any, name: str) -> None:  # noqa: ANN401  a named tuple
    """Verdict, claims and what to do, in 80 and 120 columns, and without Unicode."""
    lines = list(summary(run_of(red), Page(width=width, glyphs=glyphs)))
    table = lines[: next(n for n, line in enumerate(lines) if line.startswith("draws: "))]
    assert max(map(len, table)) <= width
    if glyphs is ASCII:
        assert all(line.isascii() for line in lines)
    golden(f"terminal_{name}.txt", "\n".join(lines) + "\n")


def test_the_explanations(red: dict[str, Any]) -> None:
    """What is not supported is explained in full, eval by eval."""
    told = [line for title, lines in explanations(run_of(red)) for line in (title, *lines)]
    golden("explanations.txt", "\n".join(told) + "\n")


def test_the_comment(red: dict[str, Any], active: Callable[[str], list[str]]) -> None:
    """Verdict, what was compared, open claims, why, what to do; the rest is folded away."""
    text = comment(red)
    assert not active(text)
    golden("comment.md", text)
