"""What the installed plugin costs a pytest run that has no evals.

Runs an unrelated test file in processes of their own, in interleaved pairs with and without the
plugin, bytecode caching on, and writes the medians to `plugin_cost.md`.

    python bench/plugin_cost.py [--pairs 40]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tabulate import tabulate

OUT = Path(__file__).resolve().parent / "plugin_cost.md"
SIDES = {"with the plugin": (), "without": ("-p", "no:harness")}


def seconds(folder: Path, arguments: tuple[str, ...]) -> float:
    """Time one run of the unrelated test, start to exit."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=40)
    args = parser.parse_args()
    times: dict[str, list[float]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_unrelated.py").write_text("def test_it():\n    assert 1 + 1 == 2\n")
        for pair in range(args.pairs + 1):
            for side, arguments in SIDES.items():
                took = seconds(folder, arguments)
                if pair:  # the first pair fills the caches
                    times[side].append(took)
    left, right = times.values()
    gaps = sorted(a - b for a, b in zip(left, right, strict=True))
    quarter = len(gaps) // 4
    rows = [(side, f"{1000 * statistics.median(found):.0f} ms") for side, found in times.items()]
    rows.append(("difference, pair by pair", f"{1000 * statistics.median(gaps):.1f} ms"))
    rows.append(
        ("its quartiles", f"{1000 * gaps[quarter]:.1f} to {1000 * gaps[-1 - quarter]:.1f} ms")
    )
    text = "\n".join(
        [
            "# What the plugin costs a run without evals",
            "",
            (
                f"Medians of {args.pairs} interleaved pairs of whole processes, one trivial test, "
                f"Python {platform.python_version()}. Made by `python bench/plugin_cost.py`."
            ),
            "",
            tabulate(rows, headers=("", "time"), tablefmt="github"),
            "",
        ]
    )
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
