"""Whole builds: several claims on the same draws, each with looks of its own."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bench.calibration.cells import POLICY, SPREAD
from bench.calibration.trials import Cell, simulate
from bench.calibration.worlds import Chances, Generator, World, four
from harness.records import Direction, Question, Verdict
from harness.trial import Trial

Kind = Literal["alarms", "one false claim", "all false"]
_FAR = 0.4  # of claims that are true beyond doubt
KINDS: dict[Kind, str] = {
    "alarms": "5 alarms, none should ring",
    "one false claim": "4 claims, one of them false",
    "all false": "4 claims, all of them false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A build of several claims, which compare arms b, c, ... with arm a, and with each other."""

    kind: Kind
    items: int
    draws: int
    auto: bool

    @property
    def cell(self) -> Cell:
        """What is drawn."""
        return Cell(
            name=self.kind, world=_many(four(SPREAD)), items=self.items, draws=self.draws,
            policy=POLICY, auto=self.auto,
        )  # fmt: skip

    def trials(self) -> list[Trial]:
        """Return the trials of its claims."""
        if self.kind == "alarms":  # weighted alike
            return [self._trial(arm, "a", "less", 0.0, shares=5) for arm in "bcdef"]
        wide = 0.0 if self.kind == "all false" else -_FAR
        return [
            self._trial("b", "a", "greater", 0.0),
            self._trial("b", "c", "greater", wide),
            self._trial("d", "a", "greater", wide),
            self._trial("e", "a", "less", -wide),
        ]

    def _trial(
        self, first: str, second: str, direction: Direction, threshold: float, shares: int = 0
    ) -> Trial:
        cell = self.cell
        policy = replace(POLICY, alpha=POLICY.alpha / shares) if shares else POLICY
        terms = ((1.0, cell.statistic(first)), (-1.0, cell.statistic(second)))
        question = Question(direction=direction, threshold=threshold, alarm=bool(shares))
        return Trial(terms=terms, question=question, policy=policy, looks=cell.looks)


def _many(world: World) -> World:
    """Let further arms have the skills of the first ones."""

    def more(rng: Generator, reps: int, items: int) -> Chances:
        found = world(rng, reps, items)
        return {**found, "e": found["a"], "f": found["b"]}

    return more


BUILDS = tuple(
    Build(kind=kind, items=items, draws=draws, auto=auto)
    for kind in KINDS
    for auto in (False, True)
    for items in (50, 200)
    for draws in (1, 16)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How often a build was wrong, and its worst claim, in so many repetitions.

    A build of alarms is wrong if one rings, any other if it is green: some claim is false.
    """

    place: int
    repeats: int
    wrong: int
    worst: int


def play(job: tuple[int, int]) -> Outcome:
    """Play a build, named by its place."""
    place, repeats = job
    build = BUILDS[place]
    rng = np.random.default_rng(zlib.crc32(repr(build).encode()))
    trials, bad = build.trials(), _WRONG[build.kind]
    wrong, each = 0, np.zeros(len(trials), dtype=np.int64)
    for draws in simulate(build.cell, rng, repeats):
        verdicts = [trial.hear(draws.tally)[0].verdict for trial in trials]
        wrong += bad(verdicts)
        each += np.array([verdict == _ERROR[build.kind] for verdict in verdicts])
    claims = each[:1] if build.kind == "one false claim" else each
    return Outcome(place=place, repeats=repeats, wrong=wrong, worst=int(claims.max()))


_ERROR: dict[Kind, Verdict] = {
    "alarms": "refuted", "one false claim": "supported", "all false": "supported",
}  # fmt: skip
_WRONG: dict[Kind, Callable[[Sequence[Verdict]], bool]] = {
    "alarms": lambda verdicts: "refuted" in verdicts,
    "one false claim": lambda verdicts: all(one == "supported" for one in verdicts),
    "all false": lambda verdicts: all(one == "supported" for one in verdicts),
}
