"""Where completions come from, behind one small protocol."""

from __future__ import annotations

from harness.engines.base import Arrival, Engine, Request
from harness.engines.known import Known, opener_of
from harness.engines.registry import open_engine, replays, stops

__all__ = ["Arrival", "Engine", "Known", "Request", "open_engine", "opener_of", "replays", "stops"]
