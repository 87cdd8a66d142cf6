"""G-Pass@k against the hypergeometric distribution, its ends, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.g_pass import g_pass
from harness.stats.passk import pass_at_k, pass_hat_k


@given(st.integers(1, 60), st.data())
def test_it_is_a_hypergeometric_tail(n: int, data: st.DataObject) -> None:
    """At least so many of k draws without replacement are right."""
    k = data.draw(st.integers(1, n))
    least = data.draw(st.integers(1, k))
    c = np.arange(n + 1)
    found = g_pass(np.full(n + 1, n), c, k, least / k)
    assert found == pytest.approx(stats.hypergeom.sf(least - 1, n, c, k), abs=1e-10)


def test_its_ends_are_pass_at_k_and_pass_hat_k() -> None:
    """The smallest tau asks for one right draw, tau = 1 for all."""
    draws, correct = np.full(33, 32), np.arange(33)
    assert g_pass(draws, correct, 8, 1e-6) == pytest.approx(pass_at_k(draws, correct, 8))
    assert g_pass(draws, correct, 8, 1.0) == pytest.approx(pass_hat_k(draws, correct, 8))


def test_a_tenth_of_thirty_is_three() -> None:
    """Rounding asks for no fourth draw; with all draws taken it counts the items that reach tau."""
    found = g_pass(np.full(3, 30), np.array([2, 3, 4]), 30, 0.1)
    assert found.tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(("k", "tau"), [(5, 0.5), (0, 0.5), (2, 0.0), (2, 1.1)])
def test_what_can_not_be_told_is_refused(k: int, tau: float) -> None:
    """More draws than there are, or a share that is none."""
    with pytest.raises(ValueError, match=r"tau|1 <= k <= n"):
        g_pass(np.array([4]), np.array([1]), k, tau)
