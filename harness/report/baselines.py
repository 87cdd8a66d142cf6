"""What the commands on baselines say: lines for people, plain types for machines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.acceptance import Drift, History, Inspected, Rebased, Taken, Version, headline, mean_of
from harness.baseline import Baseline
from harness.baseline.state import age_of
from harness.report.numbers import counted, share, signed
from harness.report.sparkline import sparkline
from harness.report.table import table

_HEAD = ("baseline", "state", "taken", "epoch", "items", "draws", "pass@1")
_NUMBERS = 4  # the last columns
_SHORT = 8  # digits of a commit
_DAY = 10  # characters of a date


def taken_lines(
    taken: Taken, where: str, change: Drift | None, record: Path | None = None
) -> Iterator[str]:
    """Yield what was taken of a baseline, and how far it lies from the one before."""
    new, whole = taken.new, len(taken.after.tally.ids)
    of = counted(len(new.tally.ids), "item")
    if len(new.tally.ids) < whole:
        of = f"{len(new.tally.ids)} of its {counted(whole, 'item')}"
    each = f"{_span(new.tally.draws.tolist())} fresh draws of each of {of}"
    if record is not None:
        count = _span(new.tally.draws.tolist())
        each = f"the draws of {record}, which no claim was decided on: {count} of each of {of}"
    yield f"{where}: epoch {new.epoch}: {each}"
    metric, now = _printable(headline(taken.after)), share(mean_of(taken.after))
    if change is not None:
        yield f"  {drift_text(change)}"
    elif taken.before is None:
        yield f"  {metric} {now}, with none before"
    else:
        yield f"  {metric} {share(mean_of(taken.before))} -> {now}, which don't compare"


def drift_text(change: Drift) -> str:
    """Write a difference out, with its interval."""
    means = f"{_printable(change.metric)} {share(change.before)} -> {share(change.after)}"
    return f"{means}: {_effect(change)} ({100 * change.level:g}%, {counted(change.items, 'item')})"


def _effect(change: Drift) -> str:
    return f"{signed(change.effect)} [{signed(change.low)}, {signed(change.high)}]"


def rebased_line(rebased: Rebased, where: str) -> str:
    """Say what became of a baseline."""
    if rebased.taken is None:
        return f"{where}: as it is"
    found = rebased.found
    counts = {"added": found.added, "changed": found.changed, "removed": found.removed}
    told = [f"{len(ids)} {word}" for word, ids in counts.items() if ids]
    parts = [f"of its items {', '.join(told)}"] if told else []
    if rebased.rescored:
        parts.append(f"all {len(rebased.taken.after.tally.ids)} scored anew, by today's scorer")
    return f"{where}: {'; '.join(parts) or 'its prompts noted'}"


def _span(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}-{high}"


def show_lines(found: Sequence[Inspected], width: int | None = None) -> Iterator[str]:
    """Yield a table of all baselines, set by set."""
    rows: list[str | tuple[str, ...]] = []
    for name in dict.fromkeys(one.name for one in found):
        rows += ["baselines" if name == "baseline" else f"baselines-{name}"]
        rows += [_row(one) for one in found if one.name == name]
    yield from table(rows, _HEAD, width=width, right=_NUMBERS)


def _row(one: Inspected) -> tuple[str, ...]:
    name, baseline = f" {one.task}/{one.arm}", one.baseline
    if baseline is None:
        return (name, one.state, "", "", "", "", "")
    return (
        name, one.state, _taken(baseline),
        _span([origin.epoch for origin in baseline.origins]),
        str(len(baseline.tally.ids)), _span(baseline.tally.draws.tolist()),
        _mean(baseline),
    )  # fmt: skip


def _mean(baseline: Baseline) -> str:
    """Write the mean out, with its metric's name where that makes it no pass@1."""
    metric = headline(baseline)
    return ("" if metric == "correct" else f"{_printable(metric)} ") + share(mean_of(baseline))


def _printable(name: str) -> str:
    """Show a name that stands in a file, whoever wrote it there."""
    return repr(name)[1:-1]


def _taken(baseline: Baseline) -> str:
    age = age_of(baseline.oldest, dt.datetime.now(dt.UTC).date())
    return baseline.oldest if age is None else f"{baseline.oldest}, {counted(age, 'day')} ago"


def plain(found: Iterable[Inspected]) -> list[Mapping[str, Any]]:
    """Return baselines with their states, as plain types."""
    return [_plain(one) for one in found]


def _plain(one: Inspected) -> dict[str, Any]:
    head = {"set": one.name, "task": one.task, "arm": one.arm, "where": one.where}
    troubles = [
        {"state": trouble.state, "text": trouble.text, "hint": trouble.hint}
        for trouble in one.troubles
    ]
    if one.baseline is None:
        return {**head, "troubles": troubles}
    baseline, draws = one.baseline, one.baseline.tally.draws
    epochs = [origin.epoch for origin in baseline.origins]
    return {
        **head,
        "epochs": sorted(set(epochs)),
        "taken": baseline.oldest,
        "models": list(baseline.models),
        "items": len(epochs),
        "draws": {"least": int(draws.min()), "most": int(draws.max())},
        "metric": headline(baseline),
        "mean": mean_of(baseline),
        "troubles": troubles,
    }


def history_lines(found: History) -> Iterator[str]:
    """Yield the versions of a baseline, the last one last, and how far it has drifted."""
    yield f"{found.task}/{found.arm}"
    head = ("commit", "date", "epoch", "pass@1", f"drift since {found.since}")
    yield from table([_version(one) for one in found.versions], head)
    means = [one.mean for one in found.versions]
    known = [mean for mean in means if mean is not None]
    if known:
        low, high = share(min(known)), share(max(known))
        ends = f"between {low} and {high}" if low != high else low
        shown = [None if mean is None else round(mean, 3) for mean in means]  # no bar for less
        yield f"pass@1 {sparkline(shown)} {ends}"
    last = found.versions[-1] if found.versions else None
    if last is not None and last.drift is not None:
        level = f"{100 * last.drift.level:g}%"
        yield f"cumulative drift {_effect(last.drift)} since {found.since} ({level})"


def _version(one: Version) -> tuple[str, ...]:
    commit = one.commit[:_SHORT] or "(not committed)"
    if one.mean is None:
        return (commit, one.date[:_DAY], "", one.state, "")
    moved = one.note if one.drift is None else _effect(one.drift)
    return (commit, one.date[:_DAY], str(one.epoch), share(one.mean), moved)
