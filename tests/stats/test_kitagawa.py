"""Kitagawa's decomposition: worked by hand, exact sums, limits, and its error by simulation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stats.kitagawa import Decomposition, kitagawa
from harness.stats.mean import t_mean

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


def strata(formed: FloatArray, right: FloatArray, astray: FloatArray) -> tuple[FloatArray, ...]:
    """Return shares and hits of two strata: without and with the form."""
    return np.stack([1 - formed, formed], axis=1), np.stack([astray, right], axis=1)


def parts(found: Decomposition) -> tuple[float, float]:
    """Return both parts."""
    return float(found.composition.mean()), float(found.rates.mean())


def test_an_example_by_hand() -> None:
    """Half formed at rate .4 against nine tenths at rate .5: format .18, substance .07."""
    two = np.ones(2)
    before = strata(0.5 * two, 0.2 * two, 0 * two)
    after = strata(0.9 * two, 0.45 * two, 0 * two)
    assert parts(kitagawa(*before, *after)) == pytest.approx((0.18, 0.07))


shares = st.floats(0.01, 0.99)


@given(st.lists(st.tuples(*[shares] * 6), min_size=2, max_size=12))
def test_the_parts_add_up_on_each_item(rows: list[tuple[float, ...]]) -> None:
    """Composition and rates of an item add up to its change, and turn round with the sides."""
    a, b, c, d, e, f = np.array(rows).T
    before, after = strata(a, a * b, (1 - a) * c), strata(d, d * e, (1 - d) * f)
    found, turned = kitagawa(*before, *after), kitagawa(*after, *before)
    change = after[1].sum(axis=1) - before[1].sum(axis=1)
    assert found.composition + found.rates == pytest.approx(change, abs=1e-9)
    assert parts(turned) == pytest.approx([-part for part in parts(found)], abs=1e-9)


def test_one_cause_alone_is_told() -> None:
    """Equal rates leave it all to the composition; equal shares leave it all to the rates."""
    rng = np.random.default_rng(1)
    formed = rng.uniform(0.2, 0.8, 50)
    composition, rates = parts(
        kitagawa(
            *strata(formed / 2, formed / 4, 0 * formed), *strata(formed, formed / 2, 0 * formed)
        )
    )
    assert rates == pytest.approx(0)
    assert composition == pytest.approx(formed.mean() / 4)
    _, rates = parts(
        kitagawa(*strata(formed, formed / 4, 0 * formed), *strata(formed, formed / 2, 0 * formed))
    )
    assert rates == pytest.approx(formed.mean() / 4)


def test_a_form_that_one_side_lacks_is_all_composition() -> None:
    """Where no draw had the form before, what is right in it since came with the form."""
    none, some = np.zeros(4), np.array([0.2, 0.4, 0.6, 0.8])
    found = kitagawa(*strata(none, none, none), *strata(some, some / 2, none))
    assert parts(found) == pytest.approx((0.25, 0.0))
    turned = kitagawa(*strata(some, some / 2, none), *strata(none, none, none))
    assert parts(turned) == pytest.approx((-0.25, 0.0))


def test_the_linearised_values_are_the_derivative() -> None:
    """Giving an item slightly more weight moves a part as its linearised value says."""
    rng = np.random.default_rng(2)
    count, step = 30, 1e-6
    formed = rng.uniform(0.1, 0.9, (2, count))
    before, after = (strata(one, one * rng.uniform(0, 1, count), (1 - one) * 0.1) for one in formed)
    found = kitagawa(*before, *after)

    def weighted(weights: FloatArray) -> float:
        (w_a, h_a), (w_b, h_b) = (
            ((weights @ shares) / weights.sum(), (weights @ hits) / weights.sum())
            for shares, hits in (before, after)
        )
        return float(((w_b - w_a) * (h_a / w_a + h_b / w_b) / 2).sum())

    for item in (0, 7, 29):
        weights = np.ones(count)
        weights[item] += step
        slope = (weighted(weights) - weighted(np.ones(count))) / step * count
        wanted = found.composition[item] - found.composition.mean()
        assert slope == pytest.approx(wanted, rel=1e-3, abs=1e-6)


def test_the_error_is_that_of_samples() -> None:
    """The linearised standard error is the spread of the parts over samples of items."""
    rng = np.random.default_rng(3)
    found, told = [], []
    for _ in range(400):
        formed = rng.beta(2, 2, (2, 120)) * np.array([[0.6], [1.0]])
        skill = rng.beta(1, 2, 120)
        sides = [strata(*_drawn(rng, one, skill)) for one in formed]
        one = kitagawa(*sides[0], *sides[1])
        found.append(parts(one))
        told.append([t_mean(values).se for values in (one.composition, one.rates)])
    spread = np.std(found, axis=0, ddof=1)
    assert np.mean(told, axis=0) == pytest.approx(spread, rel=4 / math.sqrt(2 * 400))


def _drawn(
    rng: np.random.Generator, formed: FloatArray, skill: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    count = rng.binomial(16, formed)
    return count / 16, rng.binomial(count, skill) / 16, np.zeros(len(formed))


def test_nonsense_is_refused() -> None:
    """Tables of unlike shape, one item, and values that are not finite are errors."""
    two = np.full((2, 2), 0.5)
    with pytest.raises(ValueError, match="one shape"):
        kitagawa(two, two, two, np.full((3, 2), 0.5))
    with pytest.raises(ValueError, match="at least 2"):
        kitagawa(two[:1], two[:1], two[:1], two[:1])
    with pytest.raises(ValueError, match="not finite"):
        kitagawa(two, two, two, two * np.nan)
