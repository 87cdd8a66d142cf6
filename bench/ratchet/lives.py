"""Changes that change nothing, and what becomes of the baseline that they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from bench.ratchet.judges import BETTER, Judge
from bench.ratchet.world import DRAWS, Draws, World
from harness.records import Question

if TYPE_CHECKING:
    from bench.ratchet.world import BoolArray, FloatArray

CHANGES = 50
PERIOD = 10  # changes from one scheduled refresh to the next

Life = Literal[
    "keep the best run",
    "promote on significance",
    "promote on significance, draw afresh",
    "accept what passes, draw afresh",
    "refresh on a schedule",
    "leave it alone",
]
LIVES: tuple[Life, ...] = get_args(Life)
#: Lives in which the draws that were looked at become the baseline.
_KEEPS: frozenset[Life] = frozenset({"keep the best run", "promote on significance"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate over its changes.

    Attributes
    ----------
    question
        What each candidate is asked; the change fails unless it is supported.
    draws
        Per item of the baseline; a candidate has `DRAWS`.
    """

    world: World
    judge: Judge
    question: Question
    life: Life
    draws: int = DRAWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What happened at each change of each repetition, shapes [R, changes].

    Attributes
    ----------
    failed
        Whether the change failed, which did nothing.
    drift
        How far the baseline lies above the truth after the change, in [-1, 1].
    """

    failed: BoolArray
    drift: FloatArray


def play(gate: Gate, rng: np.random.Generator, repeats: int, changes: int = CHANGES) -> Played:
    """Play a gate's life, many times."""
    baseline = gate.world.draw(rng, repeats, gate.draws)
    failed = np.zeros((repeats, changes), dtype=np.bool_)
    drift = np.zeros((repeats, changes))
    for turn in range(changes):
        candidate = gate.world.draw(rng, repeats, DRAWS)
        failed[:, turn] = gate.judge(gate.question, candidate, baseline) < 1
        promoted = _promoted(gate, turn, candidate, baseline, ~failed[:, turn])
        if promoted.any():
            baseline = baseline.replaced(promoted, _accepted(gate, candidate.of(promoted), rng))
        drift[:, turn] = baseline.mean - gate.world.mean
    return Played(failed=failed, drift=drift)


def _promoted(
    gate: Gate, turn: int, candidate: Draws, baseline: Draws, passed: BoolArray
) -> BoolArray:
    """Say in which repetitions the baseline is taken anew after a change."""
    promoted: BoolArray
    if gate.life == "keep the best run":
        promoted = candidate.mean > baseline.mean
    elif gate.life.startswith("promote on significance"):
        promoted = gate.judge(BETTER, candidate, baseline) == 1
    elif gate.life == "accept what passes, draw afresh":
        promoted = passed
    else:
        due = gate.life == "refresh on a schedule" and (turn + 1) % PERIOD == 0
        promoted = np.full(len(passed), due)
    return promoted


def _accepted(gate: Gate, candidate: Draws, rng: np.random.Generator) -> Draws:
    """Return the new baseline: fresh draws, or the candidate's own and as many more as it takes."""
    repeats = len(candidate.right)
    if gate.life not in _KEEPS:
        return gate.world.draw(rng, repeats, gate.draws)
    if gate.draws == DRAWS:
        return candidate
    return candidate + gate.world.draw(rng, repeats, gate.draws - DRAWS)
