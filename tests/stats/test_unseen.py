"""What reading can miss, against the exact binomial."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from harness.stats.unseen import needed_to_see, unseen_rate


@pytest.mark.parametrize("read", [1, 5, 30, 300, 10_000])
def test_the_rate_is_the_exact_upper_bound(read: int) -> None:
    """It is Clopper and Pearson's one-sided bound of none of n, about 3 / n."""
    bound = binomtest(0, read).proportion_ci(0.90, method="exact").high
    assert unseen_rate(read) == pytest.approx(bound)
    if read >= 30:
        assert unseen_rate(read) == pytest.approx(3 / read, rel=0.06)


@given(st.floats(1e-4, 0.9))
def test_so_many_show_it_and_one_less_may_not(rate: float) -> None:
    """With the needed number the chance to see it is 95%, with one less it is below."""
    needed = needed_to_see(rate)
    assert binom.sf(0, needed, rate) >= 0.95 - 1e-9
    assert needed == 1 or binom.sf(0, needed - 1, rate) < 0.95 + 1e-9
