"""How fast do training data stream past the items, and in how much memory?

python -m bench.overlap [--megabytes 500] [--items 5000]
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from tabulate import tabulate

from harness.contamination import Terms, contamination
from harness.records import Item, Task

HERE = Path(__file__).resolve().parent
KINDS = {
    "plain.txt": "plain text, ASCII",
    "quotes.txt": "plain text, 1% other characters",
    "lines.jsonl": "JSON lines",
    "lines.jsonl.gz": "JSON lines, gzipped",
    "rows.parquet": "Parquet",
}


def paragraphs(generator: random.Random, size: int, others: str = "") -> Iterator[str]:
    """Yield paragraphs of a made-up language of 50,000 words, of so many characters in all."""
    known = ["".join(generator.choices("etaoinshrdlu", k=generator.randint(2, 9))) for _ in
             range(50_000)]  # fmt: skip
    done = 0
    while done < size:
        text = " ".join(generator.choices(known, k=120)).capitalize() + f"{others}."
        yield text
        done += len(text) + 1


def make(path: Path, megabytes: int) -> None:
    """Write training data of a kind."""
    generator = random.Random(7)
    others = "\u201c\u00e9\u201d \u2013 \u2019" if path.name == "quotes.txt" else ""
    texts = paragraphs(generator, megabytes * 1_000_000, others)
    if path.suffix == ".parquet":
        # A process hands its peak of memory on to those that it starts: it is kept small.
        with pq.ParquetWriter(path, pa.schema({"text": pa.string()})) as writer:
            while rows := list(islice(texts, 10_000)):
                writer.write_table(pa.table({"text": rows}))
    elif path.suffix == ".txt":
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{text}\n" for text in texts)
    else:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps({"text": text}) + "\n" for text in texts)


def scan(path: Path, count: int) -> None:
    """Compare items with a file; print the seconds, the text and the memory."""
    texts = paragraphs(random.Random(8), 10**9)
    items = tuple(Item(id=str(at), prompt=next(texts), reference=str(at)) for at in range(count))
    begun = time.process_time()
    found = contamination(
        Task(name="made up", items=items, metrics=(), answer="correct"), [str(path)], Terms()
    )
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps([seconds, found.reading.text / 1e6, path.stat().st_size / 1e6, peak]))


def main() -> None:
    """Measure each kind in a process of its own, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--scan", type=Path)
    args = parser.parse_args()
    if args.scan:
        scan(args.scan, args.items)
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, what in KINDS.items():
            path = Path(folder) / name
            make(path, args.megabytes)
            command = [sys.executable, "-m", "bench.overlap", "--scan", str(path)]
            command += ["--items", str(args.items)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            path.unlink()
            seconds, text, size, peak = json.loads(told)
            rows.append([what, f"{size:.0f}", f"{text:.0f}", f"{seconds:.1f}",
                         f"{text / seconds:.0f}", f"{peak:.0f}"])  # fmt: skip
            print(rows[-1], flush=True)
    head = ["training data", "file, MB", "text, MB", "CPU, s", "text, MB/s", "memory, MB"]
    page = (
        f"# How fast training data are compared\n\n{args.items:,} items of 120 words against "
        f"{args.megabytes:,} MB of made-up text, by 13-grams, in one process of one thread. Its "
        f"CPU time includes hashing the items;\nmemory is its peak, Python and numpy included. "
        f"Made by `python -m bench.overlap`.\n\n{tabulate(rows, head, tablefmt='github')}\n"
    )
    (HERE / "overlap.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
