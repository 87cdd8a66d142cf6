"""What an eval tells the gate survives as plain types."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness.pytest_plugin.transport import Message, decode, encode
from harness.records import Check, Ruling, Stage

STAGE = Stage(number=2, most=8, fraction=0.7, level=0.01, futility=None, detectable=0.05)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"stage": STAGE, "warnings": ("one", "two"), "exploratory": "attempt 2"},
        {"checks": (Check(method="McNemar exact", p=0.03),), "detectable": None},
    ],
    ids=["plain", "at a look", "with checks"],
)
def test_a_ruling_survives(ruling: Callable[..., Ruling], changes: dict[str, object]) -> None:
    """A ruling that was encoded, written as JSON and decoded is the same ruling."""
    found = ruling(**changes)
    message: Message = {
        "outcome": "passed", "rulings": json.loads(json.dumps([encode(found)])),
        "unasserted": ["a > b"],
    }  # fmt: skip
    result = decode("e.py::test_it", message)
    assert result.rulings == (found,)
    assert (result.nodeid, result.outcome, result.unasserted) == (
        "e.py::test_it", "passed", ("a > b",),
    )  # fmt: skip


def test_an_eval_that_decided_nothing_survives() -> None:
    """A message may hold an outcome alone."""
    result = decode("e.py::test_it", {"outcome": "error"})
    assert (result.rulings, result.unasserted) == ((), ())
