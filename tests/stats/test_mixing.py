"""The share of items that reach a chance, from noisy counts, against the simulated truth."""

from __future__ import annotations

import numpy as np
import pytest

from harness.stats.mixing import share_reaching

TAUS = np.array([0.1, 0.5, 0.9])


def test_it_is_nearer_than_counting() -> None:
    """With 16 draws of items near the bars, counting is off by more than 5 points, it by fewer."""
    rng = np.random.default_rng(1)
    chances = rng.choice([0.0, 0.06, 0.45, 0.85, 0.97], 4_000, p=[0.2, 0.3, 0.2, 0.2, 0.1])
    draws = np.full(4_000, 16)
    correct = rng.binomial(draws, chances)
    true = np.array([(chances >= tau).mean() for tau in TAUS])
    counted = np.array([(correct / draws >= tau).mean() for tau in TAUS])
    found = share_reaching(draws, correct, TAUS)
    assert np.abs(counted - true).max() > 0.05
    assert np.abs(found - true).mean() < 0.6 * np.abs(counted - true).mean()


def test_it_comes_to_a_smooth_distribution() -> None:
    """Of chances that are spread evenly, with unlike draws, the shares are 1 - tau."""
    rng = np.random.default_rng(2)
    draws = rng.choice([32, 64], 4_000)
    correct = rng.binomial(draws, rng.random(4_000))
    assert share_reaching(draws, correct, TAUS) == pytest.approx(1 - TAUS, abs=0.03)


def test_nothing_right_reaches_nothing() -> None:
    """Items without a right draw reach no tau but 0."""
    found = share_reaching(np.full(50, 64), np.zeros(50, dtype=np.int64), np.array([0.0, 0.1]))
    assert found == pytest.approx([1.0, 0.0], abs=1e-6)


def test_counts_must_be_counts() -> None:
    """More right draws than draws are refused."""
    with pytest.raises(ValueError, match="among its draws"):
        share_reaching(np.array([2]), np.array([3]), TAUS)
