"""The table of stored streams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.report.table import table
from harness.report.untrusted import printable, visible
from harness.store import Stream

_HEAD = (
    "arm", "model", "sampling", "name", "run", "begun", "seed", "stream", "prompts", "draws", "MB",
)  # fmt: skip
_NUMBERS = 5  # the last columns
_SHORT = 8  # digits of a fingerprint or a run
_MEGABYTE = 1_000_000
_NAMES = {"temperature": "t", "max_tokens": "max"}


def streams_table(streams: Sequence[Stream]) -> str:
    """Return a table with a line for each stream."""
    rows = [tuple(map(visible, _row(stream))) for stream in streams]
    return printable("\n".join(table(rows, _HEAD, right=_NUMBERS)))


def _row(stream: Stream) -> tuple[str, ...]:
    known = stream.identity
    return (
        stream.arm, str(known.get("fingerprint", ""))[:_SHORT], _short(known.get("sampling", {})),
        str(known.get("stream", "")), stream.run[:_SHORT], stream.created[:16].replace("T", " "),
        str(known.get("seed", "")), str(stream.number), str(stream.prompts), str(stream.draws),
        f"{stream.size / _MEGABYTE:.1f}",
    )  # fmt: skip


def _short(sampling: Mapping[str, Any]) -> str:
    """Write sampling parameters shortly; a top_p of 1 is none."""
    return " ".join(
        f"{_NAMES.get(key, key)}={value:g}" if isinstance(value, int | float) else f"{key}={value}"
        for key, value in sampling.items()
        if (key, value) != ("top_p", 1)
    )
