"""Selections of items that options take, such as ``--where split=id|hard``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.records import Where

_Tag = tuple[str, tuple[str, ...]]


def add_where(parser: argparse._ActionsContainer) -> None:
    """Add the option `--where`; `where_of` tells what it selects."""
    parser.add_argument(
        "--where", type=_tag, action="append", default=[], metavar="TAG=VALUE",
        help="these items alone; several values are parted by |, and it may be repeated",
    )  # fmt: skip


def _tag(text: str) -> _Tag:
    tag, equals, values = text.partition("=")
    if not (tag and equals and values):
        msg = f"{text!r} is no TAG=VALUE, such as split=hard"
        raise argparse.ArgumentTypeError(msg)
    return tag, tuple(values.split("|"))


def where_of(given: Sequence[_Tag]) -> Where:
    """Gather the values of each tag: one of them will do."""
    found: dict[str, tuple[str, ...]] = {}
    for tag, values in given:
        found[tag] = (*found.get(tag, ()), *values)
    return tuple(found.items())
