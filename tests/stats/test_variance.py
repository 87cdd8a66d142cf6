"""Variance parts against printed digits, theory and simulation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stats.passk import pass_at_k
from harness.stats.passk_variance import (
    pass_at_k_true_variance,
    pass_at_k_variance,
    pass_at_k_variance_at,
)
from harness.stats.variance import (
    VarianceParts,
    predicted_variance,
    variance_parts,
    variance_with_noise,
)

if TYPE_CHECKING:
    import numpy.typing as npt

CORRECT_A = np.array([0, 1, 2, 4, 4, 3, 0, 2, 1, 4, 3, 4, 0, 1, 2, 4, 3, 2, 4, 1])
CORRECT_B = np.array([1, 1, 3, 4, 4, 4, 0, 3, 2, 4, 3, 4, 1, 0, 4, 4, 4, 2, 4, 2])


def parts_of(
    correct_a: npt.NDArray[np.int64], correct_b: npt.NDArray[np.int64], draws: int
) -> VarianceParts:
    """Split the variance of a difference of two shares of right draws."""
    count = np.full(len(correct_a), draws)
    return variance_parts(
        (correct_b - correct_a) / draws,
        pass_at_k_variance(count, correct_a, 1),
        pass_at_k_variance(count, correct_b, 1),
        draws_a=draws,
        draws_b=draws,
    )


def test_the_paired_example_has_the_printed_digits() -> None:
    """The parts of a known example come out as printed, the negative one too."""
    parts = parts_of(CORRECT_A, CORRECT_B, 4)
    assert f"{parts.noise_a:.10f}" == "0.0385416667"
    assert f"{parts.noise_b:.10f}" == "0.0312500000"
    assert f"{parts.between:.10f}" == "-0.0403508772"
    assert f"{math.sqrt(parts.total):.10f}" == "0.1715831853"


def test_a_negative_part_is_nil_where_draws_are_planned() -> None:
    """A prediction takes a negative variance between items for none at all."""
    parts = parts_of(CORRECT_A, CORRECT_B, 4)
    noise = parts.noise_a + parts.noise_b
    assert predicted_variance(parts, 4, 4) == pytest.approx(noise / 20)
    assert predicted_variance(parts, 16, 16) == pytest.approx(noise / 80)


@given(
    between=st.floats(0, 0.2),
    noise=st.tuples(st.floats(0, 0.2), st.floats(0, 0.2)),
    draws=st.tuples(st.integers(1, 64), st.integers(1, 64)),
    items=st.integers(2, 1000),
)
def test_a_prediction_for_the_same_draws_is_the_variance_there_is(
    between: float, noise: tuple[float, float], draws: tuple[int, int], items: int
) -> None:
    """With the draws as they are, the prediction is s_d^2 / N; with ever more, w^2 / N is left."""
    parts = VarianceParts(
        items=items, total=between + sum(noise), noise_a=noise[0], noise_b=noise[1],
        draws_a=draws[0], draws_b=draws[1],
    )  # fmt: skip
    same, many = predicted_variance(parts, *draws), predicted_variance(parts, 10**9, 10**9)
    assert same == pytest.approx(parts.total / items, abs=1e-12)
    assert many == pytest.approx(between / items, abs=1e-6)
    assert predicted_variance(parts, 2 * draws[0], draws[1]) == pytest.approx(
        (parts.total - noise[0] / 2) / items, abs=1e-12
    )


def test_the_parts_are_estimated_without_bias() -> None:
    """Over samples of items and draws, each part averages to its true value."""
    rng = np.random.default_rng(4)
    samples, items, draws = 2000, 30, 4
    p = rng.beta(1, 1, (samples, items))
    shift = rng.uniform(0, 0.4, (samples, items)) * (1 - p)
    found = [
        parts_of(rng.binomial(draws, a), rng.binomial(draws, a + b), draws)
        for a, b in zip(p, shift, strict=True)
    ]
    higher = p + shift
    for estimates, truth in (
        ([part.between for part in found], float(shift.var(axis=1, ddof=1).mean())),
        ([part.noise_a for part in found], float((p * (1 - p)).mean() / draws)),
        ([part.noise_b for part in found], float((higher * (1 - higher)).mean() / draws)),
    ):
        error = np.std(estimates) / math.sqrt(samples)
        assert abs(np.mean(estimates) - truth) < 4 * error


def test_a_later_look_at_pass_at_k_is_predicted() -> None:
    """From 16 draws, the variance of a mean pass@4 that 64 draws will have is about right."""
    rng = np.random.default_rng(8)
    k, items, now, later = 4, 20_000, 16, 64
    p_a, p_b = rng.beta(0.5, 1.5, items), rng.beta(0.8, 1.2, items)
    count = np.full(items, now)
    a, b = rng.binomial(now, p_a), rng.binomial(now, p_b)
    parts = variance_parts(
        pass_at_k(count, b, k) - pass_at_k(count, a, k),
        pass_at_k_variance(count, a, k),
        pass_at_k_variance(count, b, k),
        draws_a=now,
        draws_b=now,
    )
    noise = [float(pass_at_k_variance_at(count, c, k, later).mean()) for c in (a, b)]
    truth = float(((1 - p_a) ** k - (1 - p_b) ** k).var(ddof=1)) + sum(
        float(pass_at_k_true_variance(later, k, p).mean()) for p in (p_a, p_b)
    )
    assert variance_with_noise(parts, *noise) * items == pytest.approx(truth, rel=0.03)
    # Noise that shrank as 1 / n would not be: that of pass@k falls faster.
    assert sum(noise) < (parts.noise_a + parts.noise_b) * now / later


@pytest.mark.parametrize(
    ("differences", "noise", "draws", "message"),
    [
        ([0.1], [0.1], 4, "at least 2 of them, got 1"),
        ([0.1, 0.2], [0.1, 0.1, 0.1], 4, r"\(2,\), \(3,\) and \(3,\)"),
        ([0.1, 0.2], [0.1, math.nan], 4, "not finite: nan"),
        ([0.1, math.inf], [0.1, 0.1], 4, "not finite: inf"),
        ([0.1, 0.2], [0.1, 0.1], 0, "got 0 and 4"),
    ],
    ids=["one item", "shapes", "noise unknown", "infinite", "no draws"],
)
def test_impossible_parts_are_refused(
    differences: list[float], noise: list[float], draws: int, message: str
) -> None:
    """Too few items, unlike shapes, values that are no numbers and no draws are errors."""
    noises = np.array(noise)
    with pytest.raises(ValueError, match=message):
        variance_parts(np.array(differences), noises, noises, draws_a=draws, draws_b=4)


def test_a_prediction_without_draws_is_refused() -> None:
    """No draws have no variance."""
    with pytest.raises(ValueError, match="got 4 and 0"):
        predicted_variance(parts_of(CORRECT_A, CORRECT_B, 4), 4, 0)
