"""Items as they are in the embedded study, and draws dealt out at their stored rates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.baseline import BaselineStore

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]
    BoolArray = npt.NDArray[np.bool_]

TASK = "letters_and_sums"
DRAWS = 16  # per item, of a candidate
_BASELINES = Path(__file__).resolve().parents[2] / "evals" / "baselines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """How many of an item's `draws` were right, in each repetition: shape [R, N]."""

    right: IntArray
    draws: int

    @property
    def mean(self) -> FloatArray:
        """The share that was right over all items, shape [R]."""
        found: FloatArray = self.right.mean(axis=1) / self.draws
        return found

    def of(self, rows: BoolArray) -> Draws:
        """Return the draws of some repetitions."""
        return Draws(right=self.right[rows], draws=self.draws)

    def replaced(self, rows: BoolArray, other: Draws) -> Draws:
        """Return the draws, those of some repetitions replaced by `other`, which are as many."""
        assert self.draws == other.draws
        right = self.right.copy()
        right[rows] = other.right
        return Draws(right=right, draws=self.draws)

    def __add__(self, other: Draws) -> Draws:
        """Return both together."""
        return Draws(right=self.right + other.right, draws=self.draws + other.draws)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An arm's items: the chance of each to come out right, shape [N]."""

    rates: FloatArray

    @property
    def mean(self) -> float:
        """What pass@1 is in truth."""
        return float(self.rates.mean())

    def se(self, draws: int) -> float:
        """Return the standard error that pass@1 of these items has by its draws."""
        return float(np.sqrt((self.rates * (1 - self.rates)).sum() / draws)) / len(self.rates)

    def draw(
        self, rng: np.random.Generator, repeats: int, draws: int, lost: FloatArray | None = None
    ) -> Draws:
        """Draw from every item in each repetition; `lost`, shape [R], is what pass@1 has lost.

        A loss takes the same share of each item's chance.
        """
        chances = self.rates[:, None]  # items first: numpy is quick where a chance repeats
        if lost is not None:
            chances = np.clip(1 - lost / self.mean, 0, 1) * chances
        right = rng.binomial(draws, chances, (len(self.rates), repeats))
        return Draws(right=right.T, draws=draws)


@cache
def stored(arm: str) -> World:
    """Return the items of an arm's committed baseline."""
    tally = BaselineStore(_BASELINES).load(TASK, arm).tally
    return World(rates=tally.sums[:, tally.metrics.index("correct")] / tally.draws)
