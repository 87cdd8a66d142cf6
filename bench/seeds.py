"""How often claims about recipes err: with few training seeds, and where these are ignored.

Simulates items, recipes whose checkpoints differ by the seed, and draws, with no effect on average,
and decides `recipe > other` and `recipe < other` by the program's own judge. Beside it stand the
same claims on the same draws about the checkpoints at hand, and Satterthwaite's degrees of freedom.

    python bench/seeds.py [--repeats 2000] [--jobs 2]
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tabulate import tabulate

from harness.decide import decide
from harness.records import Part, Policy, Question, Sample, Seeds
from harness.stats.mean import Mean, add_independent, t_floor
from harness.stats.proportion import wilson
from harness.stats.seeds import over_seeds

if TYPE_CHECKING:
    from harness.records.data import FloatArray

DRAWS, ALPHA = 8, 0.05
SPREADS = (0.0, 0.01, 0.03, 0.05)
HERE = Path(__file__).resolve().parent
POLICY = Policy(alpha=ALPHA)
SIDES = (Question(direction="greater", threshold=0.0), Question(direction="less", threshold=0.0))


_PAGE = """\
# Claims about recipes

One-sided error of claims that a recipe is better, or worse, where it is neither on average;
nominal {alpha:.0%}, {draws} draws per item, {repeats} repetitions: a true 5% shows as {low:.1%}
to {high:.1%} in 99 of 100 cells. Items differ by recipe (sd 0.1) and by checkpoint (0.05); `sd
of seeds` is that of a checkpoint's mean skill. `error` is the program's. `Satterthwaite`: the
same variance with his degrees of freedom, without a correction for skewness. `seeds ignored`:
the same draws, as a claim about these checkpoints. Made by `python bench/seeds.py`.

{table}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How many seeds, items and recipes there are, and by how much the seeds differ.

    Attributes
    ----------
    seeds, items
        Training seeds of each recipe, and items.
    both
        Whether a recipe is compared with another one, or with a single checkpoint.
    spread
        Standard deviation of a checkpoint's mean skill between training seeds.
    """

    seeds: int
    items: int
    both: bool
    spread: float


def simulate(world: World, rng: np.random.Generator) -> Sample:
    """Draw a claim's data: skills of items, of recipes on them, of seeds, and of seeds on items."""
    skills = rng.uniform(0.2, 0.8, world.items)
    recipe = _scores(world, skills, world.seeds, rng)
    other = _scores(world, skills, world.seeds if world.both else 1, rng)
    seeds = [Seeds(recipe="recipe", means=recipe.mean(axis=1))]
    if world.both:
        seeds.append(Seeds(recipe="other", means=-other.mean(axis=1)))
    values = recipe.mean(axis=0) - other.mean(axis=0)
    part = Part(values=values, half_range=1.0, noise=0.0)
    return Sample(parts=(part,), draws=DRAWS, low=-1.0, high=1.0, seeds=tuple(seeds))


def _scores(world: World, skills: FloatArray, seeds: int, rng: np.random.Generator) -> FloatArray:
    """Return each checkpoint's share of right draws of each item, shape [seeds, items]."""
    own = skills + rng.normal(0, 0.1, len(skills))
    shift = rng.normal(0, world.spread, (seeds, 1)) if seeds > 1 else np.zeros((1, 1))
    each = own + shift + rng.normal(0, 0.05, (seeds, len(skills)))
    return rng.binomial(DRAWS, each.clip(0, 1)) / DRAWS


def errors(world: World, repeats: int) -> tuple[float, float, float]:
    """Return the one-sided error of the program, of Satterthwaite, and without the seeds."""
    rng = np.random.default_rng([world.seeds, world.items, world.both, int(1000 * world.spread)])
    found = np.array([_wrong(simulate(world, rng)) for _ in range(repeats)])
    counted, by_satterthwaite, ignored = found.mean(axis=0) / len(SIDES)
    return float(counted), float(by_satterthwaite), float(ignored)


def _wrong(sample: Sample) -> tuple[int, int, int]:
    """Count the claims of either side that are supported, by each way to decide them."""
    alone = dataclasses.replace(sample, seeds=())
    total = add_independent([t_floor(sample.parts[0].values, 1.0), *_spread(sample.seeds)])
    p = min(total.p_greater(0.0), total.p_less(0.0))
    return _supported(sample), int(p < ALPHA), _supported(alone)


def _supported(sample: Sample) -> int:
    return sum(decide(sample, side, POLICY).verdict == "supported" for side in SIDES)


def _spread(seeds: Sequence[Seeds]) -> Iterator[Mean]:
    for one in seeds:
        found = over_seeds(one.means)
        if found.se > 0:
            yield dataclasses.replace(found, estimate=0.0)


def page(rows: list[tuple[World, tuple[float, float, float]]], repeats: int) -> str:
    """Write the results out."""
    low, high = wilson(round(2 * repeats * ALPHA), 2 * repeats, 0.005)
    cells = [
        (world.seeds, world.items, "a recipe" if world.both else "a checkpoint",
         f"{world.spread:g}", *(f"{share:.1%}" for share in found))
        for world, found in rows
    ]  # fmt: skip
    head = ["seeds", "items", "against", "sd of seeds", "error", "Satterthwaite", "seeds ignored"]
    table = tabulate(cells, headers=head, tablefmt="github")
    return _PAGE.format(alpha=ALPHA, draws=DRAWS, repeats=repeats, low=low, high=high, table=table)


def main(args: argparse.Namespace) -> None:
    """Simulate all worlds and write the page."""
    worlds = [
        World(seeds=seeds, items=items, both=both, spread=spread)
        for both, seeds, items, spread in product((False, True), (2, 3, 5), (50, 200), SPREADS)
    ]
    with ProcessPoolExecutor(args.jobs) as pool:
        found = list(pool.map(errors, worlds, [args.repeats] * len(worlds)))
    (HERE / "seeds.md").write_text(
        page(list(zip(worlds, found, strict=True)), args.repeats), encoding="utf-8"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    sys.exit(main(parser.parse_args()))
