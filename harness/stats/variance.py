"""What the variance of a paired mean is made of, and what it would be with other draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import check_values

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceParts:
    """The parts of the variance of one item's difference, B less A.

    Attributes
    ----------
    items
        N.
    total
        s_d^2, the sample variance of the differences over items.
    noise_a, noise_b
        s_A^2 / n_A and s_B^2 / n_B, the variance that each arm's draws cause, averaged over items.
    draws_a, draws_b
        n_A and n_B, draws per item.
    """

    items: int
    total: float
    noise_a: float
    noise_b: float
    draws_a: int
    draws_b: int

    @property
    def between(self) -> float:
        """w^2, the variance of the true differences, without bias; hence negative at times."""
        return self.total - self.noise_a - self.noise_b


def variance_parts(
    differences: npt.NDArray[np.float64],
    noise_a: npt.NDArray[np.float64],
    noise_b: npt.NDArray[np.float64],
    *,
    draws_a: int,
    draws_b: int,
) -> VarianceParts:
    """Split the variance of per-item differences into that of the items and that of the draws.

    Parameters
    ----------
    differences
        Statistic of arm B less that of arm A on each item, shape [N], N >= 2.
    noise_a, noise_b
        Unbiased estimates of the variance that the draws give the statistic on each item, shape
        [N]: p (1 - p) / (n - 1) for a share of n draws that are right.
    draws_a, draws_b
        Draws per item of each arm, at least 1.

    Raises
    ------
    ValueError
        If there are fewer than two items, the shapes differ, a value is not finite or there are
        no draws.

    References
    ----------
    Cochran 1977, "Sampling Techniques", 3rd edition, section 10.4 (two-stage sampling).
    """
    if not differences.shape == noise_a.shape == noise_b.shape:
        shapes = f"{differences.shape}, {noise_a.shape} and {noise_b.shape}"
        msg = f"differences and noise must be of one shape [N], got {shapes}"
        raise ValueError(msg)
    for values in (differences, noise_a, noise_b):
        check_values(values)
    if min(draws_a, draws_b) < 1:
        msg = f"each arm needs draws, got {draws_a} and {draws_b} per item"
        raise ValueError(msg)
    return VarianceParts(
        items=len(differences),
        total=float(differences.var(ddof=1)),
        noise_a=float(noise_a.mean()),
        noise_b=float(noise_b.mean()),
        draws_a=draws_a,
        draws_b=draws_b,
    )


def predicted_variance(parts: VarianceParts, draws_a: int, draws_b: int) -> float:
    """Predict the variance of the mean difference with other numbers of draws per item.

    (max(0, w^2) + s_A^2 / n_A + s_B^2 / n_B) / N, for statistics that are means over the draws:
    their noise shrinks as 1 / n.

    Raises
    ------
    ValueError
        If there are no draws.
    """
    if min(draws_a, draws_b) < 1:
        msg = f"each arm needs draws, got {draws_a} and {draws_b} per item"
        raise ValueError(msg)
    noise_a = parts.noise_a * parts.draws_a / draws_a
    noise_b = parts.noise_b * parts.draws_b / draws_b
    return variance_with_noise(parts, noise_a, noise_b)


def variance_with_noise(parts: VarianceParts, noise_a: float, noise_b: float) -> float:
    """Predict the variance of the mean difference from the draws' noise, averaged over items.

    For pass@k, whose noise at other draws is the mean of `pass_at_k_variance_at`.
    """
    return (max(parts.between, 0.0) + noise_a + noise_b) / parts.items
