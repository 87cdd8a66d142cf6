"""Simulate cells, on all cores, and those again that are not clear."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from bench.calibration.cells import BETS, LOOKS, POWER, SECTIONS
from bench.calibration.trials import Cell, both_sides, decisions
from harness.stats.proportion import clopper_pearson

LIMIT = 0.065
FEWEST = 50  # items, from which on the limit is held


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a cell's claims.

    `up` and `down` count the repetitions in which the effect was said to be above, and below, the
    threshold; `inside` those whose interval held the effect, `warned` those with a note on means
    near the ends; `taken` is the mean share of the most draws.
    """

    section: str
    place: int
    repeats: int
    up: int
    down: int
    inside: int
    warned: int
    taken: float

    @property
    def cell(self) -> Cell:
        """The cell."""
        return SECTIONS[self.section][self.place]

    @property
    def worst(self) -> float:
        """The upper 99% Monte Carlo bound of the larger error rate."""
        return clopper_pearson(max(self.up, self.down), self.repeats, 0.01)[1]

    @property
    def over(self) -> bool:
        """Whether an error rate may be above the limit; where there is an effect, none is one."""
        return self.section != POWER and self.cell.items >= FEWEST and self.worst > LIMIT


def run(job: tuple[str, int, int]) -> Result:
    """Simulate a cell, named by its place: worlds are functions, which do not travel."""
    section, place, repeats = job
    cell = SECTIONS[section][place]
    named = f"{section} {cell.name} {cell.items} {cell.draws} {repeats}"
    rng = np.random.default_rng(zlib.crc32(named.encode()))
    if section in {LOOKS, BETS}:
        found, mirrored = both_sides(cell, rng, repeats)
        down = sum(one.verdict == "supported" for one in mirrored)
    else:
        found = decisions(cell, rng, repeats)
        down = sum(one.verdict == "refuted" for one in found)
    most = cell.draws * cell.items
    return Result(
        section=section,
        place=place,
        repeats=repeats,
        up=sum(one.verdict == "supported" for one in found),
        down=down,
        inside=sum(one.low <= cell.threshold <= one.high for one in found),
        warned=sum(any("near the" in text for text in one.warnings) for one in found),
        taken=sum(one.draws * one.items for one in found) / most / repeats,
    )


def study(section: str, pool: ProcessPoolExecutor, repeats: int, more: int = 0) -> list[Result]:
    """Simulate the cells of a section, and with `more` repetitions those that are not clear."""
    places = range(len(SECTIONS[section]))
    results = _all(section, pool, places, repeats)
    again = [place for place in places if more and results[place].over]
    for place, found in zip(again, _all(section, pool, again, more), strict=True):
        results[place] = found
    return results


def _all(
    section: str, pool: ProcessPoolExecutor, places: Sequence[int], repeats: int
) -> list[Result]:
    results = []
    for number, found in enumerate(pool.map(run, [(section, at, repeats) for at in places]), 1):
        results.append(found)
        if number % 20 == 0 or number == len(places):
            print(f"{section}: {number} of {len(places)} cells", file=sys.stderr, flush=True)
    return results
