"""What is to be known beside the figures of an overlap."""

from __future__ import annotations

from collections.abc import Iterator

from harness.contamination import Contamination
from harness.report.numbers import counted


def notes(found: Contamination) -> Iterator[str]:
    """Yield a sentence on each thing that makes the figures mean less than they seem to."""
    items, reading = found.overlaps, found.reading
    short = sum(0 < one.words < found.terms.n for one in items)
    if short:
        yield (
            f"{short:,} of {counted(len(items), 'prompt')} compared whole, for fewer than "
            f"{found.terms.n} words: the shorter, the likelier by chance"
        )
    unknown = sum(one.standing == "unknown" for one in items)
    if unknown:
        yield f"nothing is known of {counted(unknown, 'prompt')}: no words of their own"
    if found.common:
        yield f"{counted(found.common, 'n-gram')} left out as a template: many items share it"
    if reading.lacking:
        where = f" in {found.terms.field!r}" if found.terms.field else ""
        yield f"{reading.lacking:,} of {counted(reading.records, 'record')} without text{where}"
    if reading.broken:
        yield f"{counted(reading.broken, 'line')} read as plain text: no JSON, or too long for it"
    if reading.skipped:
        yield f"{counted(reading.skipped, 'file')} of no known kind not read in folders"
