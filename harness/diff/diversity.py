"""Whether the answers to an item differ more, or less, than before."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.change import Change, PerItem, change_in
from harness.diff.pair import Pair
from harness.stats.diversity import AnswerCounts, entropy, plurality_share, unique_answers

if TYPE_CHECKING:
    from harness.records.data import FloatArray

_SEED = 20_250_311  # of the draws that are left out where one side has more
_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversity:
    """Answers per item, at equal draws on both sides.

    Attributes
    ----------
    draws
        How many draws per item: the fewest that an item has on either side.
    unique
        Different answers that so many draws are expected to hold.
    entropy
        Of the answers, in nats, corrected for bias.
    plurality
        Share of the most common answer: self-consistency.
    """

    draws: int
    unique: Change
    entropy: Change
    plurality: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of both sides to the same items, `draws` being the fewest that an item has."""

    draws: int
    sides: tuple[AnswerCounts, AnswerCounts]

    def unique(self) -> PerItem:
        """Return how many different answers `draws` draws are expected to hold."""
        return self._each(lambda one: unique_answers(one, self.draws), self.draws - 1.0)

    def entropy(self) -> PerItem:
        """Return the entropy of the answers in `draws` draws, in nats, corrected for bias."""
        most = math.log(self.draws) + (self.draws - 1) / (2 * self.draws)  # all of them different
        return self._each(lambda one: entropy(one, self.draws), most)

    def agreement(self) -> PerItem:
        """Return the chance that two draws give one answer, without bias from all draws.

        sum_a c_a (c_a - 1) / (n (n - 1)): two draws hold 2 answers less this, as expected.
        """
        return self._each(lambda one: _FEWEST - unique_answers(one, _FEWEST), 1.0)

    def plurality(self) -> PerItem:
        """Return the share of the most common answer among `draws` draws."""
        generator = np.random.default_rng(_SEED)
        return self._each(lambda one: plurality_share(one, self.draws, generator), 1.0)

    def _each(self, figure: Callable[[AnswerCounts], FloatArray], reach: float) -> PerItem:
        before, after = map(figure, self.sides)
        return PerItem(before=before, after=after, half_range=reach)


def answers_of(pair: Pair) -> Answers | None:
    """Return the answers; None where they are not known, or an item has a single draw."""
    before, after = (pair.answers(side) for side in pair.sides)
    draws = int(pair.depth.min())
    if before is None or after is None or draws < _FEWEST:
        return None
    return Answers(draws=draws, sides=(before, after))


def diversity(pair: Pair) -> Diversity | None:
    """Compare the answers; None where they are not known, or an item has a single draw."""
    if (found := answers_of(pair)) is None:
        return None
    return Diversity(
        draws=found.draws,
        unique=change_in(pair, found.unique()),
        entropy=change_in(pair, found.entropy()),
        plurality=change_in(pair, found.plurality()),
    )
