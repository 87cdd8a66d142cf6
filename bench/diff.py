"""How long a diff takes, and how much memory: 100,000 items, three arms.

Each case runs in a process of its own, which says how long it took from the call to the last line
of the report, and the most memory that it ever had. Written to `diff.md`.

    python bench/diff.py [--items 100000]
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tabulate import tabulate

from harness.diff import Library, Side, compare
from harness.records import Item, MetricSpec, Policy, Probe, Tally, Task
from harness.report.diff_table import diff_lines
from harness.store import Database
from harness.tasks.items import item_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OUT = Path(__file__).resolve().parent / "diff.md"
ARMS = ("base", "rl", "placebo")
METRICS = ("correct", "lenient", "boxed", "formatted", "truncated")
CASES = {
    "counts, 16 draws": ("counts", 16),
    "counts, 64 draws": ("counts", 64),
    "store, 4 draws": ("store", 4),
}
SEED = 20_261_126
CHUNK = 5_000  # items that are made at a time


def items(count: int) -> tuple[Item, ...]:
    """Make items of three splits and twelve categories."""
    return tuple(
        Item(
            id=item_id(f"prompt {n}", str(n)),
            prompt=f"prompt {n}",
            reference=str(n),
            tags={"split": f"split {n % 3}", "category": f"category {n % 12}"},
        )
        for n in range(count)
    )


def task(count: int) -> Task:
    """Make a task whose probe reads texts."""
    return Task(
        name="many",
        items=items(count),
        metrics=(MetricSpec(name="correct", pattern="(.*)", equals="reference"),),
        answer="correct",
        form="boxed",
        probes=(Probe(name="scratch", pattern=">"),),
    )


def scores(skill: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw 0/1 scores of all metrics, shape [N, draws, M]."""
    shape = (len(skill), draws)
    lenient = rng.random(shape) < skill[:, None]
    boxed = rng.random(shape) < 0.6
    cut = rng.random(shape) < 0.01
    return np.stack([lenient & boxed, lenient, boxed, ~cut, cut], axis=2).astype(np.float64)


def sides(count: int, draws: int, ids: Sequence[str]) -> Iterator[Side]:
    """Make the tallies of three arms."""
    rng = np.random.default_rng(SEED)
    skill = rng.beta(0.6, 0.8, count)
    for place, arm in enumerate(ARMS):
        sums, products = np.empty((count, 5)), np.empty((count, 5, 5))
        for start in range(0, count, CHUNK):
            rows = slice(start, start + CHUNK)
            found = scores(np.clip(skill[rows] + 0.02 * place, 0, 1), draws, rng)
            sums[rows] = found.sum(axis=1)
            products[rows] = np.einsum("ndi,ndj->nij", found, found)
        right = sums[:, 1].astype(int)
        wrong = rng.binomial(draws - right, 0.7)
        yield Side(
            name=arm,
            scorer="0badf00d",
            sampling={"temperature": 1.0},
            tally=Tally(
                ids=tuple(ids),
                draws=np.full(count, draws, dtype=np.int64),
                metrics=METRICS,
                sums=sums,
                products=products,
                answers=tuple(
                    Counter({"right": c, "first": w, "other": draws - c - w})
                    for c, w in zip(right.tolist(), wrong.tolist(), strict=True)
                ),
            ),
        )


def fill(folder: Path, count: int, draws: int) -> None:
    """Write a store and a run, as evals would leave them."""
    state = folder / ".harness"
    rng = np.random.default_rng(SEED)
    skill = rng.beta(0.6, 0.8, count)
    made = items(count)
    key = f"0badf00d/{','.join(METRICS)}"
    samples = []
    with closing(Database(state / "draws.sqlite")) as database, database.writing() as connection:
        connection.execute("INSERT INTO scorers VALUES (1, ?, ?)", (key, json.dumps(METRICS)))
        from harness.store.database import hash_of  # noqa: PLC0415  the store's own

        connection.executemany(
            "INSERT INTO prompts VALUES (?, ?, ?)",
            [(n + 1, hash_of(one.prompt), one.prompt.encode()) for n, one in enumerate(made)],
        )
        for stream, arm in enumerate(ARMS, start=1):
            identity = json.dumps({"sampling": {"temperature": 1.0}, "stream": arm})
            connection.execute(
                "INSERT INTO streams VALUES (?, ?, ?, ?, '', '2026-01-01')",
                (stream, f"{stream:032x}", arm, identity),
            )
            found = scores(np.clip(skill + 0.02 * stream, 0, 1), draws, rng)
            connection.executemany(
                "INSERT INTO draws VALUES (?, ?, ?, ?, 'stop', NULL, 5, 40, 0.1, x'', '')",
                (
                    (stream, n + 1, d, f"work {n}>[{n + (not found[n, d, 1])}]".encode())
                    for n in range(count)
                    for d in range(draws)
                ),
            )
            connection.executemany(
                "INSERT INTO scores VALUES (1, ?, ?, ?, ?, ?)",
                (
                    (stream, one.id, d, found[n, d].tobytes(), f"{int(found[n, d, 1]):08x}")
                    for n, one in enumerate(made)
                    for d in range(draws)
                ),
            )
            samples.append(
                {
                    "task": "many", "arm": arm, "stream": f"{stream:032x}", "scorer": key,
                    "draws": draws, "items": count, "fingerprint": arm,
                }
            )  # fmt: skip
    run = {"schema": 2, "verdict": "green", "provenance": {}, "samples": samples}
    (state / "run.json").write_text(json.dumps(run), encoding="utf-8")


def case(kind: str, count: int, draws: int, folder: Path) -> None:
    """Compare two arms with the first one; print seconds and megabytes."""
    gc.disable()  # as the command does
    shape = task(count)
    lines, working = 0, time.process_time()
    if kind == "counts":
        base, *others = sides(count, draws, [one.id for one in shape.items])
        start, working = time.perf_counter(), time.process_time()
        for other in others:
            lines += len(list(diff_lines(compare(shape, base, other, Policy()), 100)))
    else:
        start, working = time.perf_counter(), time.process_time()
        run = folder / ".harness" / "run.json"
        with Library(folder) as library:
            found = [library.find(f"{run}:{arm}")[0].load() for arm in ARMS]
            for other in found[1:]:
                lines += len(list(diff_lines(compare(shape, found[0], other, Policy()), 100)))
    took, worked = time.perf_counter() - start, time.process_time() - working
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "cpu": worked, "megabytes": peak, "lines": lines}))


def main() -> None:
    """Measure all cases and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--case", nargs=3)
    args = parser.parse_args()
    if args.case:
        case(args.case[0], args.items, int(args.case[1]), Path(args.case[2]))
        return
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for title, (kind, draws) in CASES.items():
            if kind == "store":
                fill(Path(name), args.items, draws)
            command = [sys.executable, __file__, "--items", str(args.items)]
            command += ["--case", kind, str(draws), name]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            told = json.loads(done.stdout)
            times = (f"{told[key]:.1f} s" for key in ("cpu", "seconds"))
            rows.append((title, *times, f"{told['megabytes']:.0f} MB"))
    text = "\n".join(
        [
            "# How long a diff takes",
            "",
            (
                f"{args.items:,} items with 5 metrics, two arms each against a third: from the "
                "call to the last line of both reports, reading the items left out, and the most "
                "memory of the process. Two cores that other work shared, so that the time on the "
                f"clock is longer than it need be. Python {platform.python_version()}, "
                f"{platform.machine()}. Made by `python bench/diff.py`."
            ),
            "",
            tabulate(
                rows, headers=("three arms", "CPU time", "time", "peak memory"), tablefmt="github"
            ),
            "",
        ]
    )
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
