"""A run in GitHub's Markdown: for a comment on a pull request, and for a step's summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.report.headline import headline
from harness.report.markdown_blocks import Room
from harness.report.markdown_details import folded
from harness.report.markdown_head import head
from harness.report.restored import run_of

#: Characters of a comment, and bytes of the summary of a step, that GitHub takes.
COMMENT, SUMMARY = 65_536, 2**20

#: From what is told at best to what fits whatever there is to tell.
_ROOMS = (
    Room(open=1_000, told=300, claims=2_000, flips=100, notes=200, rows=100, cell=300),
    Room(open=200, told=60, claims=400, flips=20, notes=50, rows=30, cell=120),
    Room(open=100, told=30, claims=100, flips=10, notes=20, rows=20, cell=120),
    Room(open=60, told=15, claims=0, flips=5, notes=10, rows=10, cell=100),
    Room(open=40, told=5, claims=0, flips=0, notes=5, rows=5, cell=80),
    Room(open=20, told=2, claims=0, flips=0, notes=0, rows=2, cell=40),
)


def comment(run: Mapping[str, Any], most: int = COMMENT) -> str:
    """Return a run as a comment of at most `most` characters, from a parsed `run.json`.

    The verdict is the first line; then what was compared, the claims that are not supported, why,
    and what to do; the rest is folded away. What does not fit is left out in whole rows, and said
    to be. Nothing that a model, a task or a name says acts as Markdown.
    """
    return _fitted(run, _ROOMS[1:], most, len)


def step_summary(run: Mapping[str, Any], most: int = SUMMARY) -> str:
    """Return a run as the summary of a step, of at most `most` bytes in UTF-8; as `comment`."""
    return _fitted(run, _ROOMS, most, lambda text: len(text.encode()))


def _fitted(
    data: Mapping[str, Any], rooms: Sequence[Room], most: int, size: Callable[[str], int]
) -> str:
    run = run_of(data)
    for room in rooms:
        text = "\n\n".join([*head(data, run, room), *folded(data, run, room)]) + "\n"
        if size(text) <= most:
            return text
    return f"### {headline(run)}\n\nThere is no room for more here; `run.json` has all.\n"
