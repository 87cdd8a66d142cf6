"""The first k at which a curve is not below zero, with an interval from bounds of the curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPassage:
    """A first passage, and bounds that may hold it; None for "at none of these k".

    Attributes
    ----------
    k
        The first k at which the estimated curve is not below zero.
    low, high
        The passage is not before `low`, and not after `high`.
    """

    k: int | None
    low: int | None
    high: int | None

    @property
    def shown(self) -> bool:
        """Whether the curve is shown to be below zero at k = 1, and to pass it later."""
        return self.low is not None and self.low > 1 and self.high is not None


def first_passage(
    ks: IntArray, estimate: FloatArray, low: FloatArray, high: FloatArray
) -> FirstPassage:
    """Return the first k at which a curve is not below zero, by inverting bounds of the curve.

    Where the curve lies within its bounds at all k at once, it is below zero wherever the upper
    bound is, and has passed zero where the lower bound has: the interval then holds the
    passage with the band's chance, whatever the curve does between. A rising curve
    passes once, and pointwise bounds are enough: the interval is wrong only if the upper bound
    is just before the passage, or the lower bound at it.

    Parameters
    ----------
    ks
        Shape [K], rising.
    estimate, low, high
        The curve and its bounds, shape [K].

    Raises
    ------
    ValueError
        If there is no k, they do not rise, or the shapes differ.

    References
    ----------
    Mammen and Polonik 2013, "Confidence regions for level sets", Journal of Multivariate Analysis
    122, 202-214, for bands; Lehmann and Romano 2005, "Testing Statistical Hypotheses", section
    3.5, for pointwise bounds (a test of each k, inverted).
    """
    if not len(ks) or (np.diff(ks) <= 0).any():
        msg = f"a passage needs rising k, got {ks.tolist()}"
        raise ValueError(msg)
    if {estimate.shape, low.shape, high.shape} != {ks.shape}:
        msg = f"the curve and its bounds must be of shape {ks.shape}"
        raise ValueError(msg)
    may = _first(high >= 0)
    return FirstPassage(
        k=_at(ks, _first(estimate >= 0)),
        low=None if may is None else int(ks[may - 1]) + 1 if may else int(ks[0]),
        high=_at(ks, _first(low >= 0)),
    )


def _first(where: npt.NDArray[np.bool_]) -> int | None:
    found = np.flatnonzero(where)
    return int(found[0]) if len(found) else None


def _at(ks: IntArray, place: int | None) -> int | None:
    return None if place is None else int(ks[place])
