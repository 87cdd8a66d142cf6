"""Changes that each lose a little, within the margin: what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.ratchet.judges import MARGIN, Judge, not_worse
from bench.ratchet.world import DRAWS, World

if TYPE_CHECKING:
    from bench.ratchet.world import FloatArray

CHANGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Creep:
    """A gate of non-inferiority, with or without an anchor.

    Attributes
    ----------
    loss
        What each change loses in truth, as a share.
    anchor
        Margin against the first baseline, which stays; None without such a test.
    draws
        Per item of the baseline, and of the anchor.
    """

    world: World
    judge: Judge
    loss: float
    anchor: float | None
    draws: int = DRAWS


def accepted(creep: Creep, rng: np.random.Generator, repeats: int) -> FloatArray:
    """Return how many of the changes are accepted in each repetition, shape [R].

    A change that passes is accepted: the next one starts from it, and fresh draws of it are the
    new baseline. One that fails is dropped.
    """
    world, count = creep.world, np.zeros(repeats)
    baseline = world.draw(rng, repeats, creep.draws)
    anchor = world.draw(rng, repeats, creep.draws)
    for _ in range(CHANGES):
        candidate = world.draw(rng, repeats, DRAWS, creep.loss * (count + 1))
        passed = creep.judge(not_worse(MARGIN), candidate, baseline) == 1
        if creep.anchor is not None:
            asked = candidate.of(passed), anchor.of(passed)
            passed[passed] = creep.judge(not_worse(creep.anchor), *asked) == 1
        count += passed
        fresh = world.draw(rng, int(passed.sum()), creep.draws, creep.loss * count[passed])
        baseline = baseline.replaced(passed, fresh)
    return count
