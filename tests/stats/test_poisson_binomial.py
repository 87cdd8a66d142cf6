"""Sums of unlike trials against the binomial distribution and plain convolution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from harness.stats.poisson_binomial import at_least


def test_equal_chances_are_binomial() -> None:
    """With one chance it is the binomial distribution's tail."""
    for count in range(42):
        wanted = stats.binom.sf(count - 1, 40, 0.3)
        assert at_least(count, np.full(40, 0.3)) == pytest.approx(wanted, abs=1e-12)


def test_unlike_chances_are_convolved() -> None:
    """With many chances, also 0 and 1, it is the convolution of the trials."""
    chances = np.r_[np.random.default_rng(1).random(60), 0.0, 1.0, 1.0]
    mass = np.array([1.0])
    for chance in chances:
        mass = np.convolve(mass, [1 - chance, chance])
    for count in (0, 1, 2, 20, 35, 62, 63, 64):
        assert at_least(count, chances) == pytest.approx(mass[count:].sum(), abs=1e-12)


def test_a_chance_out_of_range_is_refused() -> None:
    """A chance above one is none."""
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\], got 1.5"):
        at_least(1, np.array([0.5, 1.5]))
