"""What an eval's claims came to, as properties of its test: pytest's `--junitxml` writes them."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records import Ruling


def properties(ruling: Ruling) -> Iterator[tuple[str, str]]:
    """Yield the properties of a claim, such as ``harness.1.verdict``: its number, and what.

    ``claim``, ``verdict``, ``effect`` (as text), ``value``, ``low`` and ``high`` (its estimate and
    interval), ``p``, ``items`` and ``draws``. Numbers are written so that they read back the same.
    """
    decision = ruling.decision
    told = {
        "claim": ruling.text,
        "verdict": decision.verdict,
        "effect": ruling.effect_text,
        "value": repr(float(decision.effect)),
        "low": repr(float(decision.low)),
        "high": repr(float(decision.high)),
        "p": repr(float(decision.p)),
        "items": str(decision.items),
        "draws": str(decision.draws),
    }
    for key, value in told.items():
        yield f"harness.{ruling.ordinal}.{key}", value
