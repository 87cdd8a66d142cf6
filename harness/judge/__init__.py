"""The court of a session: what a claim needs is gathered, decided and entered in a docket."""

from __future__ import annotations

from harness.judge.again import Again
from harness.judge.clerk import Clerk
from harness.judge.controls import Controls
from harness.judge.docket import Docket, joined
from harness.judge.drawer import Drawer
from harness.judge.judge import Judge
from harness.judge.planner import Intent, Planner
from harness.judge.record import Record
from harness.judge.share import Share
from harness.judge.shelf import Shelf

__all__ = [
    "Again",
    "Clerk",
    "Controls",
    "Docket",
    "Drawer",
    "Intent",
    "Judge",
    "Planner",
    "Record",
    "Share",
    "Shelf",
    "joined",
]
