"""What to do next about a run that is not proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.report.numbers import counted
from harness.report.run import Run


def next_steps(run: Run) -> Iterator[str]:
    """Yield what to do about what is not supported, a line for each kind."""
    count = Counter(ruling.decision.verdict for ruling in run.rulings)
    if count["refuted"]:
        yield (
            f"{counted(count['refuted'], 'claim')} refuted: more draws will not help; change the "
            "model, or change what is claimed and have that reviewed"
        )
    if count["inconclusive"]:
        yield (
            f"{counted(count['inconclusive'], 'claim')} inconclusive: give what is needed, as said "
            "above, and plan for it: `harness plan --write`"
        )
    if run.missing:
        yield f"{counted(len(run.missing), 'eval')} never reported: run again"
    broken = sum(
        result.outcome in {"failed", "error"}
        and all(one.decision.verdict == "supported" for one in result.rulings)
        for result in run.evals
    )
    if broken:
        yield f"{counted(broken, 'eval')} failed beside the claims: pytest's report says why"
