"""Quantities and claims: the algebra behind a plain `assert`."""

from __future__ import annotations

from harness.claims.alarm import no_evidence
from harness.claims.anchored import held_to_anchor
from harness.claims.arms import Arm, Arms, Baselines
from harness.claims.claim import Claim, Judge
from harness.claims.controlled import Gain, gain_of, held_to_controls
from harness.claims.curve import Curve
from harness.claims.joint import JointClaim
from harness.claims.quantity import Quantity
from harness.claims.selection import selection
from harness.claims.series import Course, Series
from harness.claims.substantial import held_to_substance, strict_gain

__all__ = [
    "Arm",
    "Arms",
    "Baselines",
    "Claim",
    "Course",
    "Curve",
    "Gain",
    "JointClaim",
    "Judge",
    "Quantity",
    "Series",
    "gain_of",
    "held_to_anchor",
    "held_to_controls",
    "held_to_substance",
    "no_evidence",
    "selection",
    "strict_gain",
]
