"""How long `harness study` takes, from the start of the process: 1,000 items, 128 draws, two arms.

The arms are baselines, which hold counts. Written to `study.md`.

    python bench/study.py [--items 1000] [--draws 128]
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from tabulate import tabulate

from harness.baseline import Baseline, BaselineStore, Origin
from harness.records import Tally
from harness.tasks import load_task

OUT = Path(__file__).resolve().parent / "study.md"
SEED = 20_261_126
RUNS = 5
START = "from harness.cli import main; raise SystemExit(main())"
METRICS = ("correct", "boxed", "formatted", "truncated")
CONFIG = """\
schema: 1
arms:
  base: {engine: python, function: "m:base"}
  rl: {engine: python, function: "m:rl"}
  placebo: {engine: python, function: "m:placebo"}
"""
TASK = r"""
schema: 1
items: many.jsonl
form: boxed
metrics:
  correct: {regex: '\[(.*)\]', equals: reference}
  boxed: {regex: '\[.*\]'}
"""
#: By command: the arguments, and what the items are tagged with.
CASES = {
    "study base rl": (["baseline:base", "baseline:rl"], False),
    "the same, by 3 splits and 12 categories": (["baseline:base", "baseline:rl"], True),
    "with a control, by 3 splits and 12 categories": (
        ["baseline:base", "baseline:rl", "--control", "baseline:placebo"], True,
    ),
}  # fmt: skip


def fill(folder: Path, items: int, draws: int, *, tagged: bool) -> None:
    """Write a project with baselines of a base, of one that RL sharpened, and of a placebo."""
    rng = np.random.default_rng(SEED)
    tasks = folder / "evals" / "tasks"
    tasks.mkdir(parents=True)
    (folder / "evals/harness.yaml").write_text(CONFIG, encoding="utf-8")
    (tasks / "many.yaml").write_text(TASK, encoding="utf-8")
    tags = [
        {"split": f"s{n % 3}", "category": f"c{n % 12}"} if tagged else {} for n in range(items)
    ]
    lines = (
        json.dumps({"prompt": f"p{n}", "reference": str(n), "tags": one})
        for n, one in enumerate(tags)
    )
    (tasks / "many.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ids = tuple(sorted(item.id for item in load_task(tasks, "many").items))
    skill = rng.beta(0.3, 1.0, items)
    sharp = np.where(rng.random(items) < 0.3, 0.0, skill**0.4)
    for arm, chance in (("base", skill), ("rl", sharp), ("placebo", skill)):
        boxed = rng.binomial(draws, 0.7, items)
        right = rng.binomial(boxed, chance)
        sums = np.stack([right, boxed, np.full(items, draws), np.zeros(items)], axis=1).astype(
            float
        )
        products = np.minimum(sums[:, :, None], sums[:, None, :])
        origin = Origin(epoch=1, taken="2026-01-01", model="f00d" * 4, how="record")
        baseline = Baseline(
            task="many", arm=arm, seed=0, origins=(origin,) * items, prompts=("",) * items,
            identity={"scorer": "0badf00d", "sampling": {"temperature": 1.0}, "prompting": {}},
            tally=Tally(
                ids=ids, draws=np.full(items, draws, dtype=np.int64), metrics=METRICS, sums=sums,
                products=products, answers=({},) * items,
            ),
        )  # fmt: skip
        BaselineStore(folder / "evals" / "baselines").save(baseline)


def measured(folder: Path, sides: list[str]) -> tuple[float, float]:
    """Return the seconds of the fastest run on the clock, and of its CPU time."""
    found = []
    for _ in range(RUNS):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", START, "study", *sides],
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.stdout.startswith("baseline:rl")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append((took, cpu))
    return min(found)


def main() -> None:
    """Measure all cases and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000)
    parser.add_argument("--draws", type=int, default=128)
    args = parser.parse_args()
    rows = []
    for title, (sides, tagged) in CASES.items():
        with tempfile.TemporaryDirectory() as name:
            fill(Path(name), args.items, args.draws, tagged=tagged)
            took, cpu = measured(Path(name), sides)
        rows.append((title, f"{took:.1f} s", f"{cpu:.1f} s"))
    text = "\n".join(
        [
            "# How long a study takes",
            "",
            (
                f"{args.items:,} items, {args.draws} draws of each, 4 metrics, counts from "
                "baselines: from the start of the process to its end, the fastest of "
                f"{RUNS} runs. Two cores that other work shared. Python "
                f"{platform.python_version()}, {platform.machine()}. Made by "
                "`python bench/study.py`."
            ),
            "",
            tabulate(rows, headers=("command", "time", "CPU time"), tablefmt="github"),
            "",
        ]
    )
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
