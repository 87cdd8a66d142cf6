"""The records that pass between the steps: frozen, slotted, keyword-only."""

from __future__ import annotations

from harness.records.data import Part, Sample, Source, Statistic, Tally, Terms
from harness.records.definition import (
    ArmSpec,
    Config,
    Item,
    MetricSpec,
    Policy,
    Sampling,
    Task,
    Where,
    describe_where,
)
from harness.records.verdict import Decision, Direction, Question, Reading, Ruling, Verdict

__all__ = [
    "ArmSpec",
    "Config",
    "Decision",
    "Direction",
    "Item",
    "MetricSpec",
    "Part",
    "Policy",
    "Question",
    "Reading",
    "Ruling",
    "Sample",
    "Sampling",
    "Source",
    "Statistic",
    "Tally",
    "Task",
    "Terms",
    "Verdict",
    "Where",
    "describe_where",
]
