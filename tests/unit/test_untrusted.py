"""What a model wrote is shown without any effect of its own."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.untrusted import code, escaped, fenced, in_html, shortened, visible

anything = st.text(st.characters(exclude_categories=[]), max_size=60)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, été, 数学", "plain, été, 数学"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("a\u200bb\u2028c\ufeff", "a\\u200bb\\u2028c\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("e" + "\u0301" * 4, "e\u0301\u0301\\u0301\\u0301"),
    ],
)
def test_what_acts_is_written_out(text: str, shown: str) -> None:
    """Escape sequences, bidirectional and invisible characters and piled marks are spelt."""
    assert visible(text) == shown


@given(anything)
def test_nothing_that_acts_is_left(text: str) -> None:
    """Whatever the text, no control, format, surrogate or unassigned character stays."""
    for shown in (visible(text), visible(text, lines=True).replace("\n", "")):
        kinds = {unicodedata.category(one) for one in shown}
        assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        shown.encode()  # which raises on a surrogate


@given(anything)
def test_a_fence_holds(text: str) -> None:
    """No line of a block closes it before its end."""
    opened, *lines, closed = fenced(text, 1000).split("\n")
    fence = opened.removesuffix("text")
    assert set(fence) == {"`"} == set(closed)
    assert not any(fence in line for line in lines)


@given(anything)
def test_a_span_of_code_is_one_cell(text: str) -> None:
    """A span is one line, with no bar that parts cells, and no run of backticks like its own."""
    span = code(text, 1000)
    assert "\n" not in span
    assert "|" not in span.replace("\\|", "")
    if span.startswith("`"):
        fence = span[: len(span) - len(span.lstrip("`"))]
        assert fence not in span[len(fence) : -len(fence)]


def test_prose_has_no_markup_of_its_own() -> None:
    """Links, tags, mentions and numbers of issues are text."""
    assert escaped("[x](y) <b> @me #1 *a*") == ("\\[x\\](y) &lt;b&gt; @&#8203;me #&#8203;1 \\*a\\*")
    assert in_html("<img src=x> & @me") == "&lt;img src=x&gt; &amp; @&#8203;me"


def test_a_long_text_is_cut_visibly() -> None:
    """The beginning and the end stay, where answers stand; the length is told."""
    short = shortened("a" * 500 + "z" * 500, 60)
    assert len(short) <= 60
    assert short.startswith("aaa")
    assert short.endswith("zzz")
    assert "[1,000 characters]" in short
    assert shortened("as it is", 60) == "as it is"
