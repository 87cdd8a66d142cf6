"""Quantities and claims: the algebra behind a plain `assert`."""

from __future__ import annotations

from harness.claims.anchored import held_to_anchor
from harness.claims.arms import Arm, Arms, Baselines
from harness.claims.claim import Claim, Judge, no_evidence
from harness.claims.controlled import Gain, gain_of, held_to_controls
from harness.claims.curve import Curve
from harness.claims.joint import JointClaim
from harness.claims.quantity import Quantity
from harness.claims.selection import selection

__all__ = [
    "Arm",
    "Arms",
    "Baselines",
    "Claim",
    "Curve",
    "Gain",
    "JointClaim",
    "Judge",
    "Quantity",
    "gain_of",
    "held_to_anchor",
    "held_to_controls",
    "no_evidence",
    "selection",
]
