"""The variance of pass@k against printed digits, exact arithmetic and all outcomes of the draws."""

from __future__ import annotations

import math
import time
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.stats.passk import pass_at_k, pass_hat_k
from harness.stats.passk_variance import (
    pass_at_k_true_variance,
    pass_at_k_variance,
    pass_at_k_variance_at,
    pass_hat_k_variance,
    pass_hat_k_variance_at,
)

if TYPE_CHECKING:
    import numpy.typing as npt


def every_count(n: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return n + 1 items of n draws, with 0..n right ones."""
    return np.full(n + 1, n), np.arange(n + 1)


def exact_variance(n: int, k: int, p: Fraction) -> Fraction:
    """Compute the variance of pass@k over n independent draws in exact arithmetic."""
    q = 1 - p
    total = sum(
        (
            math.comb(k, j) * math.comb(n - k, k - j) * (q ** (2 * k - j) - q ** (2 * k))
            for j in range(1, k + 1)
        ),
        Fraction(0),
    )
    return total / math.comb(n, k)


@pytest.mark.parametrize(
    ("n", "k", "p", "printed"),
    [
        (16, 8, 0.1, "0.098804394846"),
        (16, 8, 0.3, "0.011488396307"),
        (256, 64, 0.01, "0.048342073065"),
    ],
)
def test_true_variance_has_the_printed_digits(n: int, k: int, p: float, printed: str) -> None:
    """Known variances come out to twelve digits, and are those over all outcomes."""
    values, weights = pass_at_k(*every_count(n), k), stats.binom.pmf(np.arange(n + 1), n, p)
    over_outcomes = weights @ (values - weights @ values) ** 2
    assert f"{pass_at_k_true_variance(n, k, p):.12f}" == printed
    assert f"{over_outcomes:.12f}" == printed


@pytest.mark.parametrize(
    ("n", "c", "k", "printed"), [(16, 3, 4, "0.0543367347"), (16, 1, 8, "0.2500000000")]
)
def test_estimated_variance_has_the_printed_digits(n: int, c: int, k: int, printed: str) -> None:
    """Known values of the variance estimate come out to ten digits."""
    found = pass_at_k_variance(np.array([n]), np.array([c]), k)
    assert f"{found[0]:.10f}" == printed


@given(st.integers(1, 60), st.data(), st.fractions(0, 1, max_denominator=10**6))
def test_true_variance_agrees_with_exact_arithmetic(
    n: int, data: st.DataObject, p: Fraction
) -> None:
    """The variance has its digits for every p, small ones too."""
    k = data.draw(st.integers(1, n))
    found = float(pass_at_k_true_variance(n, k, float(p)))
    assert found == pytest.approx(float(exact_variance(n, k, p)), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("p", ["1/1000", "1/10", "9/10"])
def test_true_variance_is_stable_for_many_draws(p: str) -> None:
    """1,024 draws and k = 512 neither overflow nor lose digits."""
    exact = exact_variance(1024, 512, Fraction(p))
    found = float(pass_at_k_true_variance(1024, 512, float(Fraction(p))))
    assert found == pytest.approx(float(exact), rel=1e-9)


def test_true_variance_takes_many_chances_at_once() -> None:
    """Chances of any shape give variances of that shape, nil where the outcome is certain."""
    chances = np.array([[0.0, 0.1], [0.3, 1.0]])
    found = pass_at_k_true_variance(16, 8, chances)
    assert found.shape == (2, 2)
    assert found.ravel() == pytest.approx([0, 0.098804394846, 0.011488396307, 0], abs=1e-12)


@given(st.integers(1, 10), st.integers(0, 20), st.integers(0, 60), st.floats(0, 1))
def test_variance_elsewhere_is_estimated_without_bias(
    k: int, spare: int, more: int, p: float
) -> None:
    """Over all outcomes of n >= 2k draws, the estimate averages to the variance at other draws."""
    n, at = 2 * k + spare, k + more
    weights = stats.binom.pmf(np.arange(n + 1), n, p)
    mean = weights @ pass_at_k_variance_at(*every_count(n), k, at)
    assert mean == pytest.approx(float(pass_at_k_true_variance(at, k, p)), abs=1e-10)
    of_hat = weights @ pass_hat_k_variance_at(*every_count(n), k, at)
    assert of_hat == pytest.approx(float(pass_at_k_true_variance(at, k, 1 - p)), abs=1e-10)


@given(st.integers(1, 64), st.integers(0, 200))
def test_variance_at_the_draws_there_are_is_the_estimate(k: int, spare: int) -> None:
    """Predicted for n draws, it is the square of the estimate less that of the squared mean."""
    draws, correct = every_count(2 * k + spare)
    found = pass_at_k_variance_at(draws, correct, k, 2 * k + spare)
    assert found == pytest.approx(pass_at_k_variance(draws, correct, k), abs=1e-12)


@given(st.integers(1, 16), st.integers(0, 20), st.integers(1, 100))
def test_more_draws_never_add_variance(k: int, spare: int, more: int) -> None:
    """The predicted variance falls with the draws, and is never negative."""
    items = every_count(2 * k + spare)
    few, many = (pass_at_k_variance_at(*items, k, at) for at in (k, k + more))
    assert (many <= few + 1e-12).all()
    assert (many >= 0).all()
    assert (pass_at_k_variance(*items, k) >= -1e-12).all()


def test_variance_of_pass_at_1_is_that_of_a_share() -> None:
    """At k = 1 it is p (1 - p) / (n - 1), and p (1 - p) n / (n - 1) / n' at n' draws."""
    draws, correct = every_count(10)
    share = correct / 10
    assert pass_at_k_variance(draws, correct, 1) == pytest.approx(share * (1 - share) / 9)
    found = pass_at_k_variance_at(draws, correct, 1, 40)
    assert found == pytest.approx(share * (1 - share) * 10 / 9 / 40)


@given(st.integers(1, 10), st.integers(0, 20), st.floats(0, 1))
def test_variance_of_all_right_is_estimated_without_bias(k: int, spare: int, p: float) -> None:
    """Over all outcomes, the estimate averages to the variance of pass^k over them."""
    n = 2 * k + spare
    weights = stats.binom.pmf(np.arange(n + 1), n, p)
    values = pass_hat_k(*every_count(n), k)
    exact = weights @ (values - weights @ values) ** 2
    mean = weights @ pass_hat_k_variance(*every_count(n), k)
    assert mean == pytest.approx(exact, abs=1e-10)


def test_variance_is_unknown_below_two_k_draws() -> None:
    """Items with fewer than 2k draws get NaN, the others their estimate."""
    draws, correct = np.array([7, 8]), np.array([3, 3])
    for found in (
        pass_at_k_variance(draws, correct, 4),
        pass_at_k_variance_at(draws, correct, 4, 16),
        pass_hat_k_variance(draws, correct, 4),
    ):
        assert np.isnan(found).tolist() == [True, False]


def test_items_with_other_draws_are_predicted_from_their_own() -> None:
    """Items that differ in draws are each estimated from theirs, for the same later look."""
    draws, correct = np.array([8, 16, 8]), np.array([3, 3, 0])
    found = pass_at_k_variance_at(draws, correct, 2, 32)
    alone = [
        pass_at_k_variance_at(draws[[row]], correct[[row]], 2, 32)[0] for row in range(len(draws))
    ]
    assert found.tolist() == alone


def test_a_thousand_items_are_predicted_in_no_time() -> None:
    """At k = 64 and n = 128, a look ahead takes well under 10 ms."""
    draws, correct = np.full(1000, 128), np.arange(1000) % 129
    best = math.inf
    for _ in range(5):
        start = time.perf_counter()
        pass_at_k_variance_at(draws, correct, 64, 256)
        best = min(best, time.perf_counter() - start)
    assert best < 0.01


@pytest.mark.parametrize(("n", "k"), [(4, 0), (4, 5)])
def test_k_must_be_among_the_draws(n: int, k: int) -> None:
    """There is no variance for k < 1 or above the draws, and the error names both."""
    with pytest.raises(ValueError, match=rf"k = {k}, n = {n}"):
        pass_at_k_true_variance(n, k, 0.5)
    with pytest.raises(ValueError, match=rf"k = {k}, n = {n}"):
        pass_at_k_variance_at(np.array([16]), np.array([3]), k, n)


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_a_chance_outside_its_range_is_refused(p: float) -> None:
    """A chance below 0, above 1 or unknown is an error that names it."""
    with pytest.raises(ValueError, match=f"got {p}"):
        pass_at_k_true_variance(4, 2, np.array([0.5, p]))
