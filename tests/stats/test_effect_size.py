"""Effect sizes against statsmodels, closed forms and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import effectsize_smd  # type: ignore[import-untyped]
from statsmodels.stats.proportion import proportion_effectsize  # type: ignore[import-untyped]

from harness.stats.effect_size import cohens_h, hedges_g

SHARES = st.floats(0, 1)


@given(SHARES, SHARES)
def test_h_is_that_of_statsmodels(before: float, after: float) -> None:
    """For any two shares, with the sign of the change."""
    assert cohens_h(before, after) == pytest.approx(proportion_effectsize(after, before), abs=1e-12)
    assert cohens_h(before, after) == -cohens_h(after, before)


def test_h_ends_at_pi_and_refuses_what_is_no_share() -> None:
    """From none to all is pi; a share beyond its range is a mistake."""
    assert cohens_h(0, 1) == pytest.approx(math.pi)
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\], got 1\.1"):
        cohens_h(0.5, 1.1)


@pytest.mark.parametrize("count", [8, 60])
def test_g_of_uncorrelated_sides_is_that_of_independent_groups(count: int) -> None:
    """Where the sides do not correlate, it is Hedges' g of two groups (the correction is exact)."""
    rng = np.random.default_rng(count)
    before = rng.normal(5, 2, count)
    after = rng.normal(6, 3, count)
    centred = before - before.mean()
    after -= (after @ centred) / (centred @ centred) * centred
    found = hedges_g(before, after)
    wanted, _ = effectsize_smd(
        after.mean(), after.std(ddof=1), count, before.mean(), before.std(ddof=1), count
    )
    assert found == pytest.approx(wanted, rel=1e-3)


@pytest.mark.parametrize("r", [0.0, 0.6, 0.95])
def test_g_has_no_bias(r: float) -> None:
    """Of 20,000 samples of ten pairs the mean is the true difference, however they correlate."""
    rng = np.random.default_rng(1)
    pairs = rng.multivariate_normal([0, 0.8], [[1, r], [r, 1]], (20_000, 10))
    found = [hedges_g(*sample.T) for sample in pairs]
    assert np.mean([one for one in found if one is not None]) == pytest.approx(0.8, abs=0.015)


def test_without_a_scale_there_is_no_size() -> None:
    """One item, or items that are all alike, give no unit to measure by."""
    same = np.full(9, 3.0)
    assert hedges_g(same, same) is None
    assert hedges_g(same[:1], same[:1] + 1) is None
    with pytest.raises(ValueError, match="of one shape"):
        hedges_g(same, same[1:])


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=2, max_size=20))
def test_g_has_the_sign_of_the_change_and_no_unit(pairs: list[tuple[float, float]]) -> None:
    """Swapped sides change its sign, another unit changes nothing."""
    before, after = np.array(pairs).T
    found = hedges_g(before, after)
    if found is None:
        return
    assert hedges_g(after, before) == pytest.approx(-found, rel=1e-9, abs=1e-12)
    if float(before.var() + after.var()) > 1e-6:
        assert hedges_g(8 * before + 1, 8 * after + 1) == pytest.approx(found, rel=1e-6, abs=1e-9)
        assert found * float((after - before).mean()) >= 0
