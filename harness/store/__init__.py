"""The draw store: every draw that was ever paid for, and what scorers said of it."""

from __future__ import annotations

from harness.store.database import Database
from harness.store.draws import DrawStore, Missing
from harness.store.locks import only_one
from harness.store.scores import ScoreStore

__all__ = ["Database", "DrawStore", "Missing", "ScoreStore", "only_one"]
