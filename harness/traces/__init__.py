"""Draws and scores as OpenTelemetry spans, for whatever shows traces of language models."""

from __future__ import annotations

from harness.traces.sending import Sent, send

__all__ = ["Sent", "send"]
