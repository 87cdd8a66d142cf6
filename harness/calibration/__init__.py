"""How often a gate flips on identical models: the evals replayed on stored draws of one arm."""

from __future__ import annotations

from harness.calibration.replay import Rate, Replay, Suite, replay

__all__ = ["Rate", "Replay", "Suite", "replay"]
