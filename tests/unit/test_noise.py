"""The variance that draws alone give: unbiased, with the covariance of one arm's metrics."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.estimate import Figure, figure
from harness.estimate.noise import noise_of
from harness.records import Statistic, Tally

MakeStatistic = Callable[..., Statistic]
MakeTally = Callable[..., Tally]


def tally_of(scores: npt.NDArray[np.float64]) -> Tally:
    """Tally raw scores, shape [N, n, 2], of two metrics of the same draws."""
    return Tally(
        ids=tuple(map(str, range(len(scores)))),
        draws=np.full(len(scores), scores.shape[1], dtype=np.int64),
        metrics=("correct", "closeness"),
        sums=scores.sum(axis=1),
        products=np.einsum("ndi,ndj->nij", scores, scores),
        answers=({},) * len(scores),
    )


def counted(statistic: Statistic, draws: int, correct: int) -> Figure:
    """Return a figure of one item with so many draws right."""
    tally = Tally(
        ids=("a",), draws=np.array([draws]), metrics=("correct",),
        sums=np.array([[float(correct)]]), products=np.array([[[float(correct)]]]),
        answers=({},),
    )  # fmt: skip
    return figure(statistic, tally)


@given(
    seed=st.integers(0, 10_000), draws=st.integers(2, 9),
    weights=st.tuples(st.floats(-2, 2), st.floats(-2, 2)), at=st.none() | st.integers(1, 64),
)  # fmt: skip
def test_metrics_of_one_arm_keep_their_covariance(
    statistic: MakeStatistic, seed: int, draws: int, weights: tuple[float, float], at: int | None
) -> None:
    """Two metrics of one arm's draws: the variance of the mean is that of numpy on raw draws."""
    generator = np.random.default_rng(seed)
    closeness = generator.random((4, draws))
    correct = (closeness > 0.5).astype(np.float64)
    tally = tally_of(np.stack([correct, closeness], axis=2))
    figures = figure(statistic(), tally), figure(statistic(kind="mean", metric="closeness"), tally)
    vector = np.array(weights)
    expected = [
        vector @ np.cov(correct[row], closeness[row]) @ vector / (draws if at is None else at)
        for row in range(4)
    ]
    terms = list(zip(weights, figures, strict=True))
    assert noise_of(terms, at) == pytest.approx(expected, abs=1e-12)


def test_what_cancels_within_an_arm_is_no_noise(statistic: MakeStatistic) -> None:
    """A metric less itself under another name never varies."""
    scores = np.array([[[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]])
    tally = tally_of(scores)
    twin = statistic(kind="mean", metric="closeness")
    terms = [(1.0, figure(statistic(), tally)), (-1.0, figure(twin, tally))]
    assert noise_of(terms).tolist() == [0.0]


def test_one_draw_has_unknown_noise(statistic: MakeStatistic, tally: MakeTally) -> None:
    """A single draw says nothing of its own variance."""
    for kind in ("mean", "pass_at", "pass_hat"):
        found = figure(statistic(kind=kind), tally([[1], [0]]))
        assert np.isnan(noise_of([(1.0, found)])).all()
        assert np.isnan(noise_of([(1.0, found)], 8)).all()


@pytest.mark.parametrize("kind", ["pass_at", "pass_hat"])
def test_pass_at_k_takes_twice_k_to_tell_its_noise(
    statistic: MakeStatistic, tally: MakeTally, kind: str
) -> None:
    """From 2 k draws on the noise of pass@k is known, and not before."""
    scores = [[1, 0, 1, 0, 0, 1][:count] for count in (3, 4)]
    few, enough = (figure(statistic(kind=kind, k=2), tally([row])) for row in scores)
    assert np.isnan(noise_of([(1.0, few)])).all()
    assert np.isfinite(noise_of([(1.0, enough)])).all()


def test_the_noise_of_pass_at_k_by_hand(statistic: MakeStatistic, tally: MakeTally) -> None:
    """pass@2 of 2 in 4 right: (1/6)^2, and nothing where all draws agree."""
    found = figure(statistic(k=2), tally([[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]))
    assert noise_of([(1.0, found)]).tolist() == pytest.approx([1 / 36, 0, 0])
    assert noise_of([(-0.5, found)]).tolist() == pytest.approx([1 / 144, 0, 0])


@pytest.mark.parametrize(
    ("kind", "k", "p", "at"),
    list(product(["pass_at", "pass_hat", "g_pass_at"], [1, 2, 3], [0.1, 0.6], [6, 20])),
)
def test_the_prediction_at_other_draws_is_unbiased(
    statistic: MakeStatistic, kind: str, k: int, p: float, at: int
) -> None:
    """From 8 draws the noise at other numbers of draws is right on average: by enumeration."""
    one = statistic(kind=kind, k=k, tau=0.5 if kind == "g_pass_at" else None)
    correct = np.arange(at + 1)
    values = [counted(one, at, c).values[0] for c in range(at + 1)]
    chances = stats.binom(at, p).pmf(correct)
    true = chances @ np.square(values) - (chances @ values) ** 2
    found = [noise_of([(1.0, counted(one, 8, c))], at)[0] for c in range(9)]
    assert stats.binom(8, p).pmf(range(9)) @ np.array(found) == pytest.approx(true)


def test_pass_at_k_beside_a_mean_is_bounded(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Where the covariance is not known, standard deviations are added: never less than is true."""
    data = tally([[1, 1, 0, 0], [1, 0, 0, 0]])
    one, two = figure(statistic(), data), figure(statistic(k=2), data)
    apart = noise_of([(1.0, one)]), noise_of([(1.0, two)])
    both = noise_of([(1.0, two), (-1.0, one)])
    assert both.tolist() == pytest.approx((np.sqrt(apart[0]) + np.sqrt(apart[1])) ** 2)


def test_rounding_never_makes_noise_negative(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Draws that are all alike have no noise, whatever their sum of squares rounds to."""
    found = figure(statistic(kind="mean"), tally([[0.1] * 7, [0.3] * 7]))
    assert (noise_of([(1.0, found)]) >= 0).all()
    assert noise_of([(1.0, found)]) == pytest.approx(0, abs=1e-16)
