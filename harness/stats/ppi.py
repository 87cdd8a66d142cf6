"""The mean of human labels, made more precise by a judge's scores (prediction-powered)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import Mean, add_independent, check_values, t_floor

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionPowered:
    """An estimate that leans on the judge by `lam`: 0 not at all, 1 fully."""

    mean: Mean
    lam: float


def ppi_mean(
    labelled_truth: FloatArray,
    labelled_judge: FloatArray,
    unlabelled_judge: FloatArray,
    *,
    half_range: float = 1.0,
) -> PredictionPowered:
    """Estimate the mean of what people say from few labels and many scores of a judge.

    theta = lam mean(f_U) + mean(Y - lam f_L), Var = lam^2 Var(f)/N + Var(Y - lam f)/n, with lam =
    Cov(Y, f) / ((1 + n/N) Var f), clipped to [0, 1]: right whatever the judge's errors, and never
    much worse than the labels alone. Either part has the standard error with one phantom item
    that flipped fully, so that labels which all agree are not taken for proof.

    Parameters
    ----------
    labelled_truth, labelled_judge
        Y and f on the labelled items, shape [n], n >= 2: per-item differences of two arms, with
        labels from both, or scores of one arm.
    unlabelled_judge
        f on the other items, shape [N], N >= 2: none of the labelled ones, and the same
        population.
    half_range
        R > 0, half the width of the range of Y and f: 1 for differences of scores in [0, 1].

    Raises
    ------
    ValueError
        If there are fewer than two items of a kind, truth and judge differ in shape, or a value
        is not finite.

    References
    ----------
    Angelopoulos, Duchi and Zrnic 2023, "PPI++: Efficient Prediction-Powered Inference", arXiv
    2311.01453, power tuning of the mean.
    """
    if labelled_truth.shape != labelled_judge.shape:
        shapes = f"{labelled_truth.shape} and {labelled_judge.shape}"
        msg = f"labelled items need a truth and a judge's score each, got shapes {shapes}"
        raise ValueError(msg)
    for values in (labelled_truth, labelled_judge):
        check_values(values, "labelled items")
    check_values(unlabelled_judge, "unlabelled items")
    lam = _tuned(labelled_truth, labelled_judge, unlabelled_judge)
    corrected = t_floor(labelled_truth - lam * labelled_judge, half_range)
    if lam == 0:
        return PredictionPowered(mean=corrected, lam=lam)
    judged = t_floor(lam * unlabelled_judge, lam * half_range)
    return PredictionPowered(mean=add_independent([judged, corrected]), lam=lam)


def _tuned(truth: FloatArray, judge: FloatArray, unlabelled: FloatArray) -> float:
    """Return the lam that makes the variance least, in [0, 1]."""
    spread = float(np.concatenate([judge, unlabelled]).var(ddof=1))
    if spread == 0:
        return 0.0
    shared = float((truth - truth.mean()) @ (judge - judge.mean())) / (len(truth) - 1)
    return min(max(shared / ((1 + len(truth) / len(unlabelled)) * spread), 0.0), 1.0)
