"""What a decision costs: draws under planned looks over those of the fixed design of equal power.

Simulates claims `b > a` through the program's own trials. For each cell the fixed design is the
smallest number of draws (or of items, where each has one draw) with power .9 at the design effect.
Planned looks, and the betting e-process, may take more at most, to keep that power; what they take
on average is the result. Beside them stands Wald's sequential test with known variance.

    python bench/cost_per_decision.py [--repeats 4000] [--jobs 2]
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tabulate import tabulate

from harness.records import Look, Policy, Question, Source, Statistic, Tally
from harness.stats.proportion import wilson
from harness.trial import Trial, looks_of

ALPHA, POWER = 0.05, 0.9
SHARES = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0)  # true effects, over the design effect
GOALS = {0.0: 0.70, 1.0: 0.80, 2.0: 0.50}
INFLATION = 1.2
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A world: items, draws, the design effect, and how skills are spread and linked."""

    name: str
    items: int
    draws: int
    effect: float
    between: float = 0.0  # standard deviation of the items' own effects
    over_items: bool = False  # one draw per item: looks add items

    def sized(self, size: int) -> Cell:
        """Return the cell with another number of draws, or of items."""
        return replace(self, items=size) if self.over_items else replace(self, draws=size)

    @property
    def size(self) -> int:
        """What is bought: draws per item, or items."""
        return self.items if self.over_items else self.draws


CELLS = (
    Cell(name="50 items, same skills", items=50, draws=12, effect=0.10),
    Cell(name="100 items, same skills", items=100, draws=22, effect=0.05),
    Cell(name="100 items, few draws", items=100, draws=4, effect=0.10),
    Cell(name="400 items, skills differ", items=400, draws=12, effect=0.05, between=0.2),
    Cell(name="150 items, skills differ, few draws", items=150, draws=4, effect=0.10, between=0.2),
    Cell(name="single draws, looks add items", items=400, draws=1, effect=0.10, over_items=True),
)


def statistic(arm: str, draws: int) -> Statistic:
    """Return pass@1 of an arm."""
    source = Source(task="simulated", arm=arm, baseline="", draws=draws)
    return Statistic(source=source, kind="pass_at")


def trial_of(cell: Cell, method: str) -> Trial:
    """Return the trial of `b > a`: ``fixed``, ``auto`` or ``anytime``."""
    policy = Policy(alpha=ALPHA, power=POWER, effect=cell.effect)
    question = Question(direction="greater", threshold=0.0)
    if method == "anytime":
        policy = replace(policy, method="anytime")
        variance = 0.44 / cell.draws + cell.between**2
        question = replace(question, variance=variance)
    terms = ((1.0, statistic("b", cell.draws)), (-1.0, statistic("a", cell.draws)))
    looks = looks_of(terms, policy, cell.draws, auto=method == "auto")
    return Trial(terms=terms, question=question, policy=policy, looks=looks)


def simulate(cell: Cell, method: str, share: float, repeats: int) -> tuple[int, float]:
    """Return how often the claim was supported, and the mean share of the cell's size it took."""
    rng = np.random.default_rng([int(1000 * (share + 1)), cell.items, cell.draws, len(method)])
    trial, supported, taken = trial_of(cell, method), 0, 0.0
    ids = tuple(f"{row:06d}" for row in range(cell.items))
    answers = ({"right": 1, "wrong": 1},) * cell.items
    for _ in range(repeats):
        shift = share * cell.effect + cell.between * rng.choice([-1.0, 1.0], cell.items)
        first = 0.25 + 0.25 * rng.random(cell.items) + 0.125
        skill = {"a": first - shift / 2, "b": first + shift / 2}
        right = {arm: rng.random((cell.items, cell.draws)) < skill[arm][:, None] for arm in "ab"}

        def tally(one: Statistic, look: Look, right: dict[str, np.ndarray] = right) -> Tally:
            count = math.ceil(look.share * cell.items)
            sums = right[one.source.arm][:count, : look.draws].sum(axis=1).astype(float)[:, None]
            return Tally(
                ids=ids[:count], draws=np.full(count, look.draws), metrics=("correct",),
                sums=sums, products=sums[:, :, None], answers=answers[:count],
            )  # fmt: skip

        decision, _ = trial.hear(tally)
        supported += decision.verdict == "supported"
        taken += decision.draws * decision.items / (cell.draws * cell.items)
    return supported, taken / repeats


def fixed_size(cell: Cell, repeats: int) -> int:
    """Return the smallest size whose fixed design has the power, by bisection on simulations."""
    low, high = 1, 4 * cell.size
    while high - low > 1:
        middle = (low + high) // 2
        hits, _ = simulate(cell.sized(middle), "fixed", 1.0, repeats)
        low, high = (low, middle) if hits / repeats >= POWER else (middle, high)
    return high


def wald(share: float) -> tuple[float, float]:
    """Return expected size over the fixed one, and power, of the SPRT without overshoot."""
    upper, lower = math.log(POWER / ALPHA), math.log((1 - POWER) / (1 - ALPHA))
    fixed = (1.6449 + 1.2816) ** 2
    if share == 0.5:
        chance = -lower / (upper - lower)
        return -upper * lower / fixed, chance
    h = 1 - 2 * share
    chance = (1 - math.exp(h * lower)) / (math.exp(h * upper) - math.exp(h * lower))
    return (chance * upper + (1 - chance) * lower) / ((share - 0.5) * fixed), chance


def study(cell: Cell, repeats: int) -> list[list[str]]:
    """Return the rows of a cell: expected cost, and in brackets the share supported."""
    fixed = fixed_size(cell, repeats)
    rows = []
    for method in ("fixed", "auto", "anytime"):
        most = fixed if method == "fixed" else math.ceil(INFLATION * fixed)
        if method == "anytime":
            if not cell.over_items:
                continue
            most = math.ceil(1.5 * fixed)
        sized = cell.sized(most)
        found = [simulate(sized, method, share, repeats) for share in SHARES]
        cells = [f"{taken * most / fixed:.2f} ({hits / repeats:.3f})" for hits, taken in found]
        rows.append([cell.name, method, str(most), *cells])
        print(f"{cell.name}: {method}", file=sys.stderr)
    return rows


def main() -> None:
    """Simulate, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=4000)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with ProcessPoolExecutor(args.jobs) as pool:
        parts = list(pool.map(study, CELLS, [args.repeats] * len(CELLS)))
    rows = [row for part in parts for row in part]
    limit = [f"{cost:.2f} ({chance:.3f})" for cost, chance in map(wald, SHARES)]
    rows.append(["limit: SPRT, known variance", "", "", *limit])
    text = report(rows, args.repeats)
    (HERE / "cost_per_decision.md").write_text(text, encoding="utf-8")
    print(text)


def report(rows: Sequence[Sequence[str]], repeats: int) -> str:
    """Write the page."""
    head = ["world", "design", "most", *(f"{share:+g} d" if share else "0" for share in SHARES)]
    low, high = wilson(round(ALPHA * repeats), repeats, 0.005)
    goals = ", ".join(f"{most:.2f} at {share:g} d" for share, most in GOALS.items())
    return (
        "# What a decision costs\n\n"
        f"Expected draws over those of the fixed design with power {POWER} at the design effect d "
        f"(in brackets: share of claims supported), by true effect; one-sided alpha {ALPHA}, "
        f"{repeats} repetitions: a true 5% shows as {low:.1%} to {high:.1%} in 99 of 100 cells. "
        "`most` is the draws per item at most, or the items where looks add those; planned looks "
        f"may take {INFLATION} of the fixed design at most, the e-process 1.5.\n"
        f"Goals for planned looks: at most {goals}, at the same error rates.\n"
        "Made by `python bench/cost_per_decision.py`.\n\n"
        f"{tabulate(rows, headers=head, tablefmt='github', disable_numparse=True)}\n"
    )


if __name__ == "__main__":
    main()
