"""The end of a session on the terminal: the verdict first, then a table of all claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.records import Decision
from harness.report.numbers import counted, interval, level, signed, verdict_word
from harness.report.run import EvalResult, Run
from harness.report.table import Row, table

_HEADERS = ("verdict", "claim", "effect", "interval", "draws")


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


def summary(run: Run, width: int) -> Iterator[str]:
    """Yield the lines of the summary for a terminal `width` columns wide."""
    yield headline(run)
    if run.rulings:
        yield ""
        rows = list(_rows(run))
        yield from table(rows, _HEADERS, width=width, wrapped=1)
        yield f"intervals: {_levels(run)}; draws: items x draws per item{_starred(rows)}"
    yield from remarks(run)


def _title(result: EvalResult) -> str:
    """Name an eval, with what it selects."""
    name, selection = result.nodeid.partition("::")[2], result.rulings[0].selection
    return f"{name} ({selection})" if selection else name


def _rows(run: Run) -> Iterator[Row]:
    """Yield the title of each eval, and its claims."""
    for result in run.evals:
        if result.rulings:
            yield _title(result)
        for ruling in result.rulings:
            margins = (ruling.low_margin, ruling.high_margin)
            verdict = verdict_word(ruling)
            yield (
                f" {verdict}" if verdict in {"supported", "quiet"} else f" {verdict.upper()}",
                ruling.text,
                signed(ruling.decision.effect, *margins),
                interval(ruling),
                _amount(ruling.decision),
            )


def _amount(decision: Decision) -> str:
    """Write the draws that a decision took, and mark those of a claim that stopped early."""
    early = decision.stage is not None and decision.stage.number < decision.stage.most
    return f"{decision.items} x {decision.draws}{'*' if early else ''}"


def _levels(run: Run) -> str:
    """Name the level of the intervals, and that of the alarms' where they share alpha."""
    levels = dict.fromkeys(level(ruling) for ruling in run.rulings if ruling.kind != "alarm")
    shared = [level(ruling) for ruling in run.rulings if ruling.kind == "alarm"]
    others = [one for one in dict.fromkeys(shared) if one not in levels]
    if not levels or not others:
        return ", ".join([*levels, *others])
    return f"{', '.join(levels)}, of alarms {', '.join(others)}"


def _starred(rows: Sequence[Row]) -> str:
    return "; * stopped early" if any(row[-1].endswith("*") for row in rows) else ""


def remarks(run: Run) -> Iterator[str]:
    """Yield what is to be known of a run beside its claims, a line each."""
    if run.provenance.get("recalled"):
        yield "recalled: verdicts on draws that were judged before; --harness-fresh takes others"
    if unpinned := run.settings.get("unpinned"):
        yield (
            f"not pinned: {', '.join(unpinned)}: verdicts on them are not remembered, nor second "
            "tries on the same draws counted; declare their `revision:`"
        )
    for reason in run.exploratory:
        yield f"exploratory: {reason}"
    yield from _about_plan(run)
    for nodeid in run.missing:
        yield f"never reported: {nodeid}"
    for result in run.evals:
        for text in result.unasserted:
            yield f"never asserted, so not decided: {text} ({result.nodeid})"
    if run.deselected:
        yield f"deselected: {counted(run.deselected, 'eval')}"
    yield from _about_baselines(run)


def _about_baselines(run: Run) -> Iterator[str]:
    for held in run.measured.held:
        if held.change == "adds":
            yield f"this change adds {held.place}: there was no {held.name} to be held against"
        elif held.change:
            commit, _, path = held.place.partition(":")
            yield f"this change {held.change} {path}: the evals are held against that of {commit}"
    yield from run.notes
    for path in run.baselines:
        yield f"baseline written from a fresh stream of draws: {path}"


def _about_plan(run: Run) -> Iterator[str]:
    alarms = [ruling for ruling in run.rulings if ruling.kind == "alarm"]
    if run.plan.missing and len(alarms) > 1:
        alpha = alarms[0].decision.alpha
        chance = 1 - (1 - alpha) ** len(alarms)
        yield (
            f"no plan: {len(alarms)} alarms at {alpha:g} each ring falsely in up to {chance:.0%} "
            "of builds; `harness plan --write` lets them share it"
        )
    for text in run.plan.holm:
        yield f"by Holm over all alarms, this one rings: {text}"
    if not run.plan.not_reached:
        return
    reported = {result.nodeid for result in run.evals}
    inside = [(nodeid, text) for nodeid, text in run.plan.not_reached if nodeid in reported]
    for nodeid, text in inside:
        yield f"planned, not reached: {text} ({nodeid})"
    outside = [nodeid for nodeid, _ in run.plan.not_reached if nodeid not in reported]
    if outside:
        names = ", ".join(dict.fromkeys(nodeid.partition("::")[2] for nodeid in outside))
        yield f"planned, in evals that were not run: {counted(len(outside), 'claim')} ({names})"
