"""Which sides are compared: those on one task, and of two runs those of one arm."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from harness.diff.side import Found
from harness.errors import DiffError


def told_apart(
    before: Sequence[Found], after: Sequence[Found]
) -> tuple[Sequence[Found], Sequence[Found]]:
    """Name by its run what has one name on both sides, such as an arm of two runs."""
    first, second = ({one.name: one.full for one in side} for side in (before, after))
    alike = {name for name, full in first.items() if second.get(name, full) != full}
    named = [
        [dataclasses.replace(one, name=one.full) if one.name in alike else one for one in side]
        for side in (before, after)
    ]
    return named[0], named[1]


def matched(before: Sequence[Found], after: Sequence[Found]) -> list[tuple[Found, Found]]:
    """Pair what is comparable: the same task, and of two runs the same arm.

    Raises
    ------
    DiffError
        If there is nothing to pair, or all of it are the same draws.
    """
    both = [len({one.arm for one in side}) > 1 for side in (before, after)]
    if both[0] != both[1]:
        several = before if both[0] else after
        arms = ", ".join(dict.fromkeys(one.arm for one in several))
        raise DiffError(f"one side has several arms: {arms}", hint="name one: RUN.json:ARM")
    pairs = [
        (one, other)
        for one in before
        for other in after
        if one.task == other.task and (one.arm == other.arm or not both[0])
    ]
    if not pairs:
        told = " and ".join(_told(side) for side in (before, after))
        raise DiffError(f"the sides have nothing in common: {told}", hint="compare one task")
    different = [pair for pair in pairs if not _same_draws(*pair)]
    if not different:
        one, other = pairs[0]
        msg = f"{one.name!r} and {other.name!r} are the same draws: there is nothing to compare"
        raise DiffError(msg, hint="name two arms, or an arm and its baseline")
    return different


def _same_draws(one: Found, other: Found) -> bool:
    """Say whether two sides share draws; those of other items in one stream are others."""
    apart = one.items and other.items and set(one.items).isdisjoint(other.items)
    return one.origin == other.origin and not apart


def left_out(side: Iterable[Found], pairs: Sequence[tuple[Found, Found]]) -> list[str]:
    """Name the arms and tasks of a side that no pair has."""
    paired = {(one.arm, one.task, one.origin) for pair in pairs for one in pair}
    return [
        f"{one.name} on {one.task}: the other side has no such draws, or the same ones"
        for one in side
        if (one.arm, one.task, one.origin) not in paired
    ]


def _told(side: Sequence[Found]) -> str:
    tasks = ", ".join(sorted({one.task for one in side}))
    return f"{side[0].name!r} is on {tasks}"
