"""What of a task's items is selected by their tags."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from harness.errors import ClaimError
from harness.records import Where


def selection(tags: Mapping[str, str | Collection[str]]) -> Where:
    """Normalise a selection: each tag with the values that it may have, sorted.

    Raises
    ------
    ClaimError
        If a value is neither a text nor a collection of texts.
    """
    return tuple(sorted((key, _values(key, values)) for key, values in tags.items()))


def _values(key: str, values: object) -> tuple[str, ...]:
    wanted = (values,) if isinstance(values, str) else values
    if not isinstance(wanted, Collection) or not all(isinstance(value, str) for value in wanted):
        msg = f"{key}={values!r} is neither a text nor a collection of texts"
        raise ClaimError(msg, hint=f'for example {key}="hard"')
    return tuple(sorted(wanted))
