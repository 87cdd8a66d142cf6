"""The court of a session: what a claim needs is gathered, decided and entered in a docket."""

from __future__ import annotations

from harness.judge.docket import Docket, joined
from harness.judge.judge import Judge

__all__ = ["Docket", "Judge", "joined"]
