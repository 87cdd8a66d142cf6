"""An overlap with training data on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.contamination import Contamination, Gap, Measured, Overlap
from harness.report.numbers import counted, share, signed
from harness.report.table import note, table
from harness.report.untrusted import printable

_LONGEST = 60  # characters of an excerpt


def contamination_lines(
    found: Contamination, measured: Measured | None, notes: Sequence[str], *, most: int, width: int
) -> Iterator[str]:
    """Yield the lines of an overlap: by split, item by item, and what arms come to.

    Parameters
    ----------
    most
        How many items to show; those with the largest share are first.
    width
        Columns of the terminal.
    """
    terms, reading = found.terms, found.reading
    yield (
        f"{printable(found.task, lines=False)}: {counted(len(found.overlaps), 'item')} against "
        f"{_size(reading.text)} of text in {counted(reading.files, 'file')}; "
        f"n-grams of {counted(terms.n, 'word')}, contaminated from {terms.threshold:g} of them"
    )
    yield ""
    yield from table(
        [_group(split, items) for split, items in found.groups()],
        ["items", "all", "touched", "contaminated", "leaked"], right=4,
    )  # fmt: skip
    yield from _items(found, most)
    if measured is not None:
        yield from _measured(measured, width)
    for one in notes:
        yield ""
        yield from note(printable(one, lines=False), width)


def _group(split: str, items: Sequence[Overlap]) -> tuple[str, ...]:
    counts = (
        sum(one.found > 0 for one in items),
        sum(one.standing == "contaminated" for one in items),
        sum(one.leaked for one in items),
    )
    name = printable(split, lines=False) or "all"
    shares = (f"{count:,} ({share(count / max(len(items), 1))})" for count in counts)
    return name, f"{len(items):,}", *shares


def _items(found: Contamination, most: int) -> Iterator[str]:
    """Yield the table of items, and how many more there are."""
    order = sorted(
        (one for one in found.overlaps if one.found),
        key=lambda one: (-one.share, not one.leaked, -one.run, one.item.id),
    )
    if not order or not most:
        return
    yield ""
    yield from table(
        [row for one in order[:most] for row in _rows(one)],
        ["item", "n-grams", "share", "longest", "answer", "first found"],
    )
    if len(order) > most:
        yield f"and {counted(len(order) - most, 'more item')}: --items {len(order)}, or --json"


def _rows(one: Overlap) -> Iterator[tuple[str, ...]]:
    place = one.place
    where = f"{place.file}:{place.line}" if place else ""
    yield (
        one.item.id,
        f"{one.found:,} of {one.grams:,}",
        share(one.share),
        counted(one.run, "word"),
        "leaks" if one.leaked else "",
        printable(where, lines=False),
    )
    if place:
        excerpt = " ".join(place.excerpt.split())
        yield "", "", "", "", "", f"  {printable(excerpt, lines=False)[:_LONGEST]}"


def _measured(measured: Measured, width: int) -> Iterator[str]:
    yield ""
    yield from table(
        [_gap(one, measured) for one in measured.gaps],
        ["figure", "items", "on them", "on clean ones", "gap", "interval"], right=4,
    )  # fmt: skip
    yield from note(
        f"intervals hold {100 * measured.level:g}%, each by itself, and decide nothing: items that "
        f"stand in training data may also be easier",
        width,
    )


def _gap(one: Gap, measured: Measured) -> tuple[str, ...]:
    names = [printable(name, lines=False) for name in reversed(one.arms)]
    found, clean = one.items
    interval = (
        f"[{signed(one.low)}, {signed(one.high)}]"
        if one.low is not None and one.high is not None
        else one.method
    )
    return (
        f"{' - '.join(names)} {measured.metric}",
        f"{found:,} {one.group}, {clean:,} clean",
        *("" if value is None else f"{value:.3f}" for value in (one.found, one.clean)),
        "" if one.gap is None else signed(one.gap),
        interval,
    )


def _size(count: int) -> str:
    """Write a count of bytes."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return counted(count, "byte")
