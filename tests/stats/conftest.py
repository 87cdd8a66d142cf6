"""Settings of the property tests: the same examples in every run, and no deadline."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("repeatable", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("repeatable")
