"""The first line of every face: did the run pass?"""

from __future__ import annotations

from collections import Counter

from harness.report.numbers import counted
from harness.report.run import Run


def headline(run: Run) -> str:
    """Say in one line whether the run passed."""
    count = Counter(ruling.decision.verdict for ruling in run.rulings)
    total = len(run.rulings)
    whole = f"{counted(total, 'claim')} in {counted(len(run.evals), 'eval')}"
    mark = "EXPLORATORY, " if run.exploratory else ""
    if run.green and total:
        return f"{mark}SUPPORTED: all of {whole}"
    details = [
        f"{count[verdict]} {verdict}" for verdict in ("refuted", "inconclusive") if count[verdict]
    ]
    if run.missing:
        details.append(f"{counted(len(run.missing), 'eval')} never reported")
    if not details:
        failed = sum(1 for result in run.evals if result.outcome not in {"passed", "skipped"})
        skipped = sum(1 for result in run.evals if result.outcome == "skipped")
        number, what = (failed, "failed") if failed else (skipped, "skipped")
        details.append(f"{counted(number, 'eval')} {what}")
    return f"{mark}NOT PROVEN: {', '.join(details)}, of {whole}"
