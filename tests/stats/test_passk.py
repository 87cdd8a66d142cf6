"""pass@k and pass^k against printed digits, exact arithmetic and full enumeration."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stats.passk import miss_probabilities, miss_probability, pass_at_k, pass_hat_k


@st.composite
def sizes(draw: st.DrawFn, most: int = 300) -> tuple[int, int, int]:
    """Draw n, c and k with 0 <= c <= n and 1 <= k <= n."""
    n = draw(st.integers(1, most))
    return n, draw(st.integers(0, n)), draw(st.integers(1, n))


def estimate(n: int, c: int, k: int) -> float:
    """Estimate pass@k of one item."""
    return float(pass_at_k(np.array([n]), np.array([c]), k)[0])


def exact(n: int, c: int, k: int) -> Fraction:
    """Compute pass@k by counting subsets."""
    return 1 - Fraction(math.comb(n - c, k), math.comb(n, k))


def binomial(n: int, p: float) -> list[float]:
    """Return the chance of each c in 0..n."""
    return [math.comb(n, c) * p**c * (1 - p) ** (n - c) for c in range(n + 1)]


@pytest.mark.parametrize(
    ("n", "c", "k", "printed"),
    [
        (5, 2, 2, ".7000000000"),
        (10, 3, 5, ".9166666667"),
        (200, 37, 10, ".8773745674"),
        (256, 3, 64, ".5797823066"),
        (16, 8, 8, ".9999222999"),
        (16, 9, 8, "1.0000000000"),
    ],
)
def test_pass_at_k_has_the_printed_digits(n: int, c: int, k: int, printed: str) -> None:
    """Known values of pass@k come out to ten digits."""
    assert f"{estimate(n, c, k):.10f}".removeprefix("0") == printed


@given(sizes())
def test_pass_at_k_counts_subsets(size: tuple[int, int, int]) -> None:
    """pass@k is the share of the k-subsets of n draws that hold a right one."""
    assert estimate(*size) == pytest.approx(float(exact(*size)), abs=1e-12)


@given(sizes())
def test_pass_at_k_is_a_probability(size: tuple[int, int, int]) -> None:
    """pass@k stays in [0, 1], and is exactly 0 or 1 where it must be."""
    n, c, k = size
    assert 0 <= estimate(n, c, k) <= 1
    assert estimate(n, 0, k) == 0
    assert estimate(n, n, k) == 1


@given(sizes())
def test_pass_at_k_rises_with_right_draws_and_with_k(size: tuple[int, int, int]) -> None:
    """More right draws, or more tries, never lower pass@k."""
    n, c, k = size
    assert c == n or estimate(n, c + 1, k) >= estimate(n, c, k)
    assert k == n or estimate(n, c, k + 1) >= estimate(n, c, k) - 1e-12


@given(sizes())
def test_pass_at_1_is_the_share_of_right_draws(size: tuple[int, int, int]) -> None:
    """pass@1 is c / n."""
    n, c, _ = size
    assert estimate(n, c, 1) == pytest.approx(c / n, abs=1e-12)


@given(sizes(most=40), st.floats(0, 1))
def test_pass_at_k_is_unbiased(size: tuple[int, int, int], p: float) -> None:
    """Over all outcomes of n draws, pass@k averages to 1 - (1 - p)^k."""
    n, _, k = size
    mean = sum(weight * estimate(n, c, k) for c, weight in enumerate(binomial(n, p)))
    assert mean == pytest.approx(1 - (1 - p) ** k, abs=1e-9)


def test_items_may_differ_in_draws() -> None:
    """Each item is estimated from its own number of draws."""
    found = pass_at_k(np.array([5, 10, 5]), np.array([2, 3, 0]), 2)
    assert found.tolist() == pytest.approx([0.7, float(exact(10, 3, 2)), 0])


@pytest.mark.parametrize(("n", "k"), [(4, 0), (4, -1), (4, 5), (0, 1)])
def test_k_must_be_among_the_draws(n: int, k: int) -> None:
    """There is no estimate for k < 1 or k > n, and the error names both."""
    with pytest.raises(ValueError, match=rf"k = {k}, n = {n}"):
        miss_probability(n, k)


def test_one_item_with_too_few_draws_is_enough_to_refuse() -> None:
    """An estimate is refused if some item has fewer than k draws."""
    with pytest.raises(ValueError, match="k = 4, n = 3"):
        pass_at_k(np.array([8, 3]), np.array([1, 1]), 4)


@given(sizes())
def test_pass_hat_k_counts_subsets(size: tuple[int, int, int]) -> None:
    """pass^k is the share of the k-subsets of n draws that hold only right ones."""
    n, c, k = size
    found = pass_hat_k(np.array([n]), np.array([c]), k)[0]
    assert found == pytest.approx(math.comb(c, k) / math.comb(n, k), abs=1e-12)


@given(sizes(most=40), st.floats(0, 1))
def test_pass_hat_k_is_unbiased(size: tuple[int, int, int], p: float) -> None:
    """Over all outcomes of n draws, pass^k averages to p^k."""
    n, _, k = size
    values = pass_hat_k(np.full(n + 1, n), np.arange(n + 1), k)
    assert values @ binomial(n, p) == pytest.approx(p**k, abs=1e-9)


@given(sizes())
def test_all_right_is_rarer_than_one_right(size: tuple[int, int, int]) -> None:
    """pass^k is at most pass@1, which is at most pass@k."""
    n, c, k = size
    hat = pass_hat_k(np.array([n]), np.array([c]), k)[0]
    assert hat - 1e-12 <= c / n <= estimate(n, c, k) + 1e-12


@given(st.integers(1, 120), st.data())
def test_several_k_at_once_are_each_as_alone(n: int, data: st.DataObject) -> None:
    """A table for several k has, for each, the column for that k alone."""
    ks = data.draw(st.lists(st.integers(1, n), min_size=1, max_size=5))
    table = miss_probabilities(n, np.array(ks))
    assert table.shape == (n + 1, len(ks))
    for column, k in zip(table.T, ks, strict=True):
        assert (column == miss_probability(n, k)).all()


@pytest.mark.parametrize(
    ("draws", "correct", "message"),
    [
        ([4], [5], "c = 5, n = 4"),
        ([4, 4], [1, -1], "c = -1, n = 4"),
        ([4, 4], [1], "one shape"),
        ([], [], "one shape"),
    ],
    ids=["above", "below", "shapes", "none"],
)
def test_impossible_counts_are_refused(draws: list[int], correct: list[int], message: str) -> None:
    """More right draws than draws, fewer than none, unlike shapes and no items are errors."""
    for estimator in (pass_at_k, pass_hat_k):
        with pytest.raises(ValueError, match=message):
            estimator(np.array(draws, dtype=np.int64), np.array(correct, dtype=np.int64), 1)


def test_no_k_is_refused() -> None:
    """A curve without points is an error."""
    with pytest.raises(ValueError, match="got none"):
        miss_probabilities(4, np.array([], dtype=np.int64))
