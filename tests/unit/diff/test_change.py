"""The difference of two changes on disjoint items."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from harness.diff import Side
from harness.diff.align import on_rows, paired
from harness.diff.change import apart
from harness.diff.pair import Pair
from harness.records import Policy

from .conftest import items, task_of

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

Sides = Callable[..., Side]


def halves(before: Side, after: Side) -> tuple[Pair, Pair]:
    """Return the pair on its odd items, and on its even ones."""
    pair = paired(task_of(items(len(before.tally.ids))), before, after, Policy(), None)
    rows = np.arange(len(pair.items))
    return on_rows(pair, rows[1::2]), on_rows(pair, rows[::2])


def test_it_is_welchs_test_with_a_phantom(side: Sides) -> None:
    """On many items the interval is Welch's, by scipy, and a little wider for the phantoms."""
    skill = np.random.default_rng(1).beta(0.7, 0.9, 4_000)
    gain = np.where(np.arange(4_000) % 2, skill**0.5, skill**0.9)
    odd, even = halves(side("base", skill), side("rl", gain))
    found = apart(odd, even, "correct")
    gaps = [one.shares(one.after, "correct") - one.shares(one.before, "correct")
            for one in (odd, even)]  # fmt: skip
    wanted = stats.ttest_ind(*gaps, equal_var=False).confidence_interval(0.9)
    assert found.effect == pytest.approx(gaps[0].mean() - gaps[1].mean())
    assert (found.before, found.after) == pytest.approx((gaps[1].mean(), gaps[0].mean()))
    assert found.low is not None
    assert found.high is not None
    assert found.low < wanted.low < wanted.high < found.high
    assert found.high - found.low == pytest.approx(wanted.high - wanted.low, rel=0.02)
    assert found.items == 4_000


def test_turned_around_it_has_the_other_sign(side: Sides, skill: FloatArray) -> None:
    """Neither set of items is preferred."""
    odd, even = halves(side("base", skill), side("rl", skill**0.5))
    one, other = apart(odd, even, "correct"), apart(even, odd, "correct")
    assert one.effect == pytest.approx(-other.effect)
    assert (one.low, one.high) == pytest.approx((-(other.high or 0), -(other.low or 0)))


def test_too_few_items_have_no_interval(side: Sides) -> None:
    """Four items on one side decide nothing, however many there are on the other."""
    pair = halves(side("base", np.zeros(40)), side("rl", np.ones(40)))
    found = apart(on_rows(pair[0], np.arange(4)), pair[1], "correct")
    assert (found.low, found.high, found.p) == (None, None, None)
    assert found.method == "4 are too few to decide on"
