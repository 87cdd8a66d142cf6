"""From a finished run to what people and tools read."""

from __future__ import annotations

from harness.report.explain import explain
from harness.report.run import EvalResult, PlanState, Run
from harness.report.terminal import headline, summary

__all__ = ["EvalResult", "PlanState", "Run", "explain", "headline", "summary"]
