"""From a finished run to what people and tools read."""

from __future__ import annotations

from harness.report.claims_table import Page
from harness.report.explain import explain
from harness.report.headline import headline
from harness.report.run import EvalResult, PlanState, Run
from harness.report.stored import read_run
from harness.report.terminal import explanations, report_lines, summary

__all__ = [
    "EvalResult",
    "Page",
    "PlanState",
    "Run",
    "explain",
    "explanations",
    "headline",
    "read_run",
    "report_lines",
    "summary",
]
