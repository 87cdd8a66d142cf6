"""The cells of the study, and what is kept of each."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.ratchet.creep import Creep, accepted
from bench.ratchet.judges import ALARM, JUDGES, MARGIN, not_worse
from bench.ratchet.lives import LIVES, Gate, Life, play
from bench.ratchet.world import DRAWS, stored

if TYPE_CHECKING:
    from bench.ratchet.world import FloatArray
    from harness.records import Question

ARMS = ("base", "rl")
SIZES = (DRAWS, 4 * DRAWS)  # draws per item of a baseline
QUESTIONS: dict[str, Question] = {"alarm": ALARM, "claim": not_worse(MARGIN)}
LOSSES = (0.0, 0.0025, 0.005, 0.01)
ANCHORS = (None, 0.02, 0.03)
PROGRAM_SHARE = 5  # the program takes longer: it gets a fifth of the repetitions
_END = 5  # changes that tell how it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A gate on an arm; `gate` names one of the questions."""

    gate: str
    judge: str
    arm: str
    draws: int
    life: Life


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a cell, over the repetitions.

    Attributes
    ----------
    failures, error
        Share of the changes that failed, and half its 95% Monte Carlo interval.
    at_last
        Share of the last five changes that failed.
    unlucky
        What share of its changes fails at least in one gate of ten.
    by_change, drift
        Share that failed at each change; how far the baseline lay above the truth after it.
    """

    cell: Cell
    failures: float
    error: float
    at_last: float
    unlucky: float
    by_change: FloatArray
    drift: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Creeping:
    """A row of creeping losses; `anchor` is its margin."""

    judge: str
    arm: str
    draws: int
    loss: float
    anchor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crept:
    """How many changes were accepted, on average, and half its 95% Monte Carlo interval."""

    cell: Creeping
    accepted: float
    error: float

    @property
    def lost(self) -> float:
        """What was lost in truth, as a share."""
        return self.accepted * self.cell.loss


CELLS = tuple(
    Cell(gate=gate, judge=judge, arm=arm, draws=draws, life=life)
    for judge in JUDGES
    for gate, arms in (("alarm", ARMS), ("claim", ARMS[1:]))
    for arm in arms
    for draws in SIZES
    for life in LIVES
)
CREEPING = tuple(
    Creeping(judge=judge, arm=arm, draws=draws, loss=loss, anchor=anchor)
    for judge in JUDGES
    for arm in ARMS
    for draws in SIZES
    for loss in LOSSES
    for anchor in ANCHORS
)


def run(cell: Cell, repeats: int) -> Result:
    """Play a cell."""
    gate = Gate(
        world=stored(cell.arm), judge=JUDGES[cell.judge], question=QUESTIONS[cell.gate],
        life=cell.life, draws=cell.draws,
    )  # fmt: skip
    played = play(gate, _seeded(cell), _repeats(cell, repeats))
    shares = played.failed.mean(axis=1)
    return Result(
        cell=cell, failures=float(shares.mean()), error=_error(shares),
        at_last=float(played.failed[:, -_END:].mean()), unlucky=float(np.quantile(shares, 0.9)),
        by_change=played.failed.mean(axis=0), drift=played.drift.mean(axis=0),
    )  # fmt: skip


def creep(cell: Creeping, repeats: int) -> Crept:
    """Play a row of creeping losses."""
    row = Creep(
        world=stored(cell.arm), judge=JUDGES[cell.judge], loss=cell.loss, anchor=cell.anchor,
        draws=cell.draws,
    )  # fmt: skip
    found = accepted(row, _seeded(cell), _repeats(cell, repeats))
    return Crept(cell=cell, accepted=float(found.mean()), error=_error(found))


def _repeats(cell: Cell | Creeping, repeats: int) -> int:
    return max(repeats // (PROGRAM_SHARE if cell.judge == "program" else 1), 2)


def _seeded(cell: Cell | Creeping) -> np.random.Generator:
    """Return random numbers of a cell's own."""
    return np.random.default_rng(zlib.crc32(repr(cell).encode()))


def _error(values: FloatArray) -> float:
    return float(1.96 * values.std(ddof=1) / np.sqrt(len(values)))
