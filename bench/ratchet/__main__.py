"""What a baseline's life does to a gate: changes that change nothing, and losses that add up.

python -m bench.ratchet [--repeats 1000] [--jobs 2]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from bench.ratchet.page import write
from bench.ratchet.plots import draw
from bench.ratchet.study import CELLS, CREEPING, creep, run

HERE = Path(__file__).resolve().parent
_Cell = TypeVar("_Cell")
_Found = TypeVar("_Found")


def main() -> None:
    """Play, write, draw."""
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=1_000)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with ProcessPoolExecutor(args.jobs) as pool:

        def played(
            what: str, play: Callable[[_Cell, int], _Found], cells: Sequence[_Cell]
        ) -> list[_Found]:
            found = pool.map(play, cells, [args.repeats] * len(cells))
            return list(_told(what, found, len(cells)))

        lives = played("lives", run, CELLS)
        losses = played("losses", creep, CREEPING)
    text = write(lives, losses, args.repeats)
    (HERE / "README.md").write_text(text, encoding="utf-8")
    draw(lives, HERE)
    print(text)


def _told(what: str, found: Iterable[_Found], most: int) -> Iterable[_Found]:
    """Say how far it is."""
    for number, one in enumerate(found, start=1):
        print(f"{what}: {number} of {most}", file=sys.stderr, flush=True)
        yield one


if __name__ == "__main__":
    main()
