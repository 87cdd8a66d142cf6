"""What the draws of a run took, arm by arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.records import Read, Spent

_MILLION = 1_000_000
_DIGITS = 6


def costs(
    reads: Sequence[Read], spent: Mapping[tuple[str, str], Spent], arms: Mapping[str, Any]
) -> list[dict[str, object]]:
    """Return what each arm took, as plain types.

    Parameters
    ----------
    reads
        What claims read.
    spent
        What the draws took that were taken in this run, by arm and hash of the stream.
    arms
        The arms' settings, with the price of those that have one.
    """
    names = sorted({read.arm for read in reads} | {arm for arm, _ in spent})
    return [_of_arm(name, reads, spent, arms.get(name, {})) for name in names]


def _of_arm(
    name: str,
    reads: Sequence[Read],
    spent: Mapping[tuple[str, str], Spent],
    settings: Mapping[str, Any],
) -> dict[str, object]:
    streams: dict[str, int] = {}
    for read in reads:
        if read.arm == name:
            streams[read.stream] = streams.get(read.stream, 0) + sum(read.draws)
    total, recalled = Spent(), 0
    for (arm, _), one in spent.items():
        if arm == name:
            total += one
    for stream, count in streams.items():
        # Draws that no claim came to, as after an error, and prompts of two tasks count too.
        recalled += max(count - spent.get((name, stream), Spent()).draws, 0)
    return {
        "arm": name,
        "drawn": total.draws,
        "recalled": recalled,
        "prompt_tokens": total.prompt_tokens,
        "tokens": total.tokens,
        "seconds": None if total.seconds is None else round(total.seconds, 3),
        "cost": _cost(total, settings.get("price")),
    }


def _cost(total: Spent, price: Mapping[str, float] | None) -> float | None:
    if price is None or total.prompt_tokens is None or total.tokens is None:
        return None
    cost = total.prompt_tokens * price["input"] + total.tokens * price["output"]
    return round(cost / _MILLION, _DIGITS)
