"""Items that one side alone solves, beside what chance would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.curve import counts_of
from harness.diff.items import RATE
from harness.stats.fisher import chance_of_none
from harness.stats.poisson_binomial import at_least

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.diff.pair import Pair
    from harness.records.data import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """Items that one side solved in some draw, and the other in none.

    Attributes
    ----------
    count
        How many there are.
    expected
        How many there would be if each item had one chance on both sides, given how often it was
        solved on both together.
    p
        The chance of so many or more then.
    shown
        Ids of those whose own test shows a difference, at the false discovery rate of the diff.
    """

    count: int
    expected: float
    p: float
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Which items are solved at all.

    Attributes
    ----------
    both, neither
        How many are solved on both sides, and on none.
    newly
        Solved after alone.
    lost
        Solved before alone.
    """

    both: int
    neither: int
    newly: Alone
    lost: Alone


def solved_of(pair: Pair, q: FloatArray) -> Solved:
    """Count the items; `q` is each item's adjusted p-value, shape [N]."""
    rows = np.arange(len(pair.items))
    (n, before), (m, after) = (counts_of(pair, side, rows) for side in pair.sides)
    return Solved(
        both=int(((before > 0) & (after > 0)).sum()),
        neither=int(((before == 0) & (after == 0)).sum()),
        newly=_alone(pair, (before == 0) & (after > 0), n, m, before + after, q),
        lost=_alone(pair, (after == 0) & (before > 0), m, n, before + after, q),
    )


def _alone(  # noqa: PLR0913, PLR0917  what is counted, and what chance goes by
    pair: Pair,
    found: npt.NDArray[np.bool_],
    without: IntArray,
    with_: IntArray,
    hits: IntArray,
    q: FloatArray,
) -> Alone:
    chances = np.where(hits > 0, chance_of_none(without, with_, hits), 0.0)
    return Alone(
        count=int(found.sum()),
        expected=float(chances.sum()),
        p=at_least(int(found.sum()), chances),
        shown=tuple(pair.items[row].id for row in np.flatnonzero(found & (q <= RATE)).tolist()),
    )
