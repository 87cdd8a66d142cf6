"""Claims on simulated draws, decided by the program's own decision path, for `calibration.py`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from calibration_worlds import Chances, Generator, World

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
    claim
        ``paired``: b against a; ``did``: (b - a) against (d - c); ``bar``: b against a threshold;
        ``disjoint``: b on half of the items against a on the others.
    threshold
        The effect is claimed to lie beyond it.
    auto
        Planned looks, up to `draws`.
    sizes
        Sizes of clusters, repeated as far as the items go; none without clusters.
    alike
        Whether all right answers are the same text, and all wrong ones.
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
    sizes: tuple[int, ...] = ()
    alike: bool = False
    alarm: bool = False
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
        source = Source(task="t", arm=arm, baseline=False, draws=self.draws, where=where)
        return Statistic(source=source, kind="pass_at", k=self.k)

    @property
    def looks(self) -> tuple[Look, ...]:
        """The looks that the program plans."""
        return looks_of(self.terms, self.policy, self.draws, auto=self.auto)

    def trial(self, direction: Direction) -> Trial:
        """Return the claim's trial."""
        question = Question(
            direction=direction, threshold=self.threshold, alarm=self.alarm, variance=self.variance
        )
        clusters = {}
        if self.sizes:
            rounds = -(-self.items // sum(self.sizes))
            labels = np.repeat(np.arange(len(self.sizes) * rounds), self.sizes * rounds)
            clusters = dict(zip(_ids(self.items), map(str, labels[: self.items]), strict=True))
        return Trial(
            terms=self.terms, question=question, policy=self.policy, looks=self.looks,
            clusters=clusters,
        )  # fmt: skip


def _ids(items: int) -> tuple[str, ...]:
    return tuple(f"{item:05d}" for item in range(items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """The draws of one repetition: right ones by each look's number of draws, arm and item."""

    cell: Cell
    right: dict[int, dict[str, IntArray]]

    def tally(self, statistic: Statistic, look: Look) -> Tally:
        """Tally what a look sees, as the sampler does."""
        arm, items, start = statistic.source.arm, self.cell.items, 0
        if self.cell.claim == "disjoint":
            items //= 2
            start = items if arm == "b" else 0
        count = math.ceil(look.share * items)
        right = self.right[look.draws][arm][start : start + count]
        sums = right.astype(np.float64)[:, None]
        answers = (_TWO_ANSWERS,) * count
        if self.cell.alike:
            answers = tuple(
                {key: n for key, n in (("1", c), ("0", look.draws - c)) if n}
                for c in right.tolist()
            )
        return Tally(
            ids=_ids(start + count)[start:],
            draws=np.full(count, look.draws),
            metrics=("correct",),
            sums=sums,
            products=sums[:, :, None],
            answers=answers,
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


def hear(cell: Cell, draws: Draws, direction: Direction) -> Decision:
    """Decide the cell's claim, or its mirror image, on one repetition."""
    decision, _ = cell.trial(direction).hear(draws.tally)
    return decision


def one_sided(cell: Cell, rng: Generator, reps: int) -> list[Decision]:
    """Decide the claim in every repetition.

    Of a fixed design, a refuted claim tells that its mirror image would be supported.
    """
    trial = cell.trial("greater")
    return [trial.hear(draws.tally)[0] for draws in simulate(cell, rng, reps)]


def both_sides(cell: Cell, rng: Generator, reps: int) -> tuple[list[Decision], list[Decision]]:
    """Decide the claim and its mirror image in every repetition."""
    up, down = cell.trial("greater"), cell.trial("less")
    pairs = [
        (up.hear(draws.tally)[0], down.hear(draws.tally)[0]) for draws in simulate(cell, rng, reps)
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def at(cell: Cell, **changes: object) -> Cell:
    """Return the cell with changes."""
    return replace(cell, **changes)  # type: ignore[arg-type]
