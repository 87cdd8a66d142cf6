"""The figures of a diff as rows, in sections: what the table and the Markdown have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.diff import Diff
from harness.diff.change import Change
from harness.report.diff_words import hit, interval
from harness.report.numbers import share, signed
from harness.report.untrusted import visible

_LEAST = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows under a title; of a diff: name, items, before, after, change, interval and p-value."""

    title: str
    rows: tuple[tuple[str, ...], ...]


def sections(diff: Diff) -> Iterator[Section]:
    """Yield the sections, in the order of the report."""
    yield from _metrics(diff)
    yield from _origin(diff)
    yield from _answers(diff)
    yield from _behaviours(diff)
    yield from _curves(diff)


def _row(name: str, change: Change, p: float | None, *, digits: bool = False) -> tuple[str, ...]:
    """Write a change; `digits` for figures that are no shares."""
    write = _number if digits else share
    return (
        name, str(change.items), write(change.before), write(change.after),
        signed(change.effect, *((0.0,) if change.effect else ())), interval(change), adjusted(p),
    )  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.2f}"


def adjusted(p: float | None) -> str:
    """Write an adjusted p-value."""
    if p is None:
        return ""
    return f"<{_LEAST:g}" if p < _LEAST else f"{p:.3f}"


def _metrics(diff: Diff) -> Iterator[Section]:
    whole = [one for one in diff.effects if not one.tag]
    yield Section(
        title="all items", rows=tuple(_row(one.metric, one.change, one.q) for one in whole)
    )
    grouped = [one for one in diff.effects if one.metric == diff.metric and one.tag]
    for tag in dict.fromkeys(one.tag for one in grouped):
        rows = tuple(
            _row(visible(one.value), one.change, one.q) for one in grouped if one.tag == tag
        )
        yield Section(title=f"{diff.metric} by {visible(tag)}", rows=rows)


def _origin(diff: Diff) -> Iterator[Section]:
    if (parts := diff.origin) is not None:
        rows = [
            _row(f"format: {visible(parts.form)}", parts.format, parts.format.p),
            _row("substance: right if so", parts.substance, parts.substance.p),
        ]
        yield Section(title="the parts of the change of correct (p)", rows=tuple(rows))
    rows = []
    if parts is not None and parts.lenient is not None:
        rows.append(_row("lenient", parts.lenient, parts.lenient.p))
    if diff.truncated is not None:
        rows.append(_row("completions cut off", diff.truncated, diff.truncated.p))
    if diff.length is not None:
        change = diff.length.change
        rows.append(_row(f"{diff.length.unit} per draw", change, change.p, digits=True))
    if rows:
        yield Section(title="beside it (p)", rows=tuple(rows))


def _answers(diff: Diff) -> Iterator[Section]:
    if (found := diff.diversity) is None:
        return
    rows = (
        _row("different answers", found.unique, found.unique.p, digits=True),
        _row("entropy, nats", found.entropy, found.entropy.p, digits=True),
        _row("most common answer", found.plurality, found.plurality.p),
    )
    yield Section(title=f"answers in {found.draws} draws of an item (p)", rows=rows)


def _behaviours(diff: Diff) -> Iterator[Section]:
    rows = [
        _row(one.probe, one.change, one.adjusted)
        for one in diff.behaviours
        if one.change is not None
    ]
    rows += [
        (one.probe, "", "unknown", "unknown", "", "texts are not kept", "")
        for one in diff.behaviours
        if one.change is None
    ]
    if rows:
        yield Section(title="behaviour, share of draws (p by Holm)", rows=tuple(rows))


def _curves(diff: Diff) -> Iterator[Section]:
    for curve in diff.curves:
        crossing = f"; the sign changes at k = {curve.crossing}" if curve.crossed else ""
        rows = tuple(
            (
                f"pass@{point.k}", str(curve.items), share(point.before), share(point.after),
                signed(point.effect, *((0.0,) if point.effect else ())),
                f"[{signed(point.low, 0.0)}, {signed(point.high, 0.0)}]", "",
            )
            for point in curve.points
        )  # fmt: skip
        which = f" on items with {curve.draws} draws" if len(diff.curves) > 1 else ""
        yield Section(title=f"pass@k{which}, band over all k at once{crossing}", rows=rows)


def item_lines(diff: Diff) -> Iterator[str]:
    """Yield what is to be said of the items as a whole."""
    counts = diff.counts
    if counts is None:
        yield f"{diff.metric} is graded: items stand by their difference, and are not tested"
        return
    before, after = visible(diff.before.name), visible(diff.after.name)
    yield (
        f"{counts.gained} gained and {counts.lost} lost, of {diff.items}: Fisher's exact test on "
        f"each, at FDR {counts.rate:.0%}"
    )
    if not (counts.alone or counts.gained or counts.lost):
        yield "with so few draws no item could stand out alone, however much it differs"
    if not (counts.gained or counts.lost) and diff.telling:
        yield "below are those with the smallest p, which chance alone would bring, too"
    word, correct = hit(diff.metric), diff.metric == "correct"
    yield (
        f"{counts.turned_right} flipped to {word} in most draws, {counts.turned_wrong} to "
        f"{'wrong' if correct else f'not {word}'}"
    )
    unlike = (diff.before.fewest, diff.before.most) != (diff.after.fewest, diff.after.most)
    done, by = ("solved", "by") if correct else (f"{word} in a draw", "of")
    more = f" (more draws {'solve' if correct else 'show'} more)" if unlike else ""
    yield (
        f"{counts.newly_solved} {done} {by} {after} alone, {counts.no_longer_solved} {by} "
        f"{before} alone{more}"
    )
