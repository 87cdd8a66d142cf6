"""What changed of a run when it was decided again; and which runs can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import RunError
from harness.records import Ruling
from harness.report import EvalResult, Run
from harness.report.decided import verdict_changes
from harness.report.run_json import to_json
from harness.report.stored import read_run


def _run(*rulings: Ruling) -> Run:
    one = EvalResult(nodeid="e.py::a", outcome="passed", rulings=rulings, unasserted=())
    return Run(evals=(one,), missing=(), deselected=0, baselines=(), settings={}, provenance={})


def _stored(*rulings: Ruling) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(to_json(_run(*rulings)))
    return data


def test_changes_of_verdicts(ruling: Callable[..., Ruling]) -> None:
    """Claims are followed over another margin; those that came or went are told."""
    alarm = ruling(kind="alarm", text="no_evidence(a < b)", effect_text="a - b")
    gone = ruling(effect_text="c - d", text="c > d")
    before = _stored(ruling(), ruling(ordinal=2), alarm, gone)
    after = _stored(
        ruling(text="rl > base", verdict="inconclusive"),
        ruling(ordinal=2),
        ruling(kind="alarm", text="no_evidence(a < b)", effect_text="a - b", verdict="refuted"),
        ruling(effect_text="e - f", text="e > f"),
    )
    where = "(evals/test_rl.py::test_it)"
    assert list(verdict_changes(before, after)) == [
        f"supported -> inconclusive: rl > base {where}; it was rl.pass@1 > base.pass@1 + 0.05",
        f"quiet -> refuted: no_evidence(a < b) {where}",
        f"new: supported: e > f {where}",
        f"not decided any more: c > d {where}",
    ]
    assert list(verdict_changes(before, before)) == []


def test_a_run_is_read_as_it_was_written(tmp_path: Path, ruling: Callable[..., Ruling]) -> None:
    """A whole run of this version is read; one that was edited is not."""
    path = tmp_path / "run.json"
    path.write_text(to_json(_run(ruling())), encoding="utf-8")
    assert read_run(path) == _stored(ruling())
    path.write_text(to_json(_run(ruling())).replace("0.0002", "0.0001"), encoding="utf-8")
    with pytest.raises(RunError, match="this run was changed since"):
        read_run(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"schema": 2, "verdict": "gre', "this run was cut off; run the evals again"),
        ('{"schema": 2, "verdict": "green"}', "this run was cut off"),
        ('{"schema": 1, "complete": true}', "schema 1 is of an earlier version"),
        ('{"schema": 99, "complete": true}', "schema 99 is from a later version"),
        ('{"schema": 2, "complete": true}', "needs "),
        ("[]", "run.json: "),
        ("nothing", "this run is no JSON"),
        ("", "this run is no JSON"),
    ],
)
def test_a_run_that_is_no_run(tmp_path: Path, text: str, message: str) -> None:
    """What was cut off, is of another version or is no run is named, in one line."""
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=re.escape(message)) as error:
        read_run(path)
    assert "\n" not in str(error.value)
    with pytest.raises(RunError, match="run the evals first"):
        read_run(tmp_path / "other.json")
    with pytest.raises(RunError, match="can't be read"):
        read_run(tmp_path)
