"""The evidence in the message of a failed assert, where pytest can only name the claim.

pytest explains comparisons, such as ``assert a > b``. Of any other object it tells what that is
called, and by which calls it came about.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.judge import joined
from harness.records import Ruling
from harness.report import explain

_NAMED = "assert <claim "


def put_evidence(call: pytest.CallInfo[None], rulings: Sequence[Ruling]) -> None:
    """Let the assert that ended a test say what was found, if it is one of a claim as a whole."""
    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, AssertionError) and error.args and isinstance(error.args[0], str):
        missed = [one for one in joined(list(rulings)) if one.decision.verdict != "supported"]
        error.args = (_with_evidence(error.args[0], asserted(call, missed)), *error.args[1:])


def asserted(call: pytest.CallInfo[None], rulings: Sequence[Ruling]) -> list[Ruling]:
    """Return those whose truth was asked for where an `AssertionError` was raised."""
    if call.excinfo is None or not isinstance(call.excinfo.value, AssertionError):
        return []
    entry = call.excinfo.traceback[-1]
    first = entry.lineno + 1
    lines = range(first, first + max(1, len(entry.statement.lines)))
    return [
        ruling
        for ruling in rulings
        if str(entry.path).endswith(ruling.place.rpartition(":")[0])
        and int(ruling.place.rpartition(":")[2]) in lines
    ]


def _with_evidence(message: str, rulings: Sequence[Ruling]) -> str:
    """Put evidence in the place of the claim's name, and keep what the test says before that."""
    said, named, _ = message.partition(_NAMED)
    evidence = "\n  ".join(line for ruling in rulings for line in explain(ruling))
    return f"{said}assert {evidence}" if named and evidence else message
