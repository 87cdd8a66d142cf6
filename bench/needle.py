"""Does the gate find the needle? `pytest evals/` on many sampling seeds, with and without RL.

Runs the committed evals in a process of its own for each seed, once as they are and once with the
arm `rl` swapped for `random_reward`, and writes a table to `needle.md`. The first must be green,
the second red.

    python -m bench.needle [--seeds 20] [--jobs 2]
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tabulate import tabulate

from bench.apart import ROOT, run_evals

SWAP = ("--harness-arm", "rl=random_reward")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one run ended."""

    seed: int
    swapped: bool
    code: int
    seconds: float
    unsupported: tuple[str, ...]


def run(seed: int, *, swapped: bool) -> Outcome:
    """Run the evals once, in a process of its own."""
    start = time.monotonic()
    code, found = run_evals("--harness-seed", str(seed), *(SWAP if swapped else ()))
    seconds = time.monotonic() - start
    return Outcome(
        seed=seed,
        swapped=swapped,
        code=code,
        seconds=seconds,
        unsupported=tuple(
            f"{claim['decision']['verdict']}: {claim['text']}"
            for claim in found["claims"]
            if claim["decision"]["verdict"] != "supported"
        ),
    )


def report(outcomes: list[Outcome]) -> str:
    """Write the outcomes as markdown."""
    plain = [outcome for outcome in outcomes if not outcome.swapped]
    swapped = [outcome for outcome in outcomes if outcome.swapped]
    green = sum(outcome.code == 0 for outcome in plain)
    red = sum(outcome.code == 1 for outcome in swapped)
    rows = [
        (
            first.seed,
            "green" if first.code == 0 else f"red ({first.code})",
            "; ".join(first.unsupported) or "-",
            "green" if second.code == 0 else f"red ({second.code})",
            len(second.unsupported),
        )
        for first, second in zip(plain, swapped, strict=True)
    ]
    headers = ("seed", "as it is", "not supported", "rl = random_reward", "claims not supported")
    seconds = sorted(outcome.seconds for outcome in outcomes)
    return "\n".join(
        [
            "# Does the gate find the needle?",
            "",
            (
                f"`pytest evals/` on {len(plain)} sampling seeds: **{green} of {len(plain)} "
                f"green** as it is, **{red} of {len(swapped)} red** with `rl` swapped for "
                f"`random_reward` (`{' '.join(SWAP)}`). "
                f"Median {seconds[len(seconds) // 2]:.0f} s a run, two at a time on two cores."
            ),
            "Made by `python -m bench.needle`.",
            "",
            tabulate(rows, headers=headers, tablefmt="github"),
            "",
        ]
    )


def main() -> None:
    """Run all seeds and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    cells = [(seed, swapped) for seed in range(1, args.seeds + 1) for swapped in (False, True)]
    with ThreadPoolExecutor(args.jobs) as pool:
        outcomes = []
        for outcome in pool.map(lambda cell: run(cell[0], swapped=cell[1]), cells):
            outcomes.append(outcome)
            print(f"{len(outcomes)} of {len(cells)} runs: {outcome}", flush=True)
    text = report(outcomes)
    (ROOT / "bench" / "needle.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
