"""The warnings of a run, each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.records import Ruling


def warnings(rulings: Iterable[Ruling], others: Sequence[str]) -> list[dict[str, object]]:
    """Return each warning, as plain types, with the claims it belongs to; none for the run's."""
    found: dict[str, list[list[object]]] = {text: [] for text in others}
    for ruling in rulings:
        for text in ruling.decision.warnings:
            found.setdefault(text, []).append([ruling.nodeid, ruling.ordinal])
    return [{"text": text, "claims": claims} for text, claims in found.items()]
