"""Spearman's correlation, against scipy, and the error rate of its interval by simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import spearmanr

from harness.stats.spearman import spearman

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


def gains(count: int, rng: np.random.Generator, still: float) -> tuple[FloatArray, FloatArray]:
    """Draw two gains of items, from 16 draws on each side, of which a share is none in truth."""
    moves = rng.random(count) >= still
    skill = rng.random(count)
    after = np.clip(skill + rng.normal(0.2, 0.2, count), 0, 1)
    other = np.clip(after + rng.normal(0, 0.2, count), 0, 1)
    first = (rng.binomial(16, after) - rng.binomial(16, skill)) * moves
    second = (rng.binomial(16, other) - rng.binomial(16, skill)) * moves
    return first / 16, second / 16


def test_it_is_scipys() -> None:
    """With many ties, and in either order."""
    first, second = gains(200, np.random.default_rng(1), 0.5)
    found = spearman(first, second, 0.05)
    assert found is not None
    assert found.estimate == pytest.approx(spearmanr(first, second).statistic)
    assert found == spearman(second, first, 0.05)


@pytest.mark.parametrize("still", [0.0, 0.5])
def test_the_interval_holds_the_truth(still: float) -> None:
    """Of 400 samples of 100 items some 90% hold it, with half of the items at one value too."""
    rng = np.random.default_rng(2)
    truth = spearman(*gains(400_000, rng, still), 0.05)
    assert truth is not None
    held = 0
    for _ in range(400):
        found = spearman(*gains(100, rng, still), 0.05)
        assert found is not None
        held += found.low <= truth.estimate <= found.high
    assert 345 <= held <= 378  # 360 are expected; sd 6


def test_what_has_no_order_has_no_correlation() -> None:
    """Few items, or one that never varies, tell nothing; a perfect order is not certain."""
    rising = np.arange(20.0)
    assert spearman(rising[1:], rising[1:], 0.05) is None
    assert spearman(rising, np.where(rising < 3, rising, 0.0), 0.05) is None
    found = spearman(rising, rising**3, 0.05)
    assert found is not None
    assert found.low < 0.9 < found.estimate == pytest.approx(1.0) == found.high
    with pytest.raises(ValueError, match="not finite"):
        spearman(rising, np.r_[rising[1:], np.nan], 0.05)
