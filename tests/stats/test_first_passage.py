"""First passages of curves against exact cases and simulated curves whose passage is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from harness.stats.band import curve, max_t_band
from harness.stats.first_passage import FirstPassage, first_passage
from harness.stats.mean import t_floor

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

KS = np.arange(1, 33)


def test_the_interval_is_what_the_bounds_leave() -> None:
    """It begins where the upper bound may have passed, and ends where the lower bound has."""
    curve_ = np.array([-3.0, -1.0, 0.5, 2.0, 3.0])
    found = first_passage(np.arange(1, 6), curve_, curve_ - 1.5, curve_ + 1.5)
    assert found == FirstPassage(k=3, low=2, high=4)
    assert first_passage(np.arange(1, 6), curve_ - 4, curve_ - 5, curve_ - 3.5) == FirstPassage(
        k=None, low=None, high=None
    )
    assert first_passage(np.arange(1, 6), curve_ - 4, curve_ - 5, curve_ - 1) == FirstPassage(
        k=None, low=4, high=None
    )


def test_a_passage_is_shown_from_below_zero() -> None:
    """Where the bounds let the curve be above zero from the first on, it has passed nothing."""
    curve_ = np.array([0.0, 1.0, 2.0])
    assert not first_passage(KS[:3], curve_ - 0.1, curve_ - 0.5, curve_ + 0.3).shown
    assert not first_passage(KS[:3], curve_ - 1.5, curve_ - 3, curve_ - 1).shown
    assert first_passage(KS[:3], curve_ - 0.5, curve_ - 0.9, curve_ - 0.1).shown


def test_a_gap_between_k_is_left_in() -> None:
    """Where some k are left out, the interval begins just after the last that is ruled out."""
    curve_ = np.array([-3.0, -2.0, 2.0])
    found = first_passage(np.array([1, 10, 20]), curve_, curve_ - 1, curve_ + 1)
    assert found == FirstPassage(k=20, low=11, high=20)


def test_k_must_rise() -> None:
    """Curves without k, or with k out of order, are refused."""
    one = np.zeros(2)
    with pytest.raises(ValueError, match="rising k"):
        first_passage(np.array([2, 1]), one, one, one)
    with pytest.raises(ValueError, match="of shape"):
        first_passage(np.array([1, 2]), one, one[:1], one)


def _mean_curve(chances: FloatArray) -> FloatArray:
    found: FloatArray = 1 - ((1 - chances[:, None]) ** KS).mean(axis=0)
    return found


def _sides(
    rng: np.random.Generator, items: int, times: float = 2.0
) -> tuple[FloatArray, FloatArray]:
    """Return items of a base that solves most now and then, and of RL that solves fewer, surely."""
    base = rng.beta(0.6, 3.0, items)
    rl = np.where(rng.random(items) < 0.7, np.minimum(times * base, 1.0), base / 4)
    return base, rl


def test_the_crossover_is_held() -> None:
    """Of 300 simulated pairs the 90% interval holds the true crossover in at least 90%."""
    rng = np.random.default_rng(1)
    base, rl = _sides(rng, 400_000)
    true = int(KS[np.flatnonzero(_mean_curve(rl) < _mean_curve(base))[0]])
    assert true == 9
    held, bounded = 0, 0
    for _ in range(300):
        chances = _sides(rng, 300)
        counts = [rng.binomial(32, one) for one in chances]
        before, after = (curve(np.full(300, 32), one, KS) for one in counts)
        band = max_t_band(after - before, 0.1, generator=rng, multipliers=500)
        found = first_passage(KS, -band.estimate, -band.high, -band.low)
        held += (found.low or 99) <= true <= (found.high or 99)
        bounded += found.high is not None
    assert held >= 0.9 * 300
    assert bounded > 30  # the interval is not merely all k


def test_where_before_reaches_pass_at_1_of_after_is_held() -> None:
    """Of 300 simulated pairs the 90% interval, by a test at each k, holds it in at least 90%."""
    rng = np.random.default_rng(2)
    base, rl = _sides(rng, 400_000, 20)
    true = int(KS[np.flatnonzero(_mean_curve(base) >= rl.mean())[0]])
    assert true == 9
    held, width = 0, []
    for _ in range(300):
        chances = _sides(rng, 300, 20)
        right = [rng.binomial(32, one) for one in chances]
        values = curve(np.full(300, 32), right[0], KS) - right[1][:, None] / 32
        tests = [t_floor(column, 1.0) for column in values.T]
        low = np.array([one.lower(0.05) for one in tests])
        high = np.array([one.upper(0.05) for one in tests])
        found = first_passage(KS, values.mean(axis=0), low, high)
        held += (found.low or 99) <= true <= (found.high or 99)
        width.append((found.high or 99) - (found.low or 99))
    assert held >= 0.9 * 300
    assert float(np.median(width)) <= 5
