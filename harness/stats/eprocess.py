"""Evidence on a bounded mean that may be looked at after every value: betting e-processes."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from harness.stats.bets import FLAT, ROUNDING, Bets, check_range

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

Side = Literal["above", "below"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EProcess:
    """The wealth of bets that the mean of values in [low, high] is on one side of a threshold.

    While it is not, the chance that the e-value ever reaches 1 / alpha is at most alpha (Ville's
    inequality), however often it is looked at.

    `log_wealth` holds log K of each of the bets, and `count` the values so far.

    Raises
    ------
    ValueError
        If the threshold is not within (low, high), or the wealth could not come from bets on as
        many values.
    """

    threshold: float
    low: float
    high: float
    side: Side
    bets: Bets
    log_wealth: tuple[float, ...]
    count: int

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not (math.isfinite(self.high - self.low) and self.low < self.threshold < self.high):
            msg = f"the threshold must lie in ({self.low}, {self.high}), got {self.threshold}"
            raise ValueError(msg)
        if self.side not in {"above", "below"}:
            msg = f"the side must be 'above' or 'below', got {self.side!r}"
            raise ValueError(msg)
        size = len(self.bets.lambdas)
        if self.count < 0 or len(self.log_wealth) != size:
            msg = f"{size} bets need as many wealths, got {len(self.log_wealth)} of {self.count}"
            raise ValueError(msg)
        extremes = self.bets.log_growth(self.gains(np.array([self.low, self.high])))
        least, most = float(self.count) * np.sort(extremes, axis=0)
        slack = ROUNDING * (1 + most - least)
        wealth = np.array(self.log_wealth)
        if not ((least - slack <= wealth) & (wealth <= most + slack)).all():
            msg = f"{self.count} values cannot bring the logarithms of wealth {self.log_wealth}"
            raise ValueError(msg)

    @property
    def log_e(self) -> float:
        """The logarithm of the e-value: the mean wealth of the bets by their weights."""
        return float(self.bets.log_mean(np.array(self.log_wealth)))

    def gains(self, values: FloatArray) -> FloatArray:
        """Return what values, shape [m], gain as shares of the most that one can lose: >= -1."""
        if self.side == "above":
            return (values - self.threshold) / (self.threshold - self.low)
        return (self.threshold - values) / (self.high - self.threshold)

    def to_state(self) -> dict[str, object]:
        """Return plain numbers, strings and lists, from which `from_state` makes it again."""
        return {
            "threshold": self.threshold,
            "low": self.low,
            "high": self.high,
            "side": self.side,
            "lambdas": list(self.bets.lambdas),
            "weights": list(self.bets.weights),
            "log_wealth": list(self.log_wealth),
            "count": self.count,
        }


def start(
    threshold: float, low: float, high: float, *, side: Side = "above", bets: Bets = FLAT
) -> EProcess:
    """Return the e-process before any value: its e-value is 1.

    Parameters
    ----------
    threshold
        D0, in (low, high).
    low, high
        The range of a value.
    side
        "above": evidence that the mean is above D0, each value multiplying the wealth of a bet by
        1 + lambda (d - D0) / (D0 - low). "below": by 1 + lambda (D0 - d) / (high - D0).
    bets
        See `tuned_bets`.

    References
    ----------
    Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting", JRSS B
    86, 1-27, section 4, with bets that stay the same.
    """
    wealth = (0.0,) * len(bets.lambdas)
    return EProcess(
        threshold=float(threshold), low=float(low), high=float(high), side=side, bets=bets,
        log_wealth=wealth, count=0,
    )  # fmt: skip


def update(process: EProcess, values: FloatArray) -> EProcess:
    """Return the e-process after more values, each new: none may be fed twice.

    Parameters
    ----------
    process
        So far.
    values
        Shape [m], m >= 1, in [low, high].

    Raises
    ------
    ValueError
        If there are no values, or one is not in the range.
    """
    check_range(values, process.low, process.high)
    growth = process.bets.log_growth(process.gains(values)).sum(axis=0)
    grown = np.array(process.log_wealth) + growth
    return replace(process, log_wealth=tuple(grown.tolist()), count=process.count + len(values))


def running_log_e(process: EProcess, values: FloatArray) -> FloatArray:
    """Return the logarithm of the e-value after each of more values, shape [m]: see `update`."""
    check_range(values, process.low, process.high)
    growth = process.bets.log_growth(process.gains(values)).cumsum(axis=0)
    return process.bets.log_mean(np.array(process.log_wealth) + growth)


def combine(first: EProcess, second: EProcess) -> EProcess:
    """Return the e-process of the values of both, which have none in common.

    Raises
    ------
    ValueError
        If they bet differently, or on something else.
    """
    one, other = (
        start(part.threshold, part.low, part.high, side=part.side, bets=part.bets)
        for part in (first, second)
    )
    if one != other:
        msg = f"only e-processes of the same bets can be combined, got {one} and {other}"
        raise ValueError(msg)
    wealth = tuple(a + b for a, b in zip(first.log_wealth, second.log_wealth, strict=True))
    return replace(first, log_wealth=wealth, count=first.count + second.count)


def from_state(state: Mapping[str, object]) -> EProcess:
    """Return the e-process that `to_state` was called on.

    Raises
    ------
    ValueError
        If the state is not one that `to_state` gives.
    """
    names = {"threshold", "low", "high", "side", "lambdas", "weights", "log_wealth", "count"}
    if set(state) != names:
        msg = f"the state of an e-process has {sorted(names)}, got {sorted(map(str, state))}"
        raise ValueError(msg)
    side, count = state["side"], state["count"]
    if side not in ("above", "below") or type(count) is not int:
        msg = f"the state of an e-process needs a side and a count, got {side!r} and {count!r}"
        raise ValueError(msg)
    threshold, low, high, _ = _numbers([state["threshold"], state["low"], state["high"], count])
    bets = Bets(lambdas=_numbers(state["lambdas"]), weights=_numbers(state["weights"]))
    return EProcess(
        threshold=threshold, low=low, high=high, side="above" if side == "above" else "below",
        bets=bets, log_wealth=_numbers(state["log_wealth"]), count=count,
    )  # fmt: skip


def _numbers(found: object) -> tuple[float, ...]:
    if isinstance(found, list) and all(type(one) in {int, float} for one in found):
        with contextlib.suppress(OverflowError):
            return tuple(float(one) for one in found)
    msg = f"the state of an e-process needs lists of numbers, got {found!r}"
    raise ValueError(msg)
