"""Quantities and claims: the algebra behind a plain `assert`."""

from __future__ import annotations

from harness.claims.anchored import held_to_anchor
from harness.claims.arms import Arm, Arms, Baselines, selection
from harness.claims.claim import Claim, Judge, no_evidence
from harness.claims.quantity import Quantity

__all__ = [
    "Arm",
    "Arms",
    "Baselines",
    "Claim",
    "Judge",
    "Quantity",
    "held_to_anchor",
    "no_evidence",
    "selection",
]
