"""How long each arm's completions are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.report.html.reader import Reader

_BINS = 48  # about
_TAIL = 0.995  # of all lengths; what is longer is counted with the last bin


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """The lengths of a task's completions.

    Attributes
    ----------
    unit
        ``tokens`` or ``bytes``.
    bars
        Of each arm: from, to, and the share of its draws that lie there.
    medians
        Of each arm.
    last
        The last bar counts all from here on.
    longest
        Of all.
    """

    unit: str
    bars: tuple[Mapping[str, Any], ...]
    medians: Mapping[str, float]
    last: int
    longest: int

    @property
    def about(self) -> str:
        """The figures in a sentence."""
        medians = ", ".join(f"{arm} {value:g}" for arm, value in self.medians.items())
        beyond = (
            f"; the last bar counts all from {self.last:,} on" if self.last < self.longest else ""
        )
        return f"In {self.unit}; medians: {medians}; the longest has {self.longest:,}{beyond}"


def lengths(reader: Reader, task: Mapping[str, Any]) -> Lengths | None:
    """Measure all draws that were read of each arm of a task; None if nobody has their texts."""
    found = {
        one["arm"]: list(
            reader.lengths(
                task["task"], one["arm"], dict(zip(task["ids"], one["draws"], strict=True))
            )
        )
        for one in task["arms"]
    }
    found = {arm: rows for arm, rows in found.items() if rows}
    if not found:
        return None
    known = all(tokens is not None for rows in found.values() for tokens, _ in rows)
    return _counted(
        {arm: [row[0] if known else row[1] for row in rows] for arm, rows in found.items()},
        "tokens" if known else "bytes",
    )


def _counted(found: Mapping[str, Sequence[int | None]], unit: str) -> Lengths:
    values = {arm: np.array(own, dtype=np.int64) for arm, own in found.items()}
    whole = np.concatenate(list(values.values()))
    last = max(int(np.quantile(whole, _TAIL)), 1)
    width = -(-(last + 1) // _BINS)
    edges = np.arange(0, last + 1 + width, width).tolist()
    shift = 0.5 if width == 1 else 0  # a bar of one length stands around it
    bars = []
    for arm, own in values.items():
        shares = np.histogram(np.minimum(own, edges[-1] - 1), edges)[0] / len(own)
        bars += [
            {"arm": arm, "from": edges[at] - shift, "to": edges[at + 1] - shift, "share": share}
            for at, share in enumerate(shares.tolist())
        ]
    return Lengths(
        unit=unit,
        bars=tuple(bars),
        medians={arm: float(np.median(own)) for arm, own in values.items()},
        last=int(edges[-2]),
        longest=int(whole.max()),
    )
