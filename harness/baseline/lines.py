"""The lines of items in a baseline's file, taken apart into the texts of their fields.

A line as it is written is matched by one expression, which keeps to the schema. Any other is held
against the schema, which says what is wrong with it, or it is brought into the same form. Figures
stay texts here: they are turned into numbers many lines at a time.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.baseline.migrate import HINT
from harness.errors import BaselineError
from harness.schemas.read import parse_json

#: The last line of a file.
END = '{"complete": true}'
_END = END.replace(" ", "")
#: Texts of an item's id, the hash of its prompt, where it is from, its draws, their sums, squares
#: and products, and its answers: JSON without brackets around origin and figures.
Fields = tuple[str, ...]

_ORIGIN = ("epoch", "taken", "model", "how", "measure")
_FIGURES = ("sums", "squares", "products")
#: What git puts around two versions of some lines.
_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_MERGE = (
    "merge anew with `baselines*/** merge=union` in evals/.gitattributes, or keep one header and "
    "one line of each item"
)
_COUNT = r"[1-9][0-9]{0,8}"
_DRAWS = r"[1-9][0-9]{0,4}"  # so that the schema sees what may be too many
_FIGURE = r"(?:0|[1-9][0-9]{0,8}+)(?:\.[0-9]{1,17}+)?+(?:e-[0-9]{1,3}+)?+"
_ANSWER = rf'"[0-9a-f]{{0,8}}": {_COUNT}'


def fields(text: str, start: int, width: int, where: str) -> Iterator[tuple[int, Fields]]:
    """Yield where the line of each item begins in a file, and its fields.

    Parameters
    ----------
    start
        Where the header ends.
    width
        How many metrics there are.
    where
        The file.

    Raises
    ------
    BaselineError
        If a line is no JSON or breaks the schema, or the end is missing or not the end.
    """
    match, place = _plain(width).match, start
    while place < len(text):
        if found := match(text, place):
            yield place, found.groups()
            place = found.end()
            continue
        stop = text.find("\n", place)
        stop = len(text) if stop < 0 else stop
        line = text[place:stop]
        if "".join(line.split()) == _END:
            _check_end(text, stop, where)
            return
        if line and not line.isspace():
            row = parse_json(line, schema="baseline_item", where=where, kind=BaselineError,
                             hint=HINT, fixed=True, line=line_of(text, place))  # fmt: skip
            yield place, fields_of(row, width, f"{where}:{line_of(text, place)}")
        place = stop + 1
    raise BaselineError("the file was cut off: its last line is missing", where=where, hint=HINT)


def line_of(text: str, place: int) -> int:
    """Return the number of the line, from 1, in which a place of a text lies."""
    return text.count("\n", 0, place) + 1


def check_merged(text: str, where: str) -> None:
    """Refuse what git left of a merge that is to be made by hand.

    Raises
    ------
    BaselineError
        With the first of its marks.
    """
    if found := _CONFLICT.search(text):
        place = f"{where}:{line_of(text, found.start())}"
        msg = "this baseline is no JSON, it holds a merge conflict"
        raise BaselineError(msg, where=place, hint=_MERGE)


def fields_of(row: Mapping[str, Any], width: int, where: str) -> Fields:
    """Return the fields of a row that keeps to the schema, however its line was written.

    Raises
    ------
    BaselineError
        If it has more or fewer figures than there are metrics.
    """
    lengths = tuple(len(row[key]) for key in _FIGURES)
    if lengths != (width, width, _pairs(width)):
        raise impossible_sums(row["id"], int(row["n"]), where)
    origin = {key: row[key] for key in _ORIGIN if key in row}
    return (
        row["id"],
        row["prompt"],
        json.dumps(origin)[1:-1],
        str(int(row["n"])),  # a schema takes 8.0 for whole, too
        *(json.dumps(row[key])[1:-1] for key in _FIGURES),
        json.dumps(row["answers"]),
    )


def impossible_sums(item: str, draws: int, where: str) -> BaselineError:
    """Return the error of an item whose figures no scores add up to."""
    msg = f"item {item} holds sums that {draws} draws can't have"
    return BaselineError(msg, where=where, hint=HINT)


def _pairs(width: int) -> int:
    return width * (width - 1) // 2


@functools.cache
def _plain(width: int) -> re.Pattern[str]:
    """Return what a line of so many metrics is like, with the empty lines behind it."""
    one, pairs = _figures(width), _figures(_pairs(width))
    return re.compile(
        r'\{"id": "([0-9a-f]{16})", "prompt": "((?:[0-9a-f]{16})?)", '
        rf'("epoch": {_COUNT}, "taken": "[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}", '
        r'"model": "(?:[0-9a-f]{16})?", "how": "(?:drawn|record)"'
        r'(?:, "measure": "[0-9a-f]{8}")?), '
        rf'"n": ({_DRAWS}), "sums": \[({one})\], "squares": \[({one})\], '
        rf'"products": \[({pairs})\], "answers": (\{{(?:{_ANSWER}(?:, {_ANSWER})*+)?\}})\}}\n++'
    )


def _figures(count: int) -> str:
    return f"{_FIGURE}(?:, {_FIGURE}){{{count - 1}}}" if count else ""


def _check_end(text: str, place: int, where: str) -> None:
    """Refuse what stands behind the last line."""
    rest = text[place:]
    if rest and not rest.isspace():
        place += len(rest) - len(rest.lstrip())
        msg = "something stands after the end"
        raise BaselineError(msg, where=f"{where}:{line_of(text, place)}", hint=HINT)
