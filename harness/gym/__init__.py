"""What is borrowed from reasoning-gym: data sets that make items, and score their answers."""

from __future__ import annotations

from harness.gym.dataset import DataSet, Made
from harness.gym.scorer import GymScorer

__all__ = ["DataSet", "GymScorer", "Made"]
