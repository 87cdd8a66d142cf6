"""What is told of how arms were trained, and whether it is alike."""

from __future__ import annotations

import math
from collections.abc import Collection

from harness.records import Training


def differing(one: Training, other: Training, *, but: Collection[str] = ()) -> tuple[str, ...]:
    """Name the fields in which two trainings differ, of all that either tells but some.

    Numbers are compared as numbers, however they are spelt.
    """
    return tuple(
        field
        for field in dict.fromkeys([*one, *other])
        if field not in but and _plain(one.get(field)) != _plain(other.get(field))
    )


def shown(training: Training, field: str) -> str:
    """Write the value of a field as a config would."""
    value = training.get(field)
    if value is None:
        return "not told"
    return f"{str(value).lower() if isinstance(value, bool) else value}"


def _plain(value: object) -> object:
    """Return a value to compare: YAML reads 1e-5 as a text, and 1.0e-5 as a number."""
    try:
        number = float(str(value))
    except ValueError:
        return str(value) if isinstance(value, bool) else value  # else False would be 0
    return number if math.isfinite(number) else value
