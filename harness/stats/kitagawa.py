"""Where a change of a rate comes from: other shares of the strata, or other rates in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import check_values

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """The two parts of a change, linearised item by item, each of shape [N].

    The mean of an array is the part, and its spread over the items tells the part's error (the
    delta method). Item by item the two add up to the change.

    Attributes
    ----------
    composition
        What is due to other shares of the strata, such as more draws in the wanted form.
    rates
        What is due to other rates within the strata, such as better answers in that form.
    """

    composition: FloatArray
    rates: FloatArray


def kitagawa(
    shares_a: FloatArray, hits_a: FloatArray, shares_b: FloatArray, hits_b: FloatArray
) -> Decomposition:
    """Split the change of a rate between side A and side B, B less A.

    With W_s the mean share of stratum s and r_s the rate within it, the composition's part is
    sum_s (W_sB - W_sA) (r_sA + r_sB) / 2, that of the rates sum_s (r_sB - r_sA) (W_sA + W_sB) / 2:
    they add up exactly, with no interaction left over. The rate of a stratum that one side lacks
    is taken to be the other side's.

    Parameters
    ----------
    shares_a, shares_b
        Share of each stratum in an item's draws, shape [N, S]; rows add up to 1.
    hits_a, hits_b
        Share of an item's draws that are in a stratum and hit, shape [N, S].

    Raises
    ------
    ValueError
        If the shapes differ, there are fewer than two items, or a value is not finite.

    References
    ----------
    Kitagawa 1955, "Components of a difference between two rates", JASA 50, 1168-1194. Error by
    linearisation: Cochran 1977, "Sampling Techniques", 3rd edition, section 6.4.
    """
    tables = (shares_a, hits_a, shares_b, hits_b)
    if len({table.shape for table in tables}) != 1 or shares_a.ndim != 2:  # noqa: PLR2004  items by strata
        msg = "shares and hits of both sides must be of one shape [N, S]"
        raise ValueError(msg)
    for table in tables:
        check_values(table)
    composition = np.zeros(len(shares_a))
    for stratum in range(shares_a.shape[1]):
        composition += _of_stratum(*(table[:, stratum] for table in tables))
    change = hits_b.sum(axis=1) - hits_a.sum(axis=1)
    return Decomposition(composition=composition, rates=change - composition)


def _of_stratum(
    share_a: FloatArray, hit_a: FloatArray, share_b: FloatArray, hit_b: FloatArray
) -> FloatArray:
    """Linearise (W_B - W_A) (r_A + r_B) / 2 of one stratum, r = mean hit / W."""
    w_a, w_b = float(share_a.mean()), float(share_b.mean())
    if w_a == 0.0:  # the other side's rate stands in: W_B r_B
        return hit_b
    if w_b == 0.0:
        return -hit_a
    r_a, r_b = float(hit_a.mean()) / w_a, float(hit_b.mean()) / w_b
    gap, both = (w_b - w_a) / 2, (r_a + r_b) / 2
    of_a = (hit_a - r_a * share_a) / w_a  # how an item moves r_A
    of_b = (hit_b - r_b * share_b) / w_b
    return both * (share_b - share_a) + gap * (of_a + of_b)
