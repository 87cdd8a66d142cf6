"""Whatever a model says, or a name holds, it acts in no face of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.report import Page, explanations, summary
from harness.report.headline import headline
from harness.report.markdown import comment, step_summary
from harness.report.restored import run_of
from harness.report.untrusted import code, escaped, fenced, in_html, printable

Look = Callable[[str], list[str]]
Poison = Callable[[str], dict[str, Any]]

KINDS = (
    "escape codes", "controls", "bidi and invisible", "surrogates", "mentions", "references",
    "autolinks", "links", "images", "html", "fences", "structure", "marker look-alikes",
    "workflow commands", "verdict look-alikes", "tables and formulas", "scripts of the world",
)  # fmt: skip


def test_the_corpus_is_whole(hostile: dict[str, list[str]]) -> None:
    """There are hundreds of texts, and each kind is tested."""
    assert sum(map(len, hostile.values())) >= 300
    assert set(hostile) == set(KINDS)


@pytest.mark.parametrize(
    "raw",
    ["[x](https://a.example)", "<b>x</b>", "@me", "see #1", "![x](y)", "www.a.example",
     "<!-- x -->", "::error::x", "##[error]x", "\x1b[1mx", "GH-1", ":tada:", "</details>",
     "a@b.example", "deadbeef", "# x"],
)  # fmt: skip
def test_the_look_finds_what_acts(active: Look, raw: str) -> None:
    """The check itself sees links, tags, mentions, commands and codes that were let through."""
    assert active(raw)


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_acts_in_markdown(hostile: dict[str, list[str]], active: Look, kind: str) -> None:
    """In a cell, a sentence, a list, a summary and a block of code, alone and among words."""
    for text in hostile[kind]:
        for said in (text, f"so: {text} it is", f"{text}{text}"):
            page = "\n\n".join([
                f"| a | b |\n| --- | --- |\n| {code(said, 200)} | last cell |",
                escaped(said), f"- {escaped(said)}\n- {code(said, 200, cell=False)}",
                f"**Next** {escaped(said)}",
                f"<details><summary>{in_html(said)}</summary>", fenced(said, 500), "</details>",
            ])  # fmt: skip
            assert not active(page), page
            assert "| last cell |" in page.splitlines()[2]


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_acts_on_a_terminal(hostile: dict[str, list[str]], acting: Look, kind: str) -> None:
    """Nor in a log, whatever stands before it."""
    for text in hostile[kind]:
        assert not acting(printable(text)), text
        assert not acting(printable(text, lines=False)), text


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_acts_in_a_run(
    hostile: dict[str, list[str]], poisoned: Poison, active: Look, acting: Look, kind: str
) -> None:
    """In whatever place of a run it stands: all faces show the verdict first, and no more acts."""
    for text in hostile[kind][:: 1 if len(hostile[kind]) < 16 else 2]:
        data = poisoned(text)
        run = run_of(data)
        verdict = headline(run)
        assert verdict.startswith("EXPLORATORY, NOT PROVEN: 3 refuted, 1 inconclusive")
        page = comment(data)
        assert page.startswith(f"### {verdict}\n")
        assert not active(page), text
        assert page.count("400\N{NO-BREAK SPACE}x\N{NO-BREAK SPACE}16 |") == 13
        told = [line for title, lines in explanations(run) for line in (title, *lines)]
        shown = "\n".join([*summary(run, Page(width=80)), *told])
        assert shown.startswith(f"{verdict}\n")
        assert not acting(shown), text


def test_a_large_run_fits(large: dict[str, Any], active: Look) -> None:
    """300 claims, 50 failing, huge and hostile: a comment and a summary within GitHub's limits."""
    text = comment(large)
    assert len(text) <= 65_536
    assert text.startswith("### NOT PROVEN: ")
    assert not active(text)
    assert text.count("| **") >= 50
    long = step_summary(large)
    assert len(long.encode()) <= 2**20
    assert long.startswith("### NOT PROVEN: ")
    assert not active(long)
    assert len(long) > len(text)


@pytest.mark.parametrize("most", [30_000, 20_000, 8_000, 3_000, 600])
def test_what_does_not_fit_is_left_out_whole(
    large: dict[str, Any], active: Look, most: int
) -> None:
    """However small the room: nothing is cut within, and what is left out is counted."""
    text = comment(large, most)
    assert len(text) <= most
    assert text.startswith("### NOT PROVEN: ")
    assert "`run.json` has all" in text
    assert not active(text)


def test_a_large_run_is_folded_on_a_terminal(large: dict[str, Any], acting: Look) -> None:
    """Failing claims have a row each, the others are counted by file; -v shows all, -q a line."""
    run = run_of(large)
    lines = list(summary(run, Page(width=80)))
    assert lines[0].startswith("NOT PROVEN: ")
    assert not acting("\n".join(lines))
    rows = [line for line in lines if line.startswith((" REFUTED", " INCONCLUSIVE"))]
    assert len(rows) == 50
    assert not any(line.startswith(" supported") for line in lines)
    assert "supported: 250 claims, not shown; -v shows all" in lines
    assert "  evals/test_1.py: 83 claims in 20 evals" in lines
    every = list(summary(run, Page(width=80, verbosity=1)))
    assert sum(line.startswith(" supported") for line in every) == 250
    assert list(summary(run, Page(verbosity=-1))) == lines[:1]


def test_a_green_run_is_short(large: dict[str, Any]) -> None:
    """300 supported claims are a handful of lines."""
    fine = [one for one in large["claims"] if one["decision"]["verdict"] == "supported"] * 2
    evals = [{**one, "outcome": "passed"} for one in large["evals"]]
    run = run_of({**large, "claims": fine[:300], "evals": evals})
    lines = list(summary(run, Page(width=80)))
    assert lines[0] == "SUPPORTED: all of 300 claims in 60 evals"
    assert len(lines) < 12


def test_huge_texts_are_cut_visibly(large: dict[str, Any]) -> None:
    """A text of 100,000 characters takes a row, and its length is told."""
    text = json.dumps(list(summary(run_of(large), Page(width=80))))
    assert "[100,000 characters]" in text
    assert len(text) < 60_000
