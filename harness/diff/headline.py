"""What a diff says first, by rules: what is shown, of all that it could say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.multiple import holm

if TYPE_CHECKING:
    from harness.diff.change import Change

RATE = 0.05  # chance that sides without any difference are said to differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """Which changes are shown, of all that could be said, at one error rate.

    A change is shown if its p-value, adjusted by Holm over all of them, is at most `rate`.

    Attributes
    ----------
    signs
        By name what is shown: 1 for more, -1 for less, 0 for a change that is not shown. Items
        have no direction: 1 if some differ.
    p
        The adjusted p-values.
    alone
        What is not shown, though its interval leaves zero out: one of many may, by chance.
    """

    rate: float
    signs: Mapping[str, int]
    p: Mapping[str, float]
    alone: tuple[str, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing is shown."""
        return not any(self.signs.values())


def headline(changes: Mapping[str, Change | None], items: float | None) -> Headline:
    """Say what is shown.

    Parameters
    ----------
    changes
        What could be said, by name; None where it can't be told.
    items
        The smallest p-value of an item adjusted by Benjamini and Hochberg's procedure, which is
        Simes' p-value of "no item differs"; None if items are not tested.
    """
    own: dict[str, tuple[float, int]] = {
        name: (one.p, 1 if one.effect > 0 else -1)
        for name, one in changes.items()
        if one is not None and one.p is not None
    }
    if items is not None:
        own["items"] = (items, 1)
    if not own:
        return Headline(rate=RATE, signs={}, p={}, alone=())
    adjusted = dict(zip(own, holm(np.array([p for p, _ in own.values()])).tolist(), strict=True))
    return Headline(
        rate=RATE,
        signs={name: sign if adjusted[name] <= RATE else 0 for name, (_, sign) in own.items()},
        p=adjusted,
        alone=tuple(
            name
            for name, one in changes.items()
            if one is not None and adjusted.get(name, 0.0) > RATE and _apart(one)
        ),
    )


def _apart(change: Change) -> bool:
    """Say whether the interval leaves zero out."""
    low, high = change.low, change.high
    return low is not None and high is not None and (low > 0 or high < 0)
