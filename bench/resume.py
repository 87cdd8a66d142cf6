"""How long does it take to find out what is missing, and to tally, with a million draws kept?

python -m bench.resume [--draws 1000000]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from tabulate import tabulate

from harness.records import Draw, Score
from harness.store import Database, DrawStore, ScoreStore

HERE = Path(__file__).resolve().parent
PER_ITEM = 16
TEXT = "so 12 + 30 is 42, and the answer is [42]. " * 5  # some 200 characters


class Right:
    """A scorer by name; the scores are made up."""

    metrics, hash = ("correct", "formatted", "truncated"), "made up"


def fill(path: Path, draws: int) -> None:
    """Keep so many draws with their scores, in batches."""
    database = Database(path)
    store, scores = DrawStore(database), ScoreStore(database)
    stream = store.stream({"model": "made up"}, arm="rl")
    scorer = scores.scorer(Right())  # type: ignore[arg-type]
    batch = [Draw(text=f"{TEXT}{n}", tokens=50, seed=n) for n in range(PER_ITEM)]
    marks = [Score(metrics=(float(n % 3 == 0), 1.0, 0.0), answer=f"{n % 3:08x}") for n in
             range(PER_ITEM)]  # fmt: skip
    prompts = [f"What is {n} + {n}?" for n in range(draws // PER_ITEM)]
    for first in range(0, len(prompts), 1_000):
        chunk = prompts[first : first + 1_000]
        store.enter(chunk)
        with database.writing():
            for place, prompt in enumerate(chunk, first):
                store.add(stream, prompt, 0, batch)
                scores.add(scorer, stream, f"{place:016x}", 0, marks)
    database.close()


def resume(path: Path, draws: int) -> None:
    """Do what a resumed run does before its first claim; print the seconds."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    database = Database(path)
    store, scores = DrawStore(database), ScoreStore(database)
    stream = store.stream({"model": "made up"}, arm="rl")
    scorer = scores.scorer(Right())  # type: ignore[arg-type]
    prompts = [f"What is {n} + {n}?" for n in range(draws // PER_ITEM)]
    items = [f"{n:016x}" for n in range(len(prompts))]
    missing = store.missing(stream, prompts, PER_ITEM)
    unscored = scores.unscored(scorer, stream, items, PER_ITEM)
    scanned = time.perf_counter()
    assert not missing
    assert not unscored
    total = np.zeros(3)
    for item in items:
        metrics, _ = scores.read(scorer, stream, item, PER_ITEM)
        total += metrics.sum(axis=0)
    tallied = time.perf_counter()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(scanned - begun, tallied - scanned, (after - before) / 1024)


def main() -> None:
    """Fill a store, and resume from it in a process of its own."""
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=1_000_000)
    parser.add_argument("--resume", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.resume:
        resume(args.resume, args.draws)
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for draws in (args.draws // 10, args.draws):
            path = Path(folder) / f"{draws}.sqlite"
            begun = time.perf_counter()
            fill(path, draws)
            filled = time.perf_counter() - begun
            command = [
                sys.executable,
                "-m",
                "bench.resume",
                "--draws",
                str(draws),
                "--resume",
                path,
            ]
            found = [
                [float(one) for one in subprocess.check_output(command, text=True).split()]
                for _ in range(3)
            ]
            scan, tally, memory = np.median(found, axis=0)
            size = path.stat().st_size / 2**20
            rows.append([f"{draws:,}", size, filled, scan, tally, memory])
    head = [
        "draws",
        "file, MB",
        "filling, s",
        "what is missing?, s",
        "tally of all, s",
        "memory, MB",
    ]
    table = tabulate(rows, headers=head, tablefmt="github", floatfmt=".3g")
    text = (
        "# A million draws in the store\n\nWhat a resumed run does before its first claim: find "
        "the draws and scores that lack, then tally all of them; medians of 3 processes. Memory: "
        f"what that adds.\nMade by `python -m bench.resume`.\n\n{table}\n"
    )
    (HERE / "resume.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
