"""Are the error rates what they are said to be? Simulates the program's own decisions.

Cells whose Monte Carlo bound is not clear are simulated again with more repetitions.

    python -m bench.calibration [--repeats 6000] [--more 40000] [--jobs 2]
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.calibration.cells import BETS, POWER, SECTIONS
from bench.calibration.families import BUILDS, play
from bench.calibration.methods import CELLS, OFFERED, UNUSED, Tested, compare
from bench.calibration.page import Findings, write
from bench.calibration.plots import draw
from bench.calibration.single_draws import enumerate_errors
from bench.calibration.study import study

HERE = Path(__file__).resolve().parent
ALPHA = 0.05


def simulate(jobs: int, repeats: int, more: int) -> Findings:
    """Simulate everything."""
    with ProcessPoolExecutor(jobs) as pool:

        def compared(alpha: float) -> list[Tested]:
            print(f"methods, one-sided at {alpha:g}", file=sys.stderr, flush=True)
            whole = [
                (place, method, alpha, repeats // 2)
                for method in (*OFFERED, *UNUSED)
                for place in range(len(CELLS))
            ]
            return list(pool.map(compare, whole))

        sections = {
            title: study(title, pool, repeats // 3 if title in {BETS, POWER} else repeats, more)
            for title in SECTIONS
        }
        print("builds", file=sys.stderr, flush=True)
        return Findings(
            sections=sections,
            builds=list(pool.map(play, [(place, repeats // 2) for place in range(len(BUILDS))])),
            two_sided=compared(ALPHA / 2),
            one_sided=compared(ALPHA),
            single_draws=enumerate_errors(),
        )


def main() -> None:
    """Simulate, write, draw."""
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=6_000)
    parser.add_argument("--more", type=int, default=40_000)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    found = simulate(args.jobs, args.repeats, args.more)
    (HERE / "README.md").write_text(write(found), encoding="utf-8")
    draw(found, HERE)


if __name__ == "__main__":
    main()
