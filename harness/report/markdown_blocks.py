"""Blocks of GitHub's Markdown: each is whole, and says what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from harness.report.numbers import counted
from harness.report.untrusted import code, escaped, in_html, shortened


class Room(NamedTuple):
    """How much a page may hold.

    Attributes
    ----------
    open, told
        Claims that are not supported, and those of them that are explained.
    claims
        All claims, folded away.
    flips
        Items that differ, of each pair.
    notes
        Warnings and remarks.
    rows
        Pairs, curves, arms of a curve and of the costs.
    cell
        Characters of a cell; a sentence may have twice as many.
    """

    open: int
    told: int
    claims: int
    flips: int
    notes: int
    rows: int
    cell: int


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return a table; cells are Markdown, `right` are columns of numbers."""
    rule = ["---:" if column in right else "---" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])


def details(summary: str, blocks: Iterable[str]) -> str:
    """Return blocks that are folded away."""
    return "\n\n".join([f"<details><summary>{in_html(summary)}</summary>", *blocks, "</details>"])


def bullets(lines: Iterable[str]) -> str:
    """Return a list; its lines are Markdown."""
    return "\n".join(f"- {line}" for line in lines)


def name(text: str, room: Room, times: int = 1) -> str:
    """Return a name or a formula in a sentence."""
    return code(text, times * room.cell, cell=False)


def prose(text: str, room: Room) -> str:
    """Return a sentence that is not ours."""
    return escaped(shortened(text, 2 * room.cell))


def left_out(whole: int, most: int, noun: str) -> Iterator[str]:
    """Yield how many are not shown, if any."""
    if whole > most:
        yield f"{counted(whole - most, f'more {noun}')} left out here; `run.json` has all."
