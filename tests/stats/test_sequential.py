"""Group-sequential bounds against printed digits, multivariate normals and Brownian motion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from harness.stats.sequential import crossing, efficacy_bounds, futility_bounds
from harness.stats.spending import Spending, SpendingName, obrien_fleming, pocock

if TYPE_CHECKING:
    import numpy.typing as npt

Fractions = tuple[float, ...]

DRIFT = 2.9264  # power .9 of a single look at a one-sided .05


def rising(gaps: list[float]) -> Fractions:
    """Return fractions that rise by these gaps, the last below 1."""
    return tuple((np.cumsum(gaps) / (sum(gaps) * 1.02)).tolist())


def none_of(bounds: Fractions) -> Fractions:
    """Return as many lower bounds, none of which can be crossed."""
    return (-math.inf,) * len(bounds)


def probability_within(
    fractions: Fractions, lower: Fractions, upper: Fractions, drift: float
) -> float:
    """Return the chance that all z are within their bounds, by scipy's multivariate normal."""
    times = np.array(fractions)
    correlations = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    found = stats.multivariate_normal.cdf(
        np.array(upper), drift * np.sqrt(times), correlations, allow_singular=True, maxpts=50_000,
        abseps=1e-6, releps=1e-6, lower_limit=np.array(lower), rng=np.random.default_rng(1),
    )  # fmt: skip
    return float(found)


def quadrature_within(
    fractions: Fractions, lower: Fractions, upper: Fractions, drift: float
) -> float:
    """Return the chance that three z are within their bounds.

    Given the sum at the second look, those at the first and the third are independent.
    """
    first, middle, last = fractions
    centre, reach = drift * middle, 9 * math.sqrt(middle)
    low, high = (math.sqrt(middle) * bounds[1] for bounds in (lower, upper))
    sums = np.linspace(max(low, centre - reach), max(low, min(high, centre + reach)), 20_001)
    bridge = stats.norm(sums * first / middle, math.sqrt(first * (middle - first) / middle))
    onward = stats.norm(sums + drift * (last - middle), math.sqrt(last - middle))
    before = bridge.cdf(upper[0] * math.sqrt(first)) - bridge.cdf(lower[0] * math.sqrt(first))
    after = onward.cdf(upper[2] * math.sqrt(last)) - onward.cdf(lower[2] * math.sqrt(last))
    density = stats.norm(centre, math.sqrt(middle)).pdf(sums)
    return float(integrate.simpson(density * before * after, x=sums))


fraction_lists = st.lists(st.floats(0.02, 1), min_size=1, max_size=6).map(rising)
three_fractions = st.lists(st.floats(0.02, 1), min_size=3, max_size=3).map(rising)
alphas = st.floats(0.001, 0.3)
spendings: st.SearchStrategy[SpendingName] = st.sampled_from(["obrien_fleming", "pocock"])
drifts = st.floats(-2, 5)


@pytest.mark.parametrize(
    ("alpha", "looks", "spending", "printed"),
    [
        (0.025, 5, "obrien_fleming", "4.876885 3.357012 2.680280 2.289817 2.031032"),
        (0.05, 3, "obrien_fleming", "3.200102 2.140815 1.694812"),
    ],
)
def test_bounds_have_the_printed_digits(
    alpha: float, looks: int, spending: SpendingName, printed: str
) -> None:
    """Equal fractions have the bounds known for them."""
    fractions = tuple((j + 1) / looks for j in range(looks))
    found = efficacy_bounds(fractions, alpha, spending)
    assert " ".join(f"{bound:.6f}" for bound in found) == printed


@pytest.mark.parametrize("spend", [obrien_fleming, pocock])
@given(st.floats(0.001, 1), st.floats(0.001, 1), alphas)
def test_spending_rises_to_all_of_alpha(
    spend: Spending, first: float, second: float, alpha: float
) -> None:
    """More is spent as information grows, and all of alpha at its end."""
    low, high = sorted((first, second))
    assert 0 <= spend(low, alpha) <= spend(high, alpha) <= alpha * (1 + 1e-12)
    assert spend(1.0, alpha) == pytest.approx(alpha, rel=1e-12)


@given(fraction_lists, alphas, spendings)
def test_what_is_crossed_is_what_is_spent(
    fractions: Fractions, alpha: float, spending: SpendingName
) -> None:
    """Without an effect, the chances to cross add up to alpha's spending at every look."""
    fractions = (*fractions, 1.0)
    bounds = efficacy_bounds(fractions, alpha, spending)
    found = np.cumsum(crossing(fractions, bounds, none_of(bounds), 0.0).up)
    spend = obrien_fleming if spending == "obrien_fleming" else pocock
    spent = [spend(fraction, alpha) for fraction in fractions]
    np.testing.assert_allclose(found, spent, rtol=1e-7, atol=2e-15)


@given(three_fractions, alphas, spendings)
def test_bounds_agree_with_quadrature(
    fractions: Fractions, alpha: float, spending: SpendingName
) -> None:
    """An oracle, one integral over the look in the middle, finds what is spent within bounds."""
    bounds = efficacy_bounds(fractions, alpha, spending)
    spend = obrien_fleming if spending == "obrien_fleming" else pocock
    within = quadrature_within(fractions, none_of(bounds), bounds, 0.0)
    assert 1 - within == pytest.approx(spend(fractions[-1], alpha), abs=1e-8)


@given(fraction_lists, alphas, spendings, st.floats(0.5, 5), st.data())
def test_more_looks_leave_the_bounds_before_as_they_are(
    fractions: Fractions, alpha: float, spending: SpendingName, drift: float, data: st.DataObject
) -> None:
    """The bounds of the looks so far don't depend on the looks that follow."""
    count = data.draw(st.integers(1, len(fractions)))
    upper = efficacy_bounds(fractions, alpha, spending)
    lower = futility_bounds(fractions, upper, drift, 0.1, spending)
    assert efficacy_bounds(fractions[:count], alpha, spending) == upper[:count]
    assert futility_bounds(fractions[:count], upper[:count], drift, 0.1, spending) == lower[:count]


three_bounds = st.lists(st.floats(-2.5, 2.5), min_size=6, max_size=6).map(
    lambda ends: tuple(zip(*(sorted(ends[j : j + 2]) for j in (0, 2, 4)), strict=True))
)


@given(three_fractions, drifts, three_bounds)
def test_crossing_agrees_with_quadrature(
    fractions: Fractions, drift: float, bounds: tuple[Fractions, Fractions]
) -> None:
    """An oracle, one integral over the look in the middle, finds the chance to stay within."""
    lower, upper = bounds
    found = crossing(fractions, upper, lower, drift)
    left = 1 - sum(found.up) - sum(found.down)
    assert left == pytest.approx(quadrature_within(fractions, lower, upper, drift), abs=1e-8)


@given(fraction_lists, drifts, three_bounds)
def test_crossing_agrees_with_multivariate_normals(
    fractions: Fractions, drift: float, bounds: tuple[Fractions, Fractions]
) -> None:
    """An oracle, scipy's multivariate normal, finds the chance to stay within for any looks."""
    lower, upper = ((ends * 2)[: len(fractions)] for ends in bounds)
    found = crossing(fractions, upper, lower, drift)
    left = 1 - sum(found.up) - sum(found.down)
    assert left == pytest.approx(probability_within(fractions, lower, upper, drift), abs=1e-4)


@pytest.mark.parametrize(
    "fractions",
    [
        (0.2, 0.4, 0.6, 0.8, 1.0),
        (0.72, 0.85, 0.95, 1.0),
        (0.01, 0.02, 0.5, 1.0),
        (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0),
    ],
)
@pytest.mark.parametrize("drift", [0.0, DRIFT])
def test_crossing_agrees_with_brownian_motion(fractions: Fractions, drift: float) -> None:
    """Simulated paths stop at each look, and on each side, as often as is said."""
    upper = efficacy_bounds(fractions, 0.05)
    lower = futility_bounds(fractions, upper, DRIFT, 0.1)
    found = crossing(fractions, upper, lower, drift)
    paths = 400_000
    up, down = simulated(fractions, upper, lower, drift, paths)
    for chances, shares in ((found.up, up), (found.down, down)):
        errors = np.sqrt(np.array(chances) * (1 - np.array(chances)) / paths)
        assert (np.abs(shares - chances) <= 4 * errors + 1e-5).all()


def simulated(
    fractions: Fractions, upper: Fractions, lower: Fractions, drift: float, paths: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the shares of simulated Brownian paths that stop at each look, up and down."""
    generator = np.random.default_rng(20_240_607)
    sums = np.zeros(paths)
    up, down = np.zeros(len(fractions)), np.zeros(len(fractions))
    before = 0.0
    for look, time in enumerate(fractions):
        step = time - before
        sums += generator.normal(drift * step, math.sqrt(step), len(sums))
        z = sums / math.sqrt(time)
        up[look], down[look] = (z > upper[look]).sum(), (z < lower[look]).sum()
        sums = sums[(z <= upper[look]) & (z >= lower[look])]
        before = time
    return up / paths, down / paths


@given(fraction_lists, st.floats(1, 4), st.floats(0.01, 0.4), spendings)
def test_futility_spends_beta_under_the_drift(
    fractions: Fractions, drift: float, beta: float, spending: SpendingName
) -> None:
    """Under the drift, as much is given up as is spent, or all that is below the upper bounds."""
    fractions = (*fractions, 1.0)
    upper = efficacy_bounds(fractions, 0.05, spending)
    lower = futility_bounds(fractions, upper, drift, beta, spending)
    found = np.cumsum(crossing(fractions, upper, lower, drift).down)
    spend = obrien_fleming if spending == "obrien_fleming" else pocock
    for look, fraction in enumerate(fractions):
        assert lower[look] <= upper[look]
        spent = pytest.approx(spend(fraction, beta), rel=1e-7, abs=2e-15)
        capped = upper[look] in lower[: look + 1]
        assert found[look] == spent or (capped and found[look] <= spend(fraction, beta))


def test_futility_is_capped_where_the_drift_is_plain() -> None:
    """Where the test has power to spare, the last lower bound meets the upper one."""
    fractions = (0.5, 1.0)
    upper = efficacy_bounds(fractions, 0.05)
    lower = futility_bounds(fractions, upper, 2 * DRIFT, 0.1)
    assert lower[-1] == upper[-1]
    assert sum(crossing(fractions, upper, lower, 2 * DRIFT).down) < 0.1


def test_once_all_have_stopped_later_looks_are_empty() -> None:
    """After bounds that meet, no look is reached, and its bounds meet too."""
    lower = futility_bounds((0.5, 0.7, 1.0), (-2.0, 2.0, 1.7), 3.0, 0.1)
    found = crossing((0.5, 0.7, 1.0), (-2.0, 2.0, 1.7), lower, 3.0)
    assert lower == (-2.0, 2.0, 1.7)
    assert found.up[1:] == found.down[1:] == (0.0, 0.0)
    assert found.up[0] + found.down[0] == pytest.approx(1, abs=1e-15)


def test_futility_leaves_the_upper_bounds_valid() -> None:
    """Non-binding: with or without giving up, alpha is not exceeded; giving up only lowers it."""
    fractions = tuple((j + 1) / 8 for j in range(8))
    upper = efficacy_bounds(fractions, 0.05)
    lower = futility_bounds(fractions, upper, DRIFT, 0.1)
    assert sum(crossing(fractions, upper, none_of(upper), 0.0).up) == pytest.approx(0.05, rel=1e-9)
    assert 0.03 < sum(crossing(fractions, upper, lower, 0.0).up) < 0.05


@pytest.mark.parametrize("alpha", [0.0025, 0.05])
def test_one_look_is_the_fixed_test(alpha: float) -> None:
    """A single look at the end has the quantile of the normal, and its power."""
    (bound,) = efficacy_bounds((1.0,), alpha)
    assert bound == pytest.approx(stats.norm.isf(alpha), abs=1e-10)
    (power,) = crossing((1.0,), (bound,), (-math.inf,), DRIFT).up
    assert power == pytest.approx(stats.norm.sf(bound - DRIFT), abs=1e-12)


def test_looks_with_nothing_to_spend_have_no_bounds() -> None:
    """An early look that can spend nothing is passed, and what it lacked is spent later."""
    fractions = (0.005, 0.01, 1.0)
    upper = efficacy_bounds(fractions, 0.05)
    lower = futility_bounds(fractions, upper, DRIFT, 0.1)
    assert upper[:2] == (math.inf, math.inf)
    assert lower[:2] == (-math.inf, -math.inf)
    assert upper[2] == pytest.approx(stats.norm.isf(0.05), abs=1e-9)


def test_a_spending_function_may_stop_and_go() -> None:
    """Where a spending function stays level there is no bound; at 1 all that is left is spent."""

    def spending(fraction: float, alpha: float) -> float:
        return alpha / 2 if fraction > 0.3 else 0.0

    fractions = (0.2, 0.4, 0.6, 1.0)
    bounds = efficacy_bounds(fractions, 0.05, spending)
    assert [math.isinf(bound) for bound in bounds] == [True, False, True, False]
    found = crossing(fractions, bounds, none_of(bounds), 0.0)
    assert found.up == pytest.approx((0, 0.025, 0, 0.025), abs=1e-9)


@pytest.mark.parametrize("gap", [1e-9, 1e-5, 4e-4, 9e-4])
def test_looks_that_all_but_coincide_stay_valid(gap: float) -> None:
    """Looks closer than are told apart cost at most alpha, and next to nothing beside one look."""
    fractions = (0.5, 1 - gap, 1.0)
    bounds = efficacy_bounds(fractions, 0.05)
    error = 1 - probability_within(fractions, none_of(bounds), bounds, 0.0)
    assert 0.0485 < error < 0.05 + 1e-6


@given(st.floats(0, 6))
def test_expected_size_is_between_those_of_the_looks(drift: float) -> None:
    """The mean size at the end lies between the first and the last, and all paths count."""
    fractions = (0.25, 0.5, 1.0)
    upper = efficacy_bounds(fractions, 0.05)
    found = crossing(fractions, upper, none_of(upper), drift)
    assert 0.25 <= found.expected(fractions) <= 1
    assert found.expected((7, 7, 7)) == pytest.approx(7)
    stay = 1 - found.up[0]
    assert found.expected((0, 1, 1)) == pytest.approx(stay)


@pytest.mark.parametrize(
    ("fractions", "message"),
    [
        ((), r"rise within \(0, 1\], got \(\)"),
        ((0.0, 1.0), "rise within"),
        ((0.5, 0.5), "rise within"),
        ((0.5, 0.4), "rise within"),
        ((0.5, 1.1), r"got \(0.5, 1.1\)"),
        ((math.nan,), "rise within"),
        ((0.5, math.nan), "rise within"),
    ],
)
def test_fractions_that_do_not_rise_are_refused(fractions: Fractions, message: str) -> None:
    """Looks need information that grows, at most to its end."""
    with pytest.raises(ValueError, match=message):
        efficacy_bounds(fractions, 0.05)
    with pytest.raises(ValueError, match=message):
        futility_bounds(fractions, (2.0,) * len(fractions), 3.0, 0.1)
    with pytest.raises(ValueError, match=message):
        crossing(fractions, (2.0,) * len(fractions), (0.0,) * len(fractions), 3.0)


@pytest.mark.parametrize("rate", [0.0, 0.5, -0.1, math.nan])
def test_rates_out_of_range_are_refused(rate: float) -> None:
    """Error rates are in (0, 1/2)."""
    with pytest.raises(ValueError, match=r"alpha must lie in \(0, 1/2\)"):
        efficacy_bounds((1.0,), rate)
    with pytest.raises(ValueError, match=r"beta must lie in \(0, 1/2\)"):
        futility_bounds((1.0,), (1.6,), 3.0, rate)


def test_unknown_spending_is_refused() -> None:
    """A spending function that is not known by name is refused."""
    with pytest.raises(ValueError, match="one of obrien_fleming, pocock or a function, got 'wang'"):
        efficacy_bounds((1.0,), 0.05, "wang")  # type: ignore[arg-type]


@pytest.mark.parametrize("spent", [-0.01, 0.06, math.nan])
def test_spending_out_of_range_is_refused(spent: float) -> None:
    """Neither less than nothing nor more than all can be spent."""
    with pytest.raises(ValueError, match=r"between 0 and 0\.05, got .* at 0\.5"):
        efficacy_bounds((0.5,), 0.05, lambda _fraction, _alpha: spent)


@pytest.mark.parametrize(
    ("upper", "lower", "drift", "message"),
    [
        ((2.0,), (0.0, 0.0), 1.0, "2 looks need as many bounds, got 1 and 2"),
        ((2.0, 2.0), (0.0,), 1.0, "got 2 and 1"),
        ((2.0, 2.0), (0.0, 2.1), 1.0, "at most the upper ones"),
        ((2.0, math.nan), (0.0, 0.0), 1.0, "at most the upper ones"),
        ((2.0, 2.0), (0.0, math.nan), 1.0, "at most the upper ones"),
        ((2.0, 2.0), (0.0, 0.0), math.inf, "the drift must be finite, got inf"),
    ],
)
def test_bounds_that_are_no_pairs_are_refused(
    upper: Fractions, lower: Fractions, drift: float, message: str
) -> None:
    """Each look needs a lower and an upper bound, in order, and a drift that is a number."""
    with pytest.raises(ValueError, match=message):
        crossing((0.5, 1.0), upper, lower, drift)
