"""Prediction-powered means: special cases in closed form, and simulated error rates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.stats.mean import t_floor
from harness.stats.ppi import ppi_mean

if TYPE_CHECKING:
    import numpy.typing as npt

Sample = tuple["npt.NDArray[np.float64]", "npt.NDArray[np.float64]", "npt.NDArray[np.float64]"]
TINY = 1e-9  # a half-range that leaves the phantom items out


def sample(seed: int, labelled: int, others: int, flips: float) -> Sample:
    """Simulate paired differences of two arms, and those that a judge who errs at times sees."""
    rng = np.random.default_rng(seed)
    items = labelled + others
    p = rng.beta(0.5, 0.5, items)
    arms = [rng.random(items) < chance for chance in (p, np.minimum(p + 0.1, 1))]
    seen = [arm ^ (rng.random(items) < flips) for arm in arms]
    truth = arms[1].astype(float) - arms[0]
    judge = seen[1].astype(float) - seen[0]
    return truth[:labelled], judge[:labelled], judge[labelled:]


@given(
    st.integers(0, 10**6),
    st.integers(5, 100),
    st.integers(5, 500),
    st.floats(0, 0.5),
    st.sampled_from([TINY, 0.5, 1.0]),
)
def test_it_has_the_closed_form(
    seed: int, labelled: int, others: int, flips: float, half_range: float
) -> None:
    """Estimate and variance are those of the formula, with a phantom in either part."""
    truth, judge, unlabelled = sample(seed, labelled, others, flips)
    found = ppi_mean(truth, judge, unlabelled, half_range=half_range)
    lam = found.lam
    assert 0 <= lam <= 1
    rest = truth - lam * judge
    expected = lam * unlabelled.mean() + rest.mean()
    phantoms = np.array([lam**2 / (others * (others - 1)), 1 / (labelled * (labelled - 1))])
    variance = (
        lam**2 * unlabelled.var(ddof=1) / others
        + rest.var(ddof=1) / labelled
        + half_range**2 * phantoms.sum()
    )
    assert found.mean.estimate == pytest.approx(expected, abs=1e-12)
    assert found.mean.se == pytest.approx(math.sqrt(variance), rel=1e-6, abs=1e-9)


@given(st.integers(0, 10**6), st.integers(5, 100), st.integers(5, 500))
def test_a_perfect_judge_is_weighed_by_the_items(seed: int, labelled: int, others: int) -> None:
    """If the judge is always right, the labelled and other items count by about their numbers."""
    _, judge, unlabelled = sample(seed, labelled, others, 0)
    pooled = np.concatenate([judge, unlabelled])
    assume(np.ptp(judge) > 0)
    found = ppi_mean(judge, judge, unlabelled)
    of_all = judge.var(ddof=1) / pooled.var(ddof=1) * others / (labelled + others)
    assert found.lam == pytest.approx(min(of_all, 1))
    expected = found.lam * unlabelled.mean() + (1 - found.lam) * judge.mean()
    assert found.mean.estimate == pytest.approx(expected, abs=1e-12)


def test_a_perfect_judge_makes_all_items_count() -> None:
    """With a judge who is always right, the error is that of labels on all items."""
    judge = np.tile([1.0, 0.0, -1.0, 0.0], 25)
    found = ppi_mean(judge, judge, np.tile(judge, 9), half_range=TINY)
    everything = t_floor(np.tile(judge, 10), TINY)
    assert found.lam == pytest.approx(0.9, rel=0.02)
    assert found.mean.se == pytest.approx(everything.se, rel=0.02)
    assert found.mean.estimate == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 10**6), st.sampled_from([-1.0, 0.0]))
def test_a_useless_judge_is_not_listened_to(seed: int, slope: float) -> None:
    """A judge who says the opposite, or always the same, leaves the labels alone."""
    truth, _, unlabelled = sample(seed, 40, 200, 0)
    found = ppi_mean(truth, slope * truth, slope * unlabelled)
    assert found.lam == 0
    assert found.mean == t_floor(truth, 1.0)


def test_labels_that_all_agree_are_no_proof() -> None:
    """Where no label and no score differs from zero, the error is not zero."""
    found = ppi_mean(np.zeros(20), np.zeros(20), np.zeros(500))
    assert found.mean.se == t_floor(np.zeros(20), 1.0).se


def test_a_good_judge_is_worth_many_labels() -> None:
    """A judge who errs in 3% of the cases cuts the standard error to about half."""
    truth, judge, unlabelled = sample(1, 200, 4000, 0.03)
    assert ppi_mean(truth, judge, unlabelled).mean.se < 0.6 * t_floor(truth, 1.0).se


@pytest.mark.parametrize("flips", [0.02, 0.2, 0.5])
def test_errors_are_as_rare_as_alpha_says(flips: float) -> None:
    """One-sided bounds from 50 labels err at most about as often as alpha, for any judge."""
    p = np.random.default_rng(9).beta(0.5, 0.5, 1_000_000)
    effect = float((np.minimum(p + 0.1, 1) - p).mean())
    tries = 1500
    found = [ppi_mean(*sample(seed, 50, 1000, flips)).mean for seed in range(tries)]
    above = np.mean([mean.lower(0.05) > effect for mean in found])
    below = np.mean([mean.upper(0.05) < effect for mean in found])
    limit = 0.05 + 3 * math.sqrt(0.05 * 0.95 / tries)
    assert above < limit
    assert below < limit
    assert above + below > 0.02  # it is not merely wide


@pytest.mark.parametrize(
    ("truth", "judge", "unlabelled", "message"),
    [
        ([1.0], [1.0], [1.0, 0.0], "over labelled items needs at least 2 of them, got 1"),
        ([1.0, 0.0], [1.0, 0.0], [1.0], "over unlabelled items needs at least 2 of them, got 1"),
        ([1.0, 0.0], [1.0], [1.0, 0.0], r"\(2,\) and \(1,\)"),
        ([1.0, math.nan], [1.0, 0.0], [1.0, 0.0], "labelled items is not finite: nan"),
        ([1.0, 0.0], [1.0, 0.0], [1.0, math.inf], "unlabelled items is not finite: inf"),
    ],
)
def test_impossible_labels_are_refused(
    truth: list[float], judge: list[float], unlabelled: list[float], message: str
) -> None:
    """Too few items, labels without scores and values that are no numbers are errors."""
    with pytest.raises(ValueError, match=message):
        ppi_mean(np.array(truth), np.array(judge), np.array(unlabelled))
