"""A gain beside that of a control: after less control, on the same items."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.diff.curve import Point
from harness.study.curves import curves_of

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.diff.side import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """pass@k at k = 1 and the largest k that all three sides allow.

    Attributes
    ----------
    gain
        After less before.
    own
        Control less before: what the control gains by itself.
    net
        (After less before) less (control less before), which is after less control.
    """

    gain: tuple[Point, ...]
    own: tuple[Point, ...]
    net: tuple[Point, ...]


def versus(pair: Pair, control: Side) -> Versus:
    """Hold a gain against that of a control, whose items are those of the pair, in their order."""
    pairs = (
        pair,
        dataclasses.replace(pair, after=control),
        dataclasses.replace(pair, before=control),
    )
    most = min(int(one.depth.min()) for one in pairs)
    gain, own, net = (curves_of(one, most=most).ends for one in pairs)
    return Versus(gain=gain, own=own, net=net)
