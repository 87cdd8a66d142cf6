"""Paired right-or-wrong results: against printed digits, numerical likelihoods and enumeration."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar  # type: ignore[import-untyped]

from harness.stats.paired_binary import Alternative, Tango, mcnemar_exact, mcnemar_mid_p, newcombe

Counts = tuple[int, int, int]

few = st.integers(0, 30)
counts = st.builds(lambda b, c, rest: (b, c, max(b + c + rest, 1)), few, few, st.integers(0, 60))
alphas = st.floats(0.001, 0.4)
thresholds = st.floats(-0.999, 0.999)


def tango(found: Counts) -> Tango:
    """Make the test of gained, lost and all items."""
    return Tango(gained=found[0], lost=found[1], items=found[2])


@pytest.mark.parametrize(
    ("found", "low", "high"),
    [
        ((12, 2, 50), "0.06111241", "0.34470875"),
        ((0, 0, 50), "-0.07134760", "0.07134760"),
        ((14, 0, 50), "0.17474171", "0.41665124"),
    ],
)
def test_the_score_interval_has_the_printed_digits(found: Counts, low: str, high: str) -> None:
    """95% intervals of known examples come out as printed, also where nothing was lost."""
    assert f"{tango(found).lower(0.025):.8f}" == low
    assert f"{tango(found).upper(0.025):.8f}" == high


def test_mcnemar_has_the_printed_digits() -> None:
    """Exact and mid-p-values of known examples come out as printed."""
    assert f"{mcnemar_exact(6, 16):.11f}" == "0.05247879028"
    assert f"{mcnemar_mid_p(6, 16):.11f}" == "0.03468966484"
    assert (mcnemar_exact(1, 6), mcnemar_mid_p(1, 6)) == pytest.approx((0.125, 0.0703125))


def test_newcombe_has_the_printed_digits() -> None:
    """A 95% interval of a known example comes out as printed."""
    low, high = newcombe(36, 12, 2, 0, 0.025)
    assert (f"{low:.8f}", f"{high:.7f}") == ("0.05692958", "0.3404276")


def test_a_published_example_is_reproduced() -> None:
    """Complete responses of Cavo et al. 2012, as in the R package contingencytables 3.1.0.

    Its arms are correlated positively, where Newcombe's method corrects for continuity.
    """
    found = Tango(gained=6, lost=16, items=161)
    assert (found.lower(0.025), found.upper(0.025)) == pytest.approx((-0.1240, -0.0054), abs=5e-5)
    assert newcombe(59, 6, 16, 80, 0.025) == pytest.approx((-0.1186, -0.0046), abs=5e-5)


@settings(max_examples=25)
@given(counts, thresholds)
def test_the_score_is_that_of_the_restricted_likelihood(found: Counts, threshold: float) -> None:
    """The variance is at the chances that are most likely given the difference."""
    gained, lost, items = found

    def unlikeliness(log_chances: float) -> float:
        # The chance to lose is on a log scale above its smallest value, and so is what is left.
        q = max(0.0, -threshold) + (1 - abs(threshold)) / 2 / (1 + math.exp(-log_chances))
        chances = np.array([q + threshold, q, 1 - 2 * q - threshold])
        seen = np.array([gained, lost, items - gained - lost])
        return -float(stats.multinomial.logpmf(seen, items, chances / chances.sum()))

    best = optimize.minimize_scalar(unlikeliness, bounds=(-40, 40), method="bounded")
    grid = np.linspace(-40, 40, 400)
    start = grid[np.argmin([unlikeliness(place) for place in grid])]
    local = optimize.minimize_scalar(
        unlikeliness, bounds=(start - 0.4, start + 0.4), method="bounded", options={"xatol": 1e-10}
    )
    place = min((best, local), key=lambda result: result.fun).x
    q = max(0.0, -threshold) + (1 - abs(threshold)) / 2 / (1 + math.exp(-place))
    variance = items * (2 * q + threshold - threshold**2)
    z = (gained - lost - items * threshold) / math.sqrt(variance)
    assert tango(found).p_greater(threshold) == pytest.approx(stats.norm.sf(z), abs=1e-4)


@given(few, few, few)
def test_at_no_difference_it_is_mcnemars(gained: int, lost: int, rest: int) -> None:
    """Against zero the score is McNemar's, (b - c) / sqrt(b + c)."""
    if gained + lost == 0:
        assert Tango(gained=0, lost=0, items=rest + 1).p_greater(0.0) == 0.5
        return
    z = (gained - lost) / math.sqrt(gained + lost)
    found = Tango(gained=gained, lost=lost, items=gained + lost + rest)
    assert found.p_greater(0.0) == pytest.approx(stats.norm.sf(z), rel=1e-9)
    table = [[0, gained], [lost, 0]]
    two_sided = 2 * min(found.p_greater(0.0), found.p_less(0.0))
    assert two_sided == pytest.approx(mcnemar(table, exact=False, correction=False).pvalue)


@given(counts, thresholds, alphas)
def test_bounds_and_p_values_agree(found: Counts, threshold: float, alpha: float) -> None:
    """A bound lies beyond a threshold exactly if the p-value is at most alpha."""
    test = tango(found)
    low, high = test.lower(alpha), test.upper(alpha)
    assert (low > threshold) == (test.p_greater(threshold) <= alpha)
    assert (high < threshold) == (test.p_less(threshold) <= alpha)
    assert not test.p_greater(low) <= alpha
    assert not test.p_less(high) <= alpha
    assert low == -1 or test.p_greater(low - 1e-12) <= alpha
    assert high == 1 or test.p_less(high + 1e-12) <= alpha


@pytest.mark.parametrize("items", [1, 6, 13])
def test_p_values_rise_with_the_threshold(items: int) -> None:
    """Whatever was seen, a higher threshold never has a smaller p-value, so that bounds exist."""
    grid = np.concatenate([np.linspace(-1, 1, 401), [-1.5, -1e-9, 1e-9, 1.5]])
    grid.sort()
    for gained in range(items + 1):
        for lost in range(items + 1 - gained):
            found = Tango(gained=gained, lost=lost, items=items)
            p = np.array([found.p_greater(threshold) for threshold in grid])
            assert (np.diff(p) >= -1e-12).all()
            assert p[0] == 0
            assert p[-1] == 1
            less = [found.p_less(threshold) for threshold in grid]
            assert less == pytest.approx(1 - p, abs=1e-12)


@given(counts, alphas)
def test_the_bounds_hold_the_estimate_and_swap_with_the_arms(found: Counts, alpha: float) -> None:
    """Bounds lie on either side of the estimate, in [-1, 1]; swapped arms change their sign."""
    test = tango(found)
    other = Tango(gained=found[1], lost=found[0], items=found[2])
    assert -1 <= test.lower(alpha) <= test.estimate <= test.upper(alpha) <= 1
    assert test.lower(alpha) == -other.upper(alpha)
    assert test.lower(alpha / 2) <= test.lower(alpha)


@pytest.mark.parametrize("items", [1, 3, 200])
def test_all_gained_or_all_lost(items: int) -> None:
    """If every item was gained, the upper bound is 1, and the lower one has a closed form."""
    z = stats.norm.isf(0.05)
    found = Tango(gained=items, lost=0, items=items)
    assert found.estimate == found.upper(0.05) == 1
    assert found.lower(0.05) == pytest.approx((items - z**2) / (items + z**2), abs=1e-10)
    lost = Tango(gained=0, lost=items, items=items)
    assert (lost.lower(0.05), lost.upper(0.05)) == (-1, -found.lower(0.05))
    none = Tango(gained=0, lost=0, items=items)
    assert none.upper(0.05) == pytest.approx(z**2 / (items + z**2), abs=1e-10)


@given(counts, thresholds, st.sampled_from([1e-300, 1e-12, 1e-6]))
def test_tiny_errors_have_wide_bounds(found: Counts, threshold: float, alpha: float) -> None:
    """At whatever alpha bounds lie in the range, beyond those of 5%, and agree with p-values."""
    test = tango(found)
    low, high = test.lower(alpha), test.upper(alpha)
    assert -1 <= low < test.lower(0.05) or low == -1 == test.estimate
    assert test.upper(0.05) < high <= 1 or high == 1 == test.estimate
    assert (low > threshold) == (test.p_greater(threshold) <= alpha)
    assert (high < threshold) == (test.p_less(threshold) <= alpha)


@pytest.mark.parametrize("found", [(0, 0, 1), (1, 0, 1), (0, 1, 1)], ids=["same", "gain", "loss"])
def test_one_item_shows_next_to_nothing(found: Counts) -> None:
    """A single item leaves either sign open, and at 1e-12 nearly the whole range."""
    test = tango(found)
    assert test.lower(0.05) < 0 < test.upper(0.05)
    assert test.lower(1e-12) < -0.9
    assert test.upper(1e-12) > 0.9
    assert test.p_greater(0) == pytest.approx(stats.norm.sf(found[0] - found[1]))


@given(counts, thresholds)
def test_more_gains_are_more_evidence(found: Counts, threshold: float) -> None:
    """One item more that was gained, in place of one unchanged or lost, lowers the p-value."""
    gained, lost, items = found
    before = tango(found)
    better = [(gained + 1, lost, items)] if gained + lost < items else []
    better += [(gained + 1, lost - 1, items)] if lost else []
    for counted in better:
        after = tango(counted)
        assert after.p_greater(threshold) <= before.p_greater(threshold) * (1 + 1e-9)
        assert after.lower(0.05) >= before.lower(0.05)


def test_errors_are_near_the_nominal_rate() -> None:
    """Enumerated for 50 items, arms that are alike are told apart in at most 6% of samples."""
    items = 50
    p = np.array([
        [Tango(gained=b, lost=c, items=items).p_greater(0) for c in range(items + 1 - b)]
        + [1.0] * b
        for b in range(items + 1)
    ])  # fmt: skip
    cells = np.indices(p.shape)
    seen = np.stack([*cells, items - cells.sum(axis=0)], axis=-1)
    for change in (0.02, 0.1, 0.2, 0.4, 0.8):
        chances = stats.multinomial.pmf(seen, items, [change / 2, change / 2, 1 - change])
        assert (chances * (p <= 0.05)).sum() < 0.06


def test_it_is_quick() -> None:
    """A p-value takes microseconds, and a bound a fraction of a millisecond."""
    found = Tango(gained=120, lost=20, items=500)
    start = time.perf_counter()
    for _ in range(100):
        found.p_greater(0.01)
    middle = time.perf_counter()
    for _ in range(100):
        found.lower(0.05)
    assert middle - start < 100 * 100e-6
    assert time.perf_counter() - middle < 100 * 1e-3


@pytest.mark.parametrize("found", [(-1, 0, 5), (0, -1, 5), (3, 3, 5), (0, 0, 0)])
def test_impossible_counts_are_refused(found: Counts) -> None:
    """Negative counts, more changes than items, and no items are errors that say the counts."""
    with pytest.raises(ValueError, match=f"got {found[0]}, {found[1]} and {found[2]}"):
        tango(found)


@pytest.mark.parametrize("alpha", [0.0, 1.0, math.nan])
def test_an_alpha_that_is_no_error_rate_is_refused(alpha: float) -> None:
    """There is no bound without an error, or without confidence."""
    for bound in (tango((3, 1, 9)).lower, tango((3, 1, 9)).upper):
        with pytest.raises(ValueError, match=rf"\(0, 1\), got {alpha}"):
            bound(alpha)


@given(few, few)
def test_mcnemar_is_the_binomial_test(gained: int, lost: int) -> None:
    """Exact p-values are those of scipy's binomial test, and of statsmodels."""
    alternatives: tuple[Alternative, ...] = ("two-sided", "greater", "less")
    for alternative in alternatives:
        found = mcnemar_exact(gained, lost, alternative)
        if gained + lost == 0:
            assert found == 1
            continue
        oracle = stats.binomtest(gained, gained + lost, 0.5, alternative)
        assert found == pytest.approx(oracle.pvalue, rel=1e-9)
    oracle = mcnemar([[0, gained], [lost, 0]], exact=True)
    assert mcnemar_exact(gained, lost) == pytest.approx(min(oracle.pvalue, 1))


@given(few, few)
def test_mid_p_values_count_half_of_what_was_seen(gained: int, lost: int) -> None:
    """The mid-p-value is the exact one less half the chance of the outcome; sides add up to 1."""
    seen = float(stats.binom.pmf(gained, gained + lost, 0.5))
    greater = mcnemar_mid_p(gained, lost, "greater")
    assert greater == pytest.approx(mcnemar_exact(gained, lost, "greater") - seen / 2)
    assert greater + mcnemar_mid_p(gained, lost, "less") == pytest.approx(1)
    assert mcnemar_mid_p(gained, lost) == pytest.approx(2 * min(greater, 1 - greater))


def test_negative_changes_are_refused() -> None:
    """Counts that are none are errors."""
    with pytest.raises(ValueError, match="got -1 and 3"):
        mcnemar_exact(-1, 3)
    with pytest.raises(ValueError, match="got 3 and -1"):
        mcnemar_mid_p(3, -1)


@given(few, few, few, few, alphas)
def test_newcombe_is_square_and_add(a: int, b: int, c: int, d: int, alpha: float) -> None:
    """The bounds are by scipy's Wilson intervals, and numpy's correlation of the arms."""
    cells = [a, b, c, d]
    count = sum(cells)
    if not count:
        return
    first, second = np.repeat([1, 1, 0, 0], cells), np.repeat([1, 0, 1, 0], cells)
    phi = 0.0
    if np.ptp(first) and np.ptp(second):
        phi = np.corrcoef(first, second)[0, 1]
        phi = max(phi - 1 / (2 * count * first.std() * second.std()), 0) if phi > 0 else phi
    one, two = (
        stats.binomtest(int(arm.sum()), count).proportion_ci(1 - 2 * alpha, "wilson")
        for arm in (first, second)
    )
    below = np.array([first.mean() - one.low, two.high - second.mean()])
    above = np.array([one.high - first.mean(), second.mean() - two.low])
    shape = np.array([[1, -phi], [-phi, 1]])
    found = newcombe(a, b, c, d, alpha)
    difference = first.mean() - second.mean()
    assert found[0] == pytest.approx(difference - np.sqrt(below @ shape @ below), abs=1e-7)
    assert found[1] == pytest.approx(difference + np.sqrt(above @ shape @ above), abs=1e-7)
    swapped = newcombe(a, c, b, d, alpha)
    assert swapped == pytest.approx((-found[1], -found[0]), abs=1e-12)


@pytest.mark.parametrize(
    ("cells", "alpha", "message"),
    [
        ((-1, 2, 3, 4), 0.05, "got -1, 2, 3 and 4"),
        ((1, 2, 3, -4), 0.05, "got 1, 2, 3 and -4"),
        ((0, 0, 0, 0), 0.05, "got 0 of 0"),
        ((1, 2, 3, 4), 0.0, "got 0.0"),
    ],
)
def test_impossible_cells_are_refused(
    cells: tuple[int, int, int, int], alpha: float, message: str
) -> None:
    """Negative cells, no items, and levels that are none are errors."""
    with pytest.raises(ValueError, match=message):
        newcombe(*cells, alpha)
