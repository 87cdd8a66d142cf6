"""Where the draws of a run are in the store, for a later command to find them."""

from __future__ import annotations

from collections.abc import Iterable

from harness.records import Read


def samples(reads: Iterable[Read]) -> list[dict[str, object]]:
    """Return what was read of each arm on each task, as plain types, by task and arm."""
    return [
        {
            "task": read.task,
            "arm": read.arm,
            "stream": read.stream,
            "scorer": read.scorer,
            "draws": max(read.draws),
            "items": sum(count > 0 for count in read.draws),
            "fingerprint": read.fingerprint,
        }
        for read in reads
    ]
