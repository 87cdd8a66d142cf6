"""Fieller's interval against the test that it inverts, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from harness.stats.fieller import fieller


def test_its_ends_are_where_the_t_test_rejects() -> None:
    """At either end the t test of numerator - r denominator has just p = 10%."""
    rng = np.random.default_rng(1)
    bottom = rng.normal(1.0, 2.0, 80)
    top = 0.5 * bottom + rng.normal(0.0, 1.0, 80)
    found = fieller(top, bottom, 0.05)
    assert found is not None
    assert found.estimate == pytest.approx(top.mean() / bottom.mean())
    for end in (found.low, found.high):
        assert stats.ttest_1samp(top - end * bottom, 0.0).pvalue == pytest.approx(0.1)


def test_nothing_to_be_a_share_of_has_no_interval() -> None:
    """Where the denominator may be zero, no interval is bounded."""
    rng = np.random.default_rng(2)
    assert fieller(rng.normal(1, 1, 50), rng.normal(0.05, 1, 50), 0.05) is None
    assert fieller(np.ones(5), np.zeros(5), 0.05) is None


def test_it_holds_the_ratio() -> None:
    """Of 2,000 simulated samples about 90% of the 90% intervals hold the true ratio."""
    rng = np.random.default_rng(3)
    held = made = 0
    for _ in range(2_000):
        bottom = rng.exponential(0.3, 100)
        top = 1.4 * bottom + rng.normal(0, 0.3, 100)
        if (found := fieller(top, bottom, 0.05)) is not None:
            made += 1
            held += found.low <= 1.4 <= found.high
    assert made > 1_990
    assert held / made == pytest.approx(0.9, abs=0.02)
