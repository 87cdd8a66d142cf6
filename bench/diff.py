"""How long a diff takes, and how much memory: 100,000 items, three arms.

Each case runs in a process of its own. Two arms are compared with a third, from the call to the
last line of both reports; and one with another by the command, from the start of its process to
its end. Written to `diff.md`.

    python bench/diff.py [--items 100000]
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import json
import os
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

from harness.baseline import Baseline, BaselineStore, Origin
from harness.diff import Library, Side, compare
from harness.records import Item, Policy, Tally
from harness.report.diff_table import diff_lines
from harness.store import Database
from harness.tasks import load_task
from harness.tasks.items import item_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OUT = Path(__file__).resolve().parent / "diff.md"
ARMS = ("base", "rl", "placebo")
METRICS = ("correct", "lenient", "boxed", "formatted", "truncated")
CASES = {
    "counts, 16 draws": ("counts", 16),
    "counts, 64 draws": ("counts", 64),
    "store, 4 draws": ("store", 4),
}
COMMANDS = {
    "draws of a run": ("base", "rl"),
    "baselines": ("baseline:base", "baseline:rl"),
    "a run and its baseline": ("baseline:rl", "rl"),
}
COMMAND = "import sys; from harness.cli import main; sys.exit(main())"
CONFIG = "schema: 1\narms: {base: {engine: recorded, path: none.jsonl}}\n"
TASK = """\
schema: 1
items: many.jsonl
metrics:
  correct: {regex: '\\[(\\d+)\\]', equals: reference}
  boxed: {regex: '\\[\\d+\\]'}
form: boxed
probes: {scratch: {regex: '>'}}
"""
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
                    Counter({"0badf00d": c, "c0ffee": w, "decade": draws - c - w})
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
    samples, arms = [], {}
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
            arms[arm] = found.sum(axis=1)
            samples.append(
                {
                    "task": "many", "arm": arm, "stream": f"{stream:032x}", "scorer": key,
                    "draws": draws, "items": count, "fingerprint": arm,
                }
            )  # fmt: skip
    run = {
        "schema": 2, "verdict": "green", "provenance": {}, "samples": samples,
        "items": [read(made, arms, draws)],
    }  # fmt: skip
    (state / "run.json").write_text(json.dumps(run), encoding="utf-8")


def read(made: Sequence[Item], arms: Mapping[str, np.ndarray], draws: int) -> dict[str, object]:
    """Return what a run tells of the items that it read."""
    return {
        "task": "many",
        "ids": [one.id for one in made],
        "tags": {tag: [one.tags[tag] for one in made] for tag in made[0].tags},
        "clusters": None,
        "arms": [
            {
                "arm": arm,
                "draws": [draws] * len(made),
                "sums": {
                    name: own.astype(int).tolist()
                    for name, own in zip(METRICS, sums.T, strict=True)
                },
            }
            for arm, sums in arms.items()
        ],
        "baselines": [],
    }


def project(folder: Path, count: int) -> None:
    """Write a task, its config and the baselines of all arms, as accepting would leave them."""
    (folder / "tasks").mkdir(parents=True)
    (folder / "harness.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "tasks" / "many.yaml").write_text(TASK, encoding="utf-8")
    made = items(count)
    with (folder / "tasks" / "many.jsonl").open("w", encoding="utf-8") as file:
        for one in made:
            row = {"prompt": one.prompt, "reference": one.reference, "tags": one.tags}
            file.write(json.dumps(row) + "\n")
    for side in sides(count, 16, [one.id for one in made]):
        given = tuple({key: n for key, n in one.items() if n} for one in side.tally.answers)
        BaselineStore(folder / "baselines").save(
            Baseline(
                task="many",
                arm=side.name,
                identity={"scorer": side.scorer, "sampling": side.sampling, "prompting": None},
                seed=SEED,
                origins=(Origin(epoch=1, taken="2026-01-01", model=""),) * count,
                prompts=("",) * count,
                tally=dataclasses.replace(side.tally, answers=given),
            )
        )


def case(kind: str, count: int, draws: int, folder: Path) -> None:
    """Compare two arms with the first one, and print seconds and megabytes; or make the project."""
    if kind == "project":
        fill(folder, count, draws)
        project(folder / "evals", count)
        return
    gc.disable()  # as the command does
    shape = load_task(folder / "evals" / "tasks", "many")
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
            found = [library.find(f"{run}:{arm}")[0].load(shape) for arm in ARMS]
            for other in found[1:]:
                lines += len(list(diff_lines(compare(shape, found[0], other, Policy()), 100)))
    took, worked = time.perf_counter() - start, time.process_time() - working
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "cpu": worked, "megabytes": peak, "lines": lines}))


def command(folder: Path, before: str, after: str) -> dict[str, float]:
    """Run the command, and return its seconds and megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "diff", before, after],
        cwd=folder, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, (before, after)
    return {
        "seconds": time.perf_counter() - start,
        "cpu": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
    }


def table(title: str, rows: dict[str, dict[str, float]]) -> str:
    """Write what was measured."""
    return tabulate(
        [
            (name, f"{one['cpu']:.1f} s", f"{one['seconds']:.1f} s", f"{one['megabytes']:.0f} MB")
            for name, one in rows.items()
        ],
        headers=(title, "CPU time", "time", "peak memory"),
        tablefmt="github",
    )


def main() -> None:
    """Measure all cases and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--case", nargs=3)
    args = parser.parse_args()
    if args.case:
        case(args.case[0], args.items, int(args.case[1]), Path(args.case[2]))
        return
    loads, calls = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        call = [sys.executable, __file__, "--items", str(args.items), "--case"]
        # Made elsewhere: a process begins with the most memory that its parent ever had.
        subprocess.run([*call, "project", "4", name], check=True)
        for title, (kind, draws) in CASES.items():
            loads.append(os.getloadavg()[0])
            done = subprocess.run(
                [*call, kind, str(draws), name], check=True, capture_output=True, text=True
            )
            calls[title] = json.loads(done.stdout)
        commands = {}
        for title, (before, after) in COMMANDS.items():
            loads.append(os.getloadavg()[0])
            commands[title] = command(folder, before, after)
    shared = (
        f"Two cores that other work shared (load {min(loads):.1f} to {max(loads):.1f}), so that "
        "the time on the clock is longer than it need be, and CPU time somewhat."
    )
    made = (
        f"Python {platform.python_version()}, {platform.machine()}. Made by `python bench/diff.py`."
    )
    text = f"""\
# How long a diff takes

{args.items:,} items with 5 metrics; a run holds 4 draws of each, and tells so in its run.json;
a baseline holds 16. {shared}
{made}

Two arms each against a third in one process, from the call to the last line of both reports, the
reading of the items left out:

{table("three arms", calls)}

One arm against another by the command, from the start of its process to its end:

{table("`harness diff`", commands)}
"""
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
