"""The variance of G-Pass@k against all outcomes of the draws, and against its two ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.g_pass import g_pass
from harness.stats.g_pass_variance import g_pass_variance
from harness.stats.passk_variance import (
    pass_at_k_variance,
    pass_at_k_variance_at,
    pass_hat_k_variance,
    pass_hat_k_variance_at,
)


def over_outcomes(n: int, p: float, k: int, tau: float) -> float:
    """Return the true variance at n draws, over all numbers of right ones."""
    c = np.arange(n + 1)
    values, weights = g_pass(np.full(n + 1, n), c, k, tau), stats.binom.pmf(c, n, p)
    return float(weights @ (values - weights @ values) ** 2)


@given(st.integers(1, 8), st.integers(0, 6), st.integers(0, 30), st.floats(0, 1), st.data())
def test_it_is_unbiased(k: int, spare: int, more: int, p: float, data: st.DataObject) -> None:
    """Over all outcomes of n >= 2k draws, the estimate averages to the variance at any draws."""
    n, at, tau = 2 * k + spare, k + more, data.draw(st.integers(1, k)) / k
    c = np.arange(n + 1)
    weights = stats.binom.pmf(c, n, p)
    now = g_pass_variance(np.full(n + 1, n), c, k, tau)
    assert weights @ now == pytest.approx(over_outcomes(n, p, k, tau), abs=1e-10)
    then = g_pass_variance(np.full(n + 1, n), c, k, tau, at)
    assert weights @ then == pytest.approx(over_outcomes(at, p, k, tau), abs=1e-10)
    assert now.min() > -1e-12


@pytest.mark.parametrize("k", [1, 3, 16, 64])
def test_its_ends_are_those_of_pass_at_k_and_pass_hat_k(k: int) -> None:
    """The smallest tau gives the variance of pass@k, tau = 1 that of pass^k, at all draws."""
    draws, correct = np.full(130, 129), np.arange(130)
    for tau, now, then in (
        (1e-6, pass_at_k_variance, pass_at_k_variance_at),
        (1.0, pass_hat_k_variance, pass_hat_k_variance_at),
    ):
        found = g_pass_variance(draws, correct, k, tau)
        assert found == pytest.approx(now(draws, correct, k), abs=1e-9)
        found = g_pass_variance(draws, correct, k, tau, 400)
        assert found == pytest.approx(then(draws, correct, k, 400), abs=1e-9)


def test_it_takes_twice_k() -> None:
    """Fewer draws do not tell, and more than 256 at once are not tried."""
    assert np.isnan(g_pass_variance(np.array([7]), np.array([3]), 4, 0.5)).all()
    assert np.isfinite(g_pass_variance(np.array([8]), np.array([3]), 4, 0.5)).all()
    assert np.isnan(g_pass_variance(np.array([514]), np.array([3]), 257, 0.5)).all()
