"""Claims on simulated draws, decided by the program's own decision path."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from bench.calibration.worlds import Chances, Generator, Sizes, World, labels
from harness.records import (
    Decision,
    Direction,
    Look,
    Policy,
    Question,
    Source,
    Statistic,
    Tally,
    Terms,
)
from harness.trial import Trial, looks_of

if TYPE_CHECKING:
    import numpy.typing as npt

    IntArray = npt.NDArray[np.int64]

_CHUNK = 250  # repetitions at a time
_TWO_ANSWERS = {"right": 1, "wrong": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A claim on a world.

    Attributes
    ----------
    name
        What kind of claim it is, on what kind of items.
    claim
        ``paired``: b against a; ``did``: (b - a) against (d - c); ``bar``: b against a threshold;
        ``disjoint``: b on a share of the items against a on the others.
    threshold
        The effect is claimed to lie beyond it.
    auto
        Planned looks, up to `draws`.
    sizes
        Sizes of clusters, repeated as far as the items go; none without clusters.
    share
        Of disjoint items, those of a.
    variance
        Of an item's value, as planned.
    """

    name: str
    world: World
    items: int
    draws: int
    threshold: float = 0.0
    claim: Literal["paired", "did", "bar", "disjoint"] = "paired"
    k: int = 1
    policy: Policy = field(default_factory=Policy)
    auto: bool = False
    sizes: Sizes = ()
    share: float = 0.5
    variance: float | None = None

    @property
    def terms(self) -> Terms:
        """The effect."""
        weights = {
            "paired": {"b": 1.0, "a": -1.0},
            "disjoint": {"b": 1.0, "a": -1.0},
            "did": {"b": 1.0, "a": -1.0, "d": -1.0, "c": 1.0},
            "bar": {"b": 1.0},
        }[self.claim]
        return tuple((weight, self.statistic(arm)) for arm, weight in weights.items())

    def statistic(self, arm: str) -> Statistic:
        """Return pass@k of an arm."""
        where = (("half", (arm,)),) if self.claim == "disjoint" else ()
        source = Source(task="t", arm=arm, baseline="", draws=self.draws, where=where)
        return Statistic(source=source, kind="pass_at", k=self.k)

    @property
    def looks(self) -> tuple[Look, ...]:
        """The looks that the program plans."""
        return looks_of(self.terms, self.policy, self.draws, auto=self.auto)

    def trial(self, direction: Direction) -> Trial:
        """Return the claim's trial."""
        question = Question(direction=direction, threshold=self.threshold, variance=self.variance)
        clusters = {}
        if self.sizes:
            numbers = map(str, labels(self.sizes, self.items))
            clusters = dict(zip(_ids(self.items), numbers, strict=True))
        return Trial(
            terms=self.terms, question=question, policy=self.policy, looks=self.looks,
            clusters=clusters,
        )  # fmt: skip


@cache
def _ids(items: int) -> tuple[str, ...]:
    return tuple(f"{item:05d}" for item in range(items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """The draws of one repetition: right ones by each look's number of draws, arm and item."""

    cell: Cell
    right: dict[int, dict[str, IntArray]]

    def tally(self, statistic: Statistic, look: Look) -> Tally:
        """Tally what a look sees, as the sampler does."""
        arm, start, stop = statistic.source.arm, 0, self.cell.items
        if self.cell.claim == "disjoint":
            border = round(self.cell.share * self.cell.items)
            start, stop = (0, border) if arm == "a" else (border, stop)
        count = math.ceil(look.share * (stop - start))
        sums = self.right[look.draws][arm][start : start + count].astype(np.float64)[:, None]
        return Tally(
            ids=_ids(self.cell.items)[start : start + count],
            draws=np.full(count, look.draws),
            metrics=("correct",),
            sums=sums,
            products=sums[:, :, None],
            answers=(_TWO_ANSWERS,) * count,
        )


def simulate(cell: Cell, rng: Generator, reps: int) -> Iterator[Draws]:
    """Yield the draws of repetitions, each look's a continuation of the one before."""
    sizes = sorted({look.draws for look in cell.looks})
    if cell.policy.method == "anytime" and cell.policy.items == "these":
        sizes = list(range(1, cell.draws + 1))
    for first in range(0, reps, _CHUNK):
        chances = cell.world(rng, min(_CHUNK, reps - first), cell.items)
        right = _counts(chances, sizes, rng)
        for rep in range(min(_CHUNK, reps - first)):
            yield Draws(
                cell=cell,
                right={n: {arm: of[rep] for arm, of in arms.items()} for n, arms in right.items()},
            )


def _counts(chances: Chances, sizes: list[int], rng: Generator) -> dict[int, dict[str, IntArray]]:
    found: dict[int, dict[str, IntArray]] = {}
    last, before = 0, {arm: np.zeros(p.shape, dtype=np.int64) for arm, p in chances.items()}
    for size in sizes:
        before = {arm: before[arm] + rng.binomial(size - last, p) for arm, p in chances.items()}
        last, found[size] = size, before
    return found


def decisions(cell: Cell, rng: Generator, reps: int) -> list[Decision]:
    """Decide the claim that the effect is above the threshold, in every repetition."""
    trial = cell.trial("greater")
    return [trial.hear(draws.tally)[0] for draws in simulate(cell, rng, reps)]


def both_sides(cell: Cell, rng: Generator, reps: int) -> tuple[list[Decision], list[Decision]]:
    """Decide the claim and its mirror image in every repetition.

    Of a fixed design a refuted claim tells that its mirror image is supported; under planned looks
    each stops by itself.
    """
    up, down = cell.trial("greater"), cell.trial("less")
    pairs = [
        (up.hear(draws.tally)[0], down.hear(draws.tally)[0]) for draws in simulate(cell, rng, reps)
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
