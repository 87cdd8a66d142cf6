"""The records that pass between the steps: frozen, slotted, keyword-only."""

from __future__ import annotations

from harness.records.data import Look, Part, Sample, Source, Statistic, Tally, Terms
from harness.records.definition import (
    ONE_DRAW,
    PROMPTING,
    ArmSpec,
    Config,
    Policy,
    Price,
    Sampling,
    Task,
    Where,
    describe_where,
)
from harness.records.draws import LENGTH, STOP, UNKNOWN, Draw, Score, Scorer, Spent
from harness.records.item import Choices, Item
from harness.records.metrics import (
    Choice,
    Exact,
    Function,
    JsonField,
    MetricSpec,
    Numeric,
    Rule,
)
from harness.records.plan import Forecast, Plan, PlannedClaim
from harness.records.read import Held, Read, Roster
from harness.records.verdict import (
    Check,
    Decision,
    Direction,
    Question,
    Reading,
    Ruling,
    Stage,
    Term,
    Verdict,
    decision_of,
)

__all__ = [
    "LENGTH",
    "ONE_DRAW",
    "PROMPTING",
    "STOP",
    "UNKNOWN",
    "ArmSpec",
    "Check",
    "Choice",
    "Choices",
    "Config",
    "Decision",
    "Direction",
    "Draw",
    "Exact",
    "Forecast",
    "Function",
    "Held",
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
    "Question",
    "Read",
    "Reading",
    "Roster",
    "Rule",
    "Ruling",
    "Sample",
    "Sampling",
    "Score",
    "Scorer",
    "Source",
    "Spent",
    "Stage",
    "Statistic",
    "Tally",
    "Task",
    "Term",
    "Terms",
    "Verdict",
    "Where",
    "decision_of",
    "describe_where",
]
