"""Accepted scores, per item, in the repository: format and store."""

from __future__ import annotations

from harness.baseline.format import Baseline, dump, parse
from harness.baseline.store import BaselineStore

__all__ = ["Baseline", "BaselineStore", "dump", "parse"]
