"""The weights of trend and bend, against numpy and statsmodels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS  # type: ignore[import-untyped]

from harness.claims.contrast import bend_weights, slope_weights

PLACES = [
    (0.0, 1.0), (0.0, 1.0, 2.0), (0.0, 1e-4, 3e-4), (1000.0, 4000.0, 5000.0, 9000.0),
    tuple(range(12)),
]  # fmt: skip
steps = st.lists(st.floats(0.01, 100.0), min_size=2, max_size=8)


@pytest.mark.parametrize("at", PLACES)
def test_a_trend_is_the_slope_from_end_to_end(at: tuple[float, ...]) -> None:
    """It agrees with least squares of numpy and of statsmodels, for any values."""
    values = np.random.default_rng(3).random(len(at))
    trend = np.dot(slope_weights(at), values)
    reach = at[-1] - at[0]
    assert trend == pytest.approx(np.polyfit(at, values, 1)[0] * reach)
    fitted = OLS(values, np.column_stack([np.ones(len(at)), at])).fit()
    assert trend == pytest.approx(fitted.params[1] * reach)


@pytest.mark.parametrize("at", PLACES[1:])
def test_a_bend_is_the_parabolas_height_above_its_chord(at: tuple[float, ...]) -> None:
    """It agrees with numpy's quadratic fit, halfway between the ends."""
    values = np.random.default_rng(4).random(len(at))
    scaled = np.asarray(at) / at[-1]
    low, middle, high = np.polyval(
        np.polyfit(scaled, values, 2), [scaled[0], (scaled[0] + 1) / 2, 1.0]
    )
    assert np.dot(bend_weights(at), values) == pytest.approx(middle - (low + high) / 2)


@given(steps)
def test_contrasts_know_no_level_and_a_bend_no_line(widths: list[float]) -> None:
    """Weights add up to nothing; a line has its own change as trend, and no bend."""
    at = tuple(itertools.accumulate(widths, initial=0.0))
    trend, bend = slope_weights(at), bend_weights(at)
    line = np.asarray(at) / at[-1]
    assert abs(sum(trend)) < 1e-12
    assert abs(sum(bend)) < 1e-9
    assert np.dot(trend, line) == pytest.approx(1.0)
    assert np.dot(bend, line) == pytest.approx(0.0, abs=1e-9)


@given(steps, st.floats(-50.0, 50.0), st.floats(0.1, 1000.0))
def test_origin_and_unit_of_the_places_do_not_matter(
    widths: list[float], origin: float, unit: float
) -> None:
    """Steps or thousands of steps, from 0 or from elsewhere: the contrast is the same."""
    at = list(itertools.accumulate(widths, initial=0.0))
    moved = [origin + unit * place for place in at]
    assert slope_weights(moved) == pytest.approx(slope_weights(at), abs=1e-6)


@pytest.mark.parametrize("at", [(1e-4, 3e-4), (0.1, 0.7), (-1e308, 1e308), (0.0, 5e-324)])
def test_of_two_places_it_is_the_plain_difference(at: tuple[float, float]) -> None:
    """The weights are exactly -1 and 1, so that such a claim is decided as any difference is."""
    assert slope_weights(at) == (-1.0, 1.0)


@pytest.mark.parametrize("at", PLACES[1:])
def test_half_the_weights_is_as_far_as_values_go(at: tuple[float, ...]) -> None:
    """R = sum |weight| / 2 is the largest trend, and bend, of any scores in [0, 1]."""
    for weights in (slope_weights(at), bend_weights(at)):
        corners = np.array(list(itertools.product((0.0, 1.0), repeat=len(at)))) @ weights
        half_range = sum(map(abs, weights)) / 2
        assert corners.max() == pytest.approx(half_range)
        assert corners.min() == pytest.approx(-half_range)
