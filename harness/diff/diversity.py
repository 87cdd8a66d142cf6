"""Whether the answers to an item differ more, or less, than before."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from harness.diff.change import Change, change_of, plain
from harness.diff.pair import Pair
from harness.stats.diversity import entropy, plurality_share, unique_answers

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


def diversity(pair: Pair) -> Diversity | None:
    """Compare the answers; None where they are not known, or an item has a single draw."""
    both = [pair.answers(side) for side in pair.sides]
    m = int(pair.depth.min())
    if both[0] is None or both[1] is None or m < _FEWEST:
        return None
    generator = np.random.default_rng(_SEED)
    found = [
        (unique_answers(one, m), entropy(one, m), plurality_share(one, m, generator))
        for one in both
        if one is not None
    ]
    reaches = (m - 1.0, math.log(m), 1.0)
    changes = [
        change_of(pair, before, after, plain(pair.policy), half_range=reach)
        for before, after, reach in zip(*found, reaches, strict=True)
    ]
    return Diversity(draws=m, unique=changes[0], entropy=changes[1], plurality=changes[2])
