"""From the rulings of an eval to the outcome of its test, whatever its body did with them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import harness
from harness.errors import HarnessError
from harness.judge import Docket
from harness.pytest_plugin.evidence import asserted
from harness.records import Ruling
from harness.report import explain

_NEVER_ASSERTED = (
    "a claim was built and never asserted: {}; put `assert` before it, or take it away"
)
_NEVER_REACHED = (
    "the plan has a claim that this eval did not come to: {}; "
    "if it is not wanted any more: harness plan --write"
)
_PACKAGE = Path(harness.__file__).parent
_NOTHING_DECIDED = (
    "no claim was decided: an eval has to assert at least one, "
    "such as assert arms['rl'].pass_at(1) > arms['base'].pass_at(1) + 0.05"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of a test: its docket, its rulings as reported, the policy, and the root.

    `not_reached` are the claims that the plan has for it and that were not decided.
    """

    docket: Docket
    rulings: Sequence[Ruling]
    inconclusive: str
    root: Path
    not_reached: Sequence[str] = ()


def settle(report: pytest.TestReport, call: pytest.CallInfo[None], case: Case) -> str:
    """Make the report's outcome follow from the rulings, and return the eval's outcome.

    One of ``passed``, ``failed``, ``inconclusive``, ``not proven`` (let pass by policy),
    ``skipped``. A claim that is not supported, one that could not be decided, and one that lacks
    what the policy asks for, such as a control, count even if the body caught or negated them, or
    the test is marked xfail.
    """
    if has_error(report, call, case.docket, case.root):
        return "failed"
    unmet = lacking(case.docket, case.root)
    open_claims = [ruling for ruling in case.rulings if ruling.decision.verdict != "supported"]
    if open_claims:
        missed = bool(case.not_reached or unmet) and call.excinfo is None
        outcome = _unsupported(report, call, open_claims, case.inconclusive, not_reached=missed)
        if not unmet or call.excinfo is not None:
            return outcome
        _fail(report, f"{report.longrepr}\n{unmet}")
        return "failed"
    if report.skipped and not hasattr(report, "wasxfail"):
        return "skipped"
    if report.when == "call" and (report.passed or hasattr(report, "wasxfail")):
        unasserted = case.docket.unasserted()
        if not case.rulings:
            _fail(report, _NOTHING_DECIDED)
        elif report.passed and unasserted:
            _fail(report, _NEVER_ASSERTED.format("; ".join(unasserted)))
        elif report.passed and unmet:
            _fail(report, unmet)
        elif report.passed and case.not_reached:
            _fail(report, _NEVER_REACHED.format("; ".join(case.not_reached)))
    return "passed" if report.passed else "failed"


def lacking(docket: Docket, root: Path) -> str:
    """Return a line, with its place, for each claim that lacks what the policy asks for."""
    lines = (str(error).removeprefix(f"{root}{os.sep}") for error in docket.unmet)
    return "\n".join(dict.fromkeys(lines))


def has_error(
    report: pytest.TestReport, call: pytest.CallInfo[None], docket: Docket, root: Path
) -> bool:
    """Say whether a claim could not be decided; then the report fails, and says why in a line."""
    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, HarnessError):
        _fail(report, f"{_place(call, root)}: {error}")
        return True
    if docket.errors:
        _fail(report, f"a claim could not be decided: {docket.errors[0]}")
        return True
    return False


def _unsupported(
    report: pytest.TestReport,
    call: pytest.CallInfo[None],
    open_claims: Sequence[Ruling],
    inconclusive: str,
    *,
    not_reached: bool,
) -> str:
    text = "\n".join(line for ruling in open_claims for line in explain(ruling))
    refuted = any(ruling.decision.verdict == "refuted" for ruling in open_claims)
    if inconclusive == "fail":
        raised = call.excinfo is not None and not asserted(call, open_claims)
    else:  # the claims were let pass: whatever was raised is something else
        raised = call.excinfo is not None
        if not refuted and not raised and not not_reached:
            return _let_pass(report, open_claims[0], text, skip=inconclusive == "skip")
    if call.excinfo is None or report.skipped:
        _fail(report, text)
    elif text.splitlines()[0] not in str(report.longrepr):
        report.sections.append(("harness", text))
    report.outcome = "failed"
    return "failed" if refuted or raised else "inconclusive"


def _let_pass(report: pytest.TestReport, first: Ruling, text: str, *, skip: bool) -> str:
    report.sections.append(("harness", text))
    if not skip:
        return "not proven"
    report.outcome = "skipped"
    report.longrepr = (first.place, 0, f"Skipped: {text.splitlines()[0]}")
    return "skipped"


def _fail(report: pytest.TestReport, text: str) -> None:
    report.outcome = "failed"
    report.longrepr = text
    if hasattr(report, "wasxfail"):
        del report.wasxfail


def _place(call: pytest.CallInfo[None], root: Path) -> str:
    """Return ``file:line`` of the user's code that led to the error."""
    assert call.excinfo is not None  # noqa: S101  for the type checker
    entries = call.excinfo.traceback.filter(
        lambda entry: (
            not Path(str(entry.path)).is_relative_to(_PACKAGE)
            and Path(str(entry.path)).is_relative_to(root)
            and "site-packages" not in str(entry.path)
        )
    )
    entry = entries[-1] if len(entries) else call.excinfo.traceback[-1]
    path = Path(str(entry.path))
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown}:{entry.lineno + 1}"
