"""Draws for reading, chosen by a seed alone: none is picked for what it says."""

from __future__ import annotations

from harness.examples.draw import examples
from harness.examples.record import Example, Examples, Shown
from harness.examples.stratum import Stratum

__all__ = ["Example", "Examples", "Shown", "Stratum", "examples"]
