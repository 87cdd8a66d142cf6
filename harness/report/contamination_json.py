"""An overlap with training data for other tools."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from harness.contamination import Contamination, Measured, Overlap
from harness.report.untrusted import visible

SCHEMA = 1  # 1: first version


def contamination_json(found: Contamination, measured: Measured | None, notes: list[str]) -> str:
    """Write an overlap as JSON; excerpts are made harmless."""
    terms, reading = found.terms, found.reading
    data = {
        "schema": SCHEMA,
        "task": found.task,
        "terms": asdict(terms),
        "read": {"files": reading.files, "records": reading.records, "text": reading.text},
        "groups": [_group(split, items) for split, items in found.groups()],
        "items": [_item(one) for one in found.overlaps],
        "run": None if measured is None else asdict(measured),
        "notes": notes,
    }
    return json.dumps(data, indent=1, allow_nan=False) + "\n"


def _group(split: str, items: Sequence[Overlap]) -> dict[str, object]:
    return {
        "split": split or None,
        "items": len(items),
        "touched": sum(one.found > 0 for one in items),
        "contaminated": sum(one.standing == "contaminated" for one in items),
        "unknown": sum(one.standing == "unknown" for one in items),
        "leaked": sum(one.leaked for one in items),
    }


def _item(one: Overlap) -> dict[str, object]:
    place = one.place
    return {
        "id": one.item.id,
        "split": one.item.tags.get("split"),
        "standing": one.standing,
        "grams": one.grams,
        "found": one.found,
        "words": one.words,
        "with_reference": one.with_reference,
        "run": one.run,
        "leaked": one.leaked,
        "place": place
        and {
            "file": visible(place.file),
            "line": place.line,
            "excerpt": visible(place.excerpt),
        },
    }
