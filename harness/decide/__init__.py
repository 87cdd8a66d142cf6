"""The only judge: the data of a claim and a policy in, a verdict out.

No renderer, no summary and no exit code decides anything: they read what is decided here.
"""

from __future__ import annotations

from harness.decide.advice import size_advice
from harness.decide.design import design_distance
from harness.decide.evidence import one_arm
from harness.decide.family import named_by_holm
from harness.decide.looks import next_stage, planned_looks
from harness.decide.verdict import both, decide, decide_at

__all__ = [
    "both",
    "decide",
    "decide_at",
    "design_distance",
    "named_by_holm",
    "next_stage",
    "one_arm",
    "planned_looks",
    "size_advice",
]
