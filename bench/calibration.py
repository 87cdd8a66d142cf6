"""Are the error rates what they are said to be? One-sided errors of the program's own decisions.

Simulates claims whose effect lies exactly at their threshold, and decides them through the
program's own trials: a claim that is supported, or refuted, is then an error. Cells whose Monte
Carlo bound is not clear are simulated again with more repetitions.

    python bench/calibration.py [--repeats 3000] [--more 20000] [--jobs 2]
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from calibration_trials import Cell, one_sided
from calibration_worlds import (
    beta,
    breaks,
    clustered,
    fixed,
    four,
    loses,
    of_mean,
    sharp,
    two_points,
    weak,
)
from tabulate import tabulate

from harness.records import Policy
from harness.stats.proportion import clopper_pearson

LIMIT = 0.065
HERE = Path(__file__).resolve().parent
POLICY = Policy(effect=0.1)
ITEMS = (20, 50, 100, 200, 500)
DRAWS = (1, 2, 4, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Errors of a cell: claims supported, and refuted, of so many, at the threshold."""

    place: int
    supported: int
    refuted: int
    repeats: int
    coverage: float
    warned: float

    @property
    def group(self) -> str:
        """What kind of claim it is."""
        return CELLS[self.place][0]

    @property
    def cell(self) -> Cell:
        """The cell."""
        return CELLS[self.place][1]

    def bound(self, errors: int) -> float:
        """Return the upper 99% Monte Carlo bound of an error rate."""
        return clopper_pearson(errors, self.repeats, 0.01)[1]

    @property
    def worst(self) -> float:
        """The larger of the two bounds."""
        return max(self.bound(self.supported), self.bound(self.refuted))


def paired() -> Iterator[tuple[str, Cell]]:
    """Yield pairs of arms at a difference of zero."""
    worlds = {
        "same skills, U-shaped": sharp(beta(0.3, 0.3)),
        "same skills, uniform": sharp(beta(1, 1)),
        "same skills, Beta(2, 2)": sharp(beta(2, 2)),
        "linked skills, U-shaped": weak((0.5, 0.5), (0.5, 0.5)),
        "ceiling, mean .95": sharp(beta(19, 1)),
        "asymmetric ceiling, mean .95": weak(of_mean(0.95, 20), of_mean(0.95, 1)),
        "asymmetric, mean .85": weak(of_mean(0.85, 10), of_mean(0.85, 1)),
        "few items broken, others better": breaks(0.05, beta(9, 1)),
    }
    for name, world in worlds.items():
        for items in ITEMS:
            for draws in DRAWS:
                yield name, Cell(name=name, world=world, items=items, draws=draws, policy=POLICY)


def margins() -> Iterator[tuple[str, Cell]]:
    """Yield candidates that lose as much as the margin allows."""
    for margin in (0.02, 0.03, 0.05):
        for name, world in {
            "loses items, others alike": loses(margin, 1.0, two_points(1.0)),
            "loses halves of items": loses(margin, 0.5, two_points(1.0)),
            "loses items, skills U-shaped": loses(margin, 1.0, beta(0.3, 0.3)),
        }.items():
            for items in ITEMS:
                for draws in (1, 2, 16):
                    yield f"{name}, margin {margin}", Cell(
                        name=name, world=world, items=items, draws=draws, threshold=-margin,
                        policy=POLICY,
                    )  # fmt: skip


def others() -> Iterator[tuple[str, Cell]]:
    """Yield the other kinds of claims."""
    skills = weak((0.5, 0.5), (0.5, 0.5))
    for items in ITEMS:
        yield (
            "pass@8 of 16",
            Cell(
                name="pass@8",
                world=sharp(beta(0.3, 0.9)),
                items=items,
                draws=16,
                k=8,
                policy=POLICY,
            ),
        )
        yield (
            "pass@8 of 8",
            Cell(
                name="pass@8", world=sharp(beta(0.3, 0.9)), items=items, draws=8, k=8, policy=POLICY
            ),
        )
        yield (
            "difference in differences",
            Cell(
                name="did", world=four((0.5, 0.5)), items=items, draws=4, claim="did", policy=POLICY
            ),
        )
        yield (
            "disjoint items (Welch)",
            Cell(
                name="welch",
                world=skills,
                items=2 * items,
                draws=4,
                claim="disjoint",
                policy=POLICY,
            ),
        )
        for mean in (0.6, 0.9, 0.95, 0.98):
            yield f"one arm against {mean}", Cell(
                name="bar", world=sharp(beta(*of_mean(mean, 2))), items=items, draws=4,
                threshold=mean, claim="bar", policy=POLICY,
            )  # fmt: skip
        these = Policy(effect=0.1, items="these")
        for draws in (4, 16):
            for name, world in {
                "U-shaped": fixed((0.3, 0.3)), "ceiling": fixed((19, 1)),
                "effects that cancel": fixed((2, 2), 0.2),
            }.items():  # fmt: skip
                yield (
                    f"these items: {name}",
                    Cell(name=name, world=world, items=items, draws=draws, policy=these),
                )
    for clusters in (6, 8, 10, 20, 50):
        for size in (5,):
            yield f"{clusters} clusters of {size}", Cell(
                name="clusters", world=clustered((0.5, 0.5), size), items=clusters * size,
                draws=4, sizes=(size,), policy=POLICY,
            )  # fmt: skip


def looks() -> Iterator[tuple[str, Cell]]:
    """Yield claims with planned looks, and bets."""
    for name, world, threshold in (
        ("same skills, U-shaped", sharp(beta(0.3, 0.3)), 0.0),
        ("linked skills, U-shaped", weak((0.5, 0.5), (0.5, 0.5)), 0.0),
        ("asymmetric, mean .85", weak(of_mean(0.85, 10), of_mean(0.85, 1)), 0.0),
        ("ceiling, mean .95", sharp(beta(19, 1)), 0.0),
        ("loses items, margin 0.05", loses(0.05, 1.0, beta(0.3, 0.3)), -0.05),
    ):
        for items in (50, 200):
            for draws in (1, 16):
                cell = Cell(
                    name=name, world=world, items=items, draws=draws, threshold=threshold,
                    policy=POLICY, auto=True,
                )  # fmt: skip
                yield f"looks: {name}", cell
            bet = replace(POLICY, method="anytime")
            yield f"e-process: {name}", replace(cell, auto=False, draws=4, policy=bet, variance=0.1)


CELLS = (*paired(), *margins(), *others(), *looks())


def run(job: tuple[int, int]) -> Result:
    """Simulate a cell, named by its place: worlds are functions, which do not travel."""
    place, repeats = job
    group, cell = CELLS[place]
    seed = zlib.crc32(f"{group} {cell.items} {cell.draws} {cell.threshold}".encode())
    decisions = one_sided(cell, np.random.default_rng(seed), repeats)
    verdicts = [decision.verdict for decision in decisions]
    inside = sum(one.low <= cell.threshold <= one.high for one in decisions)
    warned = sum(any("near the" in text for text in one.warnings) for one in decisions)
    return Result(
        place=place, supported=verdicts.count("supported"),
        refuted=verdicts.count("refuted"), repeats=repeats, coverage=inside / repeats,
        warned=warned / repeats,
    )  # fmt: skip


def study(jobs: int, repeats: int, more: int) -> list[Result]:
    """Simulate all cells, and those that are not clear again."""
    results = []
    with ProcessPoolExecutor(jobs) as pool:
        for number, found in enumerate(
            pool.map(run, [(place, repeats) for place in range(len(CELLS))]), 1
        ):
            results.append(found)
            if number % 20 == 0:
                print(f"{number} of {len(CELLS)} cells", file=sys.stderr, flush=True)
        open_cells = [
            place for place, found in enumerate(results)
            if more > repeats and found.worst > LIMIT and found.cell.items >= 50
        ]  # fmt: skip
        print(f"{len(open_cells)} cells again", file=sys.stderr, flush=True)
        again = [(place, more) for place in open_cells]
        for place, found in zip(open_cells, pool.map(run, again), strict=True):
            results[place] = found
    return results


def table(results: Sequence[Result]) -> str:
    """Write errors by group, over the numbers of items; each the worst of the draws."""
    groups = dict.fromkeys(result.group for result in results)
    sizes = sorted({result.cell.items for result in results})
    rows = []
    for group in groups:
        row = [group]
        for items in sizes:
            found = [one for one in results if one.group == group and one.cell.items == items]
            row.append(" ".join(_errors(one) for one in found))
        rows.append(row)
    return tabulate(rows, headers=["claim", *map(str, sizes)], tablefmt="github")


def _errors(result: Result) -> str:
    mark = "!" if result.worst > LIMIT and result.cell.items >= 50 else ""
    up, down = 100 * result.supported / result.repeats, 100 * result.refuted / result.repeats
    return f"{up:.1f}/{down:.1f}{mark}"


def report(results: Sequence[Result]) -> str:
    """Write the page."""
    fewest = min(result.repeats for result in results)
    most = max(result.repeats for result in results)
    over = [one for one in results if one.worst > LIMIT and one.cell.items >= 50]
    low = clopper_pearson(round(0.05 * fewest), fewest, 0.005)
    return (
        "# Are the error rates what they are said to be?\n\n"
        "One-sided errors, in per cent, of the default methods at nominal 5%: claims supported / "
        "refuted although the effect is the threshold itself. One pair for each number of draws of "
        "the cell, columns by number of items. "
        f"{fewest} to {most} repetitions: with {fewest}, a true 5.0 shows as {100 * low[0]:.1f} to "
        f"{100 * low[1]:.1f} in 99 of 100 cells. `!` marks cells of 50 items or more whose upper "
        f"99% Monte Carlo bound is above {100 * LIMIT:g}: {len(over)} of {len(results)}.\n"
        f"Made by `python bench/calibration.py`.\n\n{table(results)}\n"
    )


def main() -> None:
    """Simulate, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3000)
    parser.add_argument("--more", type=int, default=20000)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    text = report(study(args.jobs, args.repeats, args.more))
    (HERE / "calibration.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
