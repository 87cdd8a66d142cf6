"""The records that pass between the steps: frozen, slotted, keyword-only."""

from __future__ import annotations

from harness.records.data import Look, Part, Sample, Source, Statistic, Tally, Terms
from harness.records.definition import (
    ArmSpec,
    Config,
    Policy,
    Price,
    Sampling,
    Task,
    Where,
    describe_where,
)
from harness.records.draws import LENGTH, STOP, UNKNOWN, Draw, Score, Scorer
from harness.records.item import Item
from harness.records.metrics import (
    Choice,
    Exact,
    Function,
    JsonField,
    MetricSpec,
    Numeric,
    Probe,
    Rule,
)
from harness.records.plan import Forecast, Plan, PlannedClaim
from harness.records.verdict import (
    Check,
    Decision,
    Direction,
    Question,
    Reading,
    Ruling,
    Stage,
    Verdict,
    decision_of,
)

__all__ = [
    "LENGTH",
    "STOP",
    "UNKNOWN",
    "ArmSpec",
    "Check",
    "Choice",
    "Config",
    "Decision",
    "Direction",
    "Draw",
    "Exact",
    "Forecast",
    "Function",
    "Item",
    "JsonField",
    "Look",
    "MetricSpec",
    "Numeric",
    "Part",
    "Plan",
    "PlannedClaim",
    "Policy",
    "Price",
    "Probe",
    "Question",
    "Reading",
    "Rule",
    "Ruling",
    "Sample",
    "Sampling",
    "Score",
    "Scorer",
    "Source",
    "Stage",
    "Statistic",
    "Tally",
    "Task",
    "Terms",
    "Verdict",
    "Where",
    "decision_of",
    "describe_where",
]
