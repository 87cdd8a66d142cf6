"""Draws of earlier runs as an arm: read from logs, and decided without a model."""

from __future__ import annotations

from harness.engines.recorded.record import open_record

__all__ = ["open_record"]
