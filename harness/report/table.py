"""Tables on a terminal: with lines of their own for titles, and one column that is wrapped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from tabulate import tabulate

_MARK = "\N{SECTION SIGN}"
_NARROWEST = 20
_GAP = 2
_PADDING = 2  # tabulate keeps a header's column this much wider than the header

#: A title, which gets a line of its own, or the cells of a row.
Row = str | tuple[str, ...]


def table(
    rows: Sequence[Row],
    head: Sequence[str],
    *,
    width: int | None = None,
    wrapped: int = 0,
    right: int = 0,
) -> Iterator[str]:
    """Yield the lines of a table.

    Parameters
    ----------
    rows
        Titles and rows, in order.
    head
        Names of the columns.
    width
        Columns of the terminal to fit into, by wrapping one column; None for as wide as it gets.
    wrapped
        Which column that is.
    right
        How many of the last columns are numbers, and stand to the right.
    """
    cells = [
        (f"{_MARK}{index}", *[""] * (len(head) - 1)) if isinstance(row, str) else row
        for index, row in enumerate(rows)
    ]
    if width is not None:
        room = max(_NARROWEST, width - _beside(cells, head, wrapped))
        cells = [
            tuple(_wrap(cell, room) if column == wrapped else cell
                  for column, cell in enumerate(row))
            for row in cells
        ]  # fmt: skip
    text = tabulate(
        cells, headers=head, tablefmt="simple", disable_numparse=True, preserve_whitespace=True,
        colalign=["left"] * (len(head) - right) + ["right"] * right if cells else None,
    )  # fmt: skip
    for line in text.splitlines():
        mark = line.strip()
        title = mark.startswith(_MARK) and mark[1:].isdecimal()
        yield str(rows[int(mark[1:])]) if title else line.rstrip()


def _beside(cells: Sequence[tuple[str, ...]], head: Sequence[str], wrapped: int) -> int:
    """Return what the other columns need, with the gaps between them."""
    columns = list(zip(head, *cells, strict=True))
    others = columns[:wrapped] + columns[wrapped + 1 :]
    widths = (max([len(name) + _PADDING, *map(len, column)]) for name, *column in others)
    return sum(widths) + _GAP * len(others)


def _wrap(text: str, room: int) -> str:
    """Break a text at spaces, keeping its indent; a longer word stands out rather than be cut."""
    indent = text[: len(text) - len(text.lstrip())]
    return textwrap.fill(
        text.lstrip(), room, initial_indent=indent, subsequent_indent=f"{indent}  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def note(text: str, width: int) -> list[str]:
    """Break a remark under a table into lines."""
    return _wrap(text, width).splitlines()
