"""How much of a gain is one of format, and how much goes with truncation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.change import Change, change_by, plain
from harness.diff.curve import units_of
from harness.diff.origin import split_by
from harness.stats.fieller import Ratio, fieller

if TYPE_CHECKING:
    from harness.diff.pair import Pair
    from harness.records.data import FloatArray

_CORRECT = "correct"
_READ, _CUT = "formatted", "truncated"
_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What of the change of `correct` one metric accounts for.

    Attributes
    ----------
    metric
        The task's lenient one: what lenient scoring does not see. Any other 0/1 metric: what is
        due to more or fewer draws with it, by Kitagawa's decomposition. The shares overlap.
    part
        That part of the change; before and after are the metric's own means.
    share
        Of the whole change, by Fieller; None where the change is not shown to be other than zero.
    """

    metric: str
    part: Change
    share: Ratio | None


def shares_of(pair: Pair) -> tuple[Share, ...]:
    """Return the shares in a change of `correct`; none where the study is about another metric."""
    if pair.primary != _CORRECT or len(pair.items) < _TWO:
        return ()
    names = dict.fromkeys((pair.task.form, _READ, _CUT, pair.task.lenient))
    return tuple(_share(pair, name) for name in names if _varies(pair, name))


def _varies(pair: Pair, name: str) -> bool:
    """Say whether a 0/1 metric is known, and not one and the same in all draws."""
    if name not in pair.metrics or name == _CORRECT or not pair.binary(name):
        return False
    return float(np.ptp(np.concatenate([pair.shares(side, name) for side in pair.sides]))) > 0


def _share(pair: Pair, name: str) -> Share:
    change = _change(pair, _CORRECT)
    values = (
        change - _change(pair, name)
        if name == pair.task.lenient
        else split_by(pair, name).composition
    )
    before, after = (float(pair.shares(side, name).mean()) for side in pair.sides)
    top, bottom = units_of(pair, np.arange(len(values)), np.stack([values, change], axis=1)).T
    return Share(
        metric=name,
        part=change_by(pair, (before, after), values, plain(pair.policy)),
        share=fieller(top, bottom, pair.policy.alpha) if len(top) >= _TWO else None,
    )


def _change(pair: Pair, name: str) -> FloatArray:
    return pair.shares(pair.after, name) - pair.shares(pair.before, name)
