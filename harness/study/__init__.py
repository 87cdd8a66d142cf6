"""What RL did, beyond pass@1: curves, coverage, items, the origin of a gain, and a control."""

from __future__ import annotations

from harness.study.compare import Group, Study, study
from harness.study.curves import Curves
from harness.study.versus import Versus

__all__ = ["Curves", "Group", "Study", "Versus", "study"]
