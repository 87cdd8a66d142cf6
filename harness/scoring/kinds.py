"""Find the reader of a metric: one for each kind there is."""

from __future__ import annotations

from harness.records import Choice, Exact, JsonField, MetricSpec, Numeric
from harness.scoring.choice import choice_reader
from harness.scoring.exact import exact_reader
from harness.scoring.json_field import json_reader
from harness.scoring.numeric import numeric_reader
from harness.scoring.reader import Reader, capturing


def reader_of(metric: MetricSpec) -> Reader:
    """Return what reads the answers of a metric that is no function."""
    match metric.rule:
        case Exact():
            reader = exact_reader(metric.rule)
        case Numeric():
            reader = numeric_reader(metric.rule)
        case JsonField():
            reader = json_reader(metric.rule)
        case Choice():
            reader = choice_reader(metric.rule)
        case _:
            return Reader(read=capturing(metric.pattern, 0 if metric.equals is None else 1))
    return reader.within(metric.pattern) if metric.pattern else reader
