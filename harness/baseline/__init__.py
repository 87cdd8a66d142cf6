"""Accepted scores, per item, in the repository: format, states and store."""

from __future__ import annotations

from harness.baseline.format import digest, dump, parse
from harness.baseline.record import Baseline, Origin
from harness.baseline.sets import open_sets
from harness.baseline.store import BaselineStore

__all__ = ["Baseline", "BaselineStore", "Origin", "digest", "dump", "open_sets", "parse"]
