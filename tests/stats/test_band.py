"""Simultaneous bands against another library, exact cases and simulation."""

from __future__ import annotations

import math
import time
import tracemalloc
from typing import TYPE_CHECKING, Literal

import numpy as np
import passk_inference
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from harness.stats.band import Band, curve, max_t_band
from harness.stats.mean import t_floor
from harness.stats.passk import pass_at_k

if TYPE_CHECKING:
    import numpy.typing as npt


def band(
    differences: npt.NDArray[np.float64],
    alpha: float = 0.05,
    *,
    seed: int = 1,
    multipliers: int = 4000,
    sides: Literal[1, 2] = 2,
) -> Band:
    """Compute a band with a generator of its own."""
    return max_t_band(
        differences,
        alpha,
        generator=np.random.default_rng(seed),
        multipliers=multipliers,
        sides=sides,
    )


def gains(items: int, draws: int, ks: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.float64]:
    """Simulate differences of two arms' curves."""
    rng = np.random.default_rng(seed)
    count = np.full(items, draws)
    p = rng.beta(0.4, 0.8, items)
    right = [rng.binomial(draws, chance) for chance in (p, p**0.8)]
    return curve(count, right[1], ks) - curve(count, right[0], ks)


@given(st.integers(1, 60), st.data())
def test_a_curve_is_pass_at_k_at_each_k(n: int, data: st.DataObject) -> None:
    """Each column is pass@k, as here and as in another library, for items of unlike draws."""
    draws = np.array([n, n + 7, n])
    correct = np.array([data.draw(st.integers(0, count)) for count in draws.tolist()])
    ks = np.arange(1, n + 1)
    found = curve(draws, correct, ks)
    for column, k in zip(found.T, ks.tolist(), strict=True):
        assert column.tolist() == pass_at_k(draws, correct, k).tolist()
        assert column == pytest.approx(passk_inference.pass_at_k(correct, draws, k), abs=1e-11)


def test_it_agrees_with_another_library() -> None:
    """With many items, critical value and estimate are those of passk_inference."""
    differences = gains(600, 64, np.arange(1, 65), seed=2)
    found = band(differences, multipliers=20_000)
    oracle = passk_inference.simultaneous_band(differences, bootstrap=20_000, seed=3)
    assert found.estimate == pytest.approx(oracle["mean"], abs=1e-12)
    assert found.critical == pytest.approx(oracle["critical_value"], abs=0.05)
    without_floor = np.sqrt(found.se**2 - 1 / (600 * 599))
    assert without_floor == pytest.approx(oracle["se"], abs=1e-9)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("items", [5, 20, 200])
def test_at_one_k_it_is_the_t_test(items: int, sides: Literal[1, 2]) -> None:
    """With one point, or the same point twice, bounds are those of the stabilised t test."""
    values = gains(items, 8, np.array([2]), seed=items)
    mean = t_floor(values[:, 0], 1.0)
    for differences in (values, np.repeat(values, 2, axis=1)):
        found = band(differences, sides=sides, multipliers=40_000)
        assert found.se[0] == pytest.approx(mean.se)
        assert found.low[0] == pytest.approx(mean.lower(0.05 / sides), abs=0.05 * mean.se * 4)
        assert found.low[0] <= mean.lower(0.05 / sides)
        assert found.high[0] >= mean.upper(0.05 / sides)


@pytest.mark.parametrize("sides", [1, 2])
def test_unrelated_columns_have_the_studentised_maximum(sides: Literal[1, 2]) -> None:
    """For columns at right angles the critical value is that of independent normals over one chi.

    There it is a known integral: E[Phi(c u)^K], or of (2 Phi(c u) - 1)^K, over u^2 df ~ chi^2.
    """
    columns = 8
    differences = np.kron(np.eye(columns), np.array([[1.0], [-1.0]]))
    found = band(differences, multipliers=100_000, sides=sides)
    u = stats.chi(15, scale=1 / math.sqrt(15)).ppf((np.arange(4000) + 0.5) / 4000)
    below = special.ndtr(found.critical * u)
    level = np.mean((below if sides == 1 else 2 * below - 1) ** columns)
    assert level == pytest.approx(0.95, abs=0.004)


def test_a_band_is_wider_than_one_bound_and_narrower_than_bonferronis() -> None:
    """The critical value lies between the pointwise and Bonferroni's."""
    differences = gains(100, 64, np.array([1, 2, 4, 8, 16, 32, 64]), seed=5)
    found = band(differences)
    assert stats.t(99).ppf(0.975) < found.critical < stats.t(99).ppf(1 - 0.025 / 7)
    assert band(differences, sides=1).critical < found.critical


def test_items_that_never_differ_still_have_a_band() -> None:
    """Where no item differs, at all k or at some, the band keeps a width."""
    differences = np.zeros((50, 3))
    width = stats.t(49).ppf(0.975) / math.sqrt(50 * 49)
    assert band(differences).high == pytest.approx(np.full(3, width))
    differences[:5, 1] = 0.5
    found = band(differences)
    assert (found.high - found.low >= 2 * width * (1 - 1e-9)).all()


def test_the_same_generator_gives_the_same_band() -> None:
    """The band depends on the generator's state alone."""
    differences = gains(40, 8, np.array([1, 4, 8]), seed=6)
    assert band(differences).critical == band(differences).critical
    assert band(differences).critical != band(differences, seed=2).critical


@pytest.mark.parametrize("items", [10, 40])
def test_the_whole_curve_is_covered(items: int) -> None:
    """Over fresh items and draws, the true curve leaves the band about as often as alpha says."""
    rng = np.random.default_rng(items)
    ks, draws = np.array([1, 2, 4, 8, 16]), 16
    truth = 1 - np.exp(special.betaln(1.5, 3 + ks) - special.betaln(1.5, 3))
    truth -= 1 - np.exp(special.betaln(0.3, 0.9 + ks) - special.betaln(0.3, 0.9))
    count = np.full(items, draws)
    missed, tries = 0, 800
    for _ in range(tries):
        u = rng.random(items)
        a = rng.binomial(draws, special.betaincinv(0.3, 0.9, u))
        b = rng.binomial(draws, special.betaincinv(1.5, 3, u))
        found = max_t_band(
            curve(count, b, ks) - curve(count, a, ks), 0.1, generator=rng, multipliers=400
        )
        missed += not ((found.low <= truth) & (truth <= found.high)).all()
    assert missed / tries < 0.1 + 3 * math.sqrt(0.1 * 0.9 / tries)
    assert missed > 0


def test_it_is_lean_and_quick() -> None:
    """1,000 items by 256 values of k take a fraction of a second and of 60 MB."""
    ks = np.arange(1, 257)
    count, right = np.full(1000, 256), np.arange(1000) % 257
    start = time.perf_counter()
    differences = curve(count, right, ks) - curve(count, right[::-1], ks)
    band(differences)
    assert time.perf_counter() - start < 1
    tracemalloc.start()
    band(differences)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30e6


@pytest.mark.parametrize(
    ("differences", "alpha", "multipliers", "message"),
    [
        (np.zeros((1, 2)), 0.05, 100, "at least 2 of them, got 1"),
        (np.zeros(5), 0.05, 100, r"\[N, K\], got \(5,\)"),
        (np.zeros((5, 0)), 0.05, 100, r"\[N, K\], got \(5, 0\)"),
        (np.array([[0.0], [math.nan]]), 0.05, 100, "not finite: nan"),
        (np.zeros((5, 2)), 0.0, 100, "got 0.0"),
        (np.zeros((5, 2)), 0.5, 100, "got 0.5"),
        (np.zeros((5, 2)), 0.05, 10, "got 0.05, 10"),
    ],
    ids=["one item", "no columns", "no k", "nan", "no error", "half", "too few multipliers"],
)
def test_impossible_bands_are_refused(
    differences: npt.NDArray[np.float64], alpha: float, multipliers: int, message: str
) -> None:
    """Too few items, no k, values that are no numbers and levels out of range are errors."""
    with pytest.raises(ValueError, match=message):
        band(differences, alpha, multipliers=multipliers)
