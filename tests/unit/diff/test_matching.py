"""Which sides are compared, and which are the same draws."""

from __future__ import annotations

import pytest

from harness.diff import Found, Side, matched
from harness.errors import DiffError
from harness.records import Task


def found(name: str, *items: str, origin: str = "stream 1") -> Found:
    """Return a side that is not read."""

    def read(name: str, task: Task) -> Side:
        raise AssertionError(name, task)

    return Found(
        name=name, arm="rl", task="sums", origin=origin, read=read, full=f"{name}.json:rl",
        items=items,
    )  # fmt: skip


@pytest.mark.parametrize("other", [("a", "b"), ("b", "c"), ()])
def test_one_stream_is_the_same_draws(other: tuple[str, ...]) -> None:
    """Of items that both have, or that are not known, two runs of one stream have one draw."""
    with pytest.raises(DiffError, match=r"'old' and 'new' are the same draws"):
        matched([found("old", "a", "b")], [found("new", *other)])


def test_other_items_of_one_stream_are_other_draws() -> None:
    """Each run of a task of fresh items has its own; that none is in common is told later."""
    one, other = found("old", "a", "b"), found("new", "c")
    assert matched([one], [other]) == [(one, other)]


def test_another_stream_is_compared() -> None:
    """The same items, of two arms."""
    one, other = found("old", "a"), found("new", "a", origin="stream 2")
    assert matched([one], [other]) == [(one, other)]
