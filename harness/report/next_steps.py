"""What to do next about a run that is not proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.records import Ruling
from harness.report.numbers import counted
from harness.report.run import Run

_MOST = 3  # claims whose needs are told


def next_steps(run: Run) -> Iterator[str]:
    """Yield what to do about what is not supported, a line for each kind."""
    refuted = sum(one.decision.verdict == "refuted" for one in run.rulings)
    if refuted:
        yield (
            f"{counted(refuted, 'claim')} refuted: more draws will not help; change the model, or "
            "the claim, to be reviewed as such"
        )
    yield from _needed([one for one in run.rulings if one.decision.verdict == "inconclusive"])
    if run.missing:
        yield f"{counted(len(run.missing), 'eval')} never reported: run them again"
    broken = sum(
        result.outcome in {"failed", "error"}
        and all(one.decision.verdict == "supported" for one in result.rulings)
        for result in run.evals
    )
    if broken:
        yield f"{counted(broken, 'eval')} failed beside its claims: pytest's report says why"


def _needed(rulings: Sequence[Ruling]) -> Iterator[str]:
    """Yield what open claims need, each need once."""
    if not rulings:
        return
    needs: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        needs.setdefault(ruling.decision.needs, []).append(ruling)
    told = [(text, own) for text, own in needs.items() if text]
    for text, own in told[:_MOST]:
        which = own[0].text if len(own) == 1 else counted(len(own), "claim")
        yield f"{which} inconclusive: {text}"
    rest = len(rulings) - sum(len(own) for _, own in told[:_MOST])
    if rest:
        yield f"{counted(rest, 'claim')} {'more ' if told else ''}inconclusive: more items decide"
