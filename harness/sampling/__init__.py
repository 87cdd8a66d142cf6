"""Drawing completions, once each, and tallying their scores."""

from __future__ import annotations

from harness.sampling.sampler import Sampler

__all__ = ["Sampler"]
