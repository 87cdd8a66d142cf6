"""What a report of 10,000 items and 3 arms takes: to make, to load, to filter and in bytes.

Makes runs with texts as long as those of short reasoning, writes their pages with `harness html`,
opens them in a headless Chromium, and writes the figures to `report.md`.

    python bench/report.py [--chromium /usr/bin/chromium]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

if TYPE_CHECKING:
    from playwright.sync_api import Browser

sys.path.append(str(Path(__file__).resolve().parents[1]))
from bench.made_run import made_run
from harness.report.html import Report, html_report
from harness.report.stored import read_run

OUT = Path(__file__).resolve().parent / "report.md"
ARMS = ("rl", "base", "sft")
SIZES = ((500, 16), (10_000, 4))  # items, and draws of each arm
LIMIT = 3_000_000
_WORDS = 90  # of a completion
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def run_of(folder: Path, items: int, draws: int) -> Path:
    """Write a run whose texts compress about as real ones do."""
    source = random.Random(0)
    letters = "etaoinshrdlu"
    known = ["".join(source.choices(letters, k=source.randint(2, 9))) for _ in range(3_000)]
    prompts = [f"{at}: {' '.join(source.choices(known, k=25))}?" for at in range(items)]

    def said(arm: str, at: int, n: int) -> tuple[str, bool]:
        right = source.random() < {"rl": 0.7, "base": 0.4, "sft": 0.5}[arm]
        return f"{' '.join(source.choices(known, k=_WORDS))} [{at + n}]", right

    tags = {"split": [source.choice(("id", "hard")) for _ in prompts]}
    return made_run(folder, prompts=prompts, arms=ARMS, draws=draws, said=said, tags=tags)


def measured(browser: Browser, path: Path) -> dict[str, str]:
    """Open a page, and time what a reader waits for; all in milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready=yes]", state="attached", timeout=60_000)
    ready = time.perf_counter() - start
    times = {name: _timed(page, step) for name, step in _STEPS.items()}
    paint = page.evaluate(_PAINT)
    page.close()
    return {"first paint": f"{paint:.0f} ms", "all texts there": f"{1_000 * ready:.0f} ms", **times}


_STEPS = {
    "filter": "document.querySelector('[name=resultB]').value = 'some'",
    "search": "document.querySelector('[name=search]').value = 'tea'",
}


def _timed(page: Any, step: str) -> str:  # noqa: ANN401  a page of Playwright's
    """Time from a change of the form to the list that shows it, less the wait for more letters."""
    script = f"""() => new Promise((done) => {{
      {step};
      const start = performance.now();
      const seen = new MutationObserver(() => {{
        seen.disconnect(); done(performance.now() - start);
      }});
      seen.observe(document.getElementById('rows'), {{childList: true}});
      document.getElementById('filters').dispatchEvent(new Event('input'));
    }})"""
    return f"{page.evaluate(script):.0f} ms"


def made(items: int, draws: int, folder: Path) -> tuple[Report, float]:
    """Make a page; return it with the seconds it took."""
    path = run_of(folder, items, draws)
    start = time.perf_counter()
    report = html_report(read_run(path), store=folder / "draws.sqlite", root=folder, limit=LIMIT)
    return report, time.perf_counter() - start


def main() -> None:
    """Measure and write the table."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only here

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    args = parser.parse_args()
    rows = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=args.chromium, args=["--no-sandbox"])
        for items, draws in SIZES:
            folder = Path(name) / str(items)
            report, seconds = made(items, draws, folder)
            (folder / "report.html").write_text(report.text, encoding="utf-8")
            rows.append({
                "items": f"{items:,}", "arms": len(ARMS), "draws": draws,
                "made in": f"{seconds:.1f} s",
                "size": f"{len(report.text.encode()) / 1e6:.2f} MB",
                **measured(browser, folder / "report.html"),
                "left out": " ".join(report.notes) or "nothing",
            })  # fmt: skip
            print(rows[-1])
        version = browser.version
        browser.close()
    lines = [
        "# What a report takes",
        "",
        (
            f"Chromium {version} without a screen, on two cores; texts of {_WORDS} words; at most "
            f"{LIMIT / 1e6:g} MB a page. `filter` and `search` go through all items and texts. "
            "Made by `python bench/report.py`."
        ),
        "",
        tabulate(rows, headers="keys", tablefmt="github", disable_numparse=True),
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
