"""The plan: what the evals will claim, what that can show, and the file that keeps it."""

from __future__ import annotations

from harness.planning.file import dump_plan, read_plan
from harness.planning.forecast import chance_of_green, forecast
from harness.planning.outlook import outlooks, spreads

__all__ = ["chance_of_green", "dump_plan", "forecast", "outlooks", "read_plan", "spreads"]
