"""Draws for reading, chosen by a seed alone: none is picked for what it says."""

from __future__ import annotations

from harness.examples.draw import Example, Examples, Shown, examples
from harness.examples.stratum import Stratum

__all__ = ["Example", "Examples", "Shown", "Stratum", "examples"]
