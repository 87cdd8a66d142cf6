"""Whether the twins of a task are pairs that claims can compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from harness.errors import TaskError
from harness.records import Item

_PAIR = 2


def check_twins(items: Iterable[Item], where: Callable[[Item], str]) -> None:
    """See that each name of a twin is that of two items, which a selection can tell apart.

    Parameters
    ----------
    items
        All items of a task.
    where
        Names the place of an item.

    Raises
    ------
    TaskError
        If it is that of one item or of three, their tags are the same, or one of them is in
        another cluster than the other; names the line.
    """
    named: dict[str, list[Item]] = {}
    for item in items:
        if item.twin is not None:
            named.setdefault(item.twin, []).append(item)
    for name, found in named.items():
        if len(found) != _PAIR:
            count = "one item" if len(found) == 1 else f"{len(found)} items"
            msg = f"twin {name!r} is the name of {count}, not of two"
            hint = "give it to both items of a pair, and to no others"
            raise TaskError(msg, where=where(found[-1]), hint=hint)
        one, other = found
        if one.tags == other.tags:
            msg = f"both items of twin {name!r} have the same tags: no claim can tell them apart"
            hint = 'tag them apart, for example "version": "plain" and "version": "perturbed"'
            raise TaskError(msg, where=where(other), hint=hint)
        if one.cluster != other.cluster:
            names = ("none" if item.cluster is None else repr(item.cluster) for item in found)
            msg = f"twin {name!r} stands in two clusters: {' and '.join(names)}"
            raise TaskError(msg, where=where(other), hint="put both items into one, or neither")
