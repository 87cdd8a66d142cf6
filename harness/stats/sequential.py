"""Group-sequential bounds by alpha spending, at looks that need not be known in advance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.stats.looks import Look, check_bounds, check_fractions, first_look, next_look
from harness.stats.spending import Spending, SpendingName, spending_function, spent_by

_LEAST = 1e-15  # a smaller probability, 7.9 standard deviations out, is left to the next look
_CACHED = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """The chances to stop above the upper and below the lower bound, at each of J looks."""

    up: tuple[float, ...]
    down: tuple[float, ...]

    def expected(self, sizes: Sequence[float]) -> float:
        """Return the mean of a size, such as draws, at the look that ends the test.

        Parameters
        ----------
        sizes
            The size at each look, of length J; the last look ends the test.
        """
        stops = [up + down for up, down in zip(self.up, self.down, strict=True)]
        stops[-1] = 1 - sum(stops[:-1])
        return sum(stop * size for stop, size in zip(stops, sizes, strict=True))


def efficacy_bounds(
    fractions: tuple[float, ...], alpha: float, spending: Spending | SpendingName = "obrien_fleming"
) -> tuple[float, ...]:
    """Return the upper bounds of z at the looks so far, which together err with chance `alpha`.

    Without an effect, the chance that z was above a bound by look j is what is spent by t_j. More
    looks leave the bounds before them as they are. Any lower bounds are ignored (non-binding).

    Parameters
    ----------
    fractions
        t_1 < ... < t_J, information over that at the end, in (0, 1]. At 1 all that is left of
        alpha is spent. Looks within 0.1 % of each other are taken to be 0.1 % apart.
    alpha
        One-sided error rate, in (0, 1/2).
    spending
        How much of alpha to have spent by t, between 0 and alpha; a name, or a function of t and
        alpha.

    Returns
    -------
    tuple of float
        c_1 ... c_J on the scale of z; inf at a look with nothing to spend.

    Raises
    ------
    ValueError
        If there is no look, the fractions do not rise within (0, 1], or alpha or what is spent is
        out of range.

    References
    ----------
    Lan and DeMets 1983, as for `obrien_fleming`; Armitage, McPherson and Rowe 1969, "Repeated
    significance tests on accumulating data", JRSS A 132, 235-244, for the integration.
    """
    check_fractions(fractions)
    _check_rate("alpha", alpha)
    return _efficacy(fractions, alpha, spending_function(spending)).bounds


def futility_bounds(
    fractions: tuple[float, ...],
    upper: tuple[float, ...],
    drift: float,
    beta: float,
    spending: Spending | SpendingName = "obrien_fleming",
) -> tuple[float, ...]:
    """Return the lower bounds of z at which to give up, which together miss with chance `beta`.

    Under the drift, the chance that z was below a bound by look j, and above no upper one before,
    is what is spent of beta by t_j.

    Parameters
    ----------
    fractions, upper
        The looks and their upper bounds, of one length J: see `efficacy_bounds`.
    drift
        The mean of z at t = 1 under the effect that is not to be missed: z_j ~ N(drift sqrt(t_j),
        1), with independent increments of z_j sqrt(t_j).
    beta
        In (0, 1/2).
    spending
        How much of beta to have spent by t.

    Returns
    -------
    tuple of float
        f_1 ... f_J, at most the upper bounds; -inf at a look with nothing to spend.

    Raises
    ------
    ValueError
        As `efficacy_bounds`, or if the drift is not finite or the lengths differ.

    References
    ----------
    Pampallona, Tsiatis and Kim 2001, "Interim monitoring of group sequential trials using spending
    functions for the type I and type II error probabilities", Drug Information Journal 35,
    1113-1121; here the upper bounds do not depend on the lower ones.
    """
    check_fractions(fractions)
    _check_rate("beta", beta)
    check_bounds(fractions, upper, (-math.inf,) * len(upper), drift)
    return _futility(fractions, upper, drift, beta, spending_function(spending)).bounds


def crossing(
    fractions: tuple[float, ...],
    upper: tuple[float, ...],
    lower: tuple[float, ...],
    drift: float,
) -> Crossing:
    """Return the chances to stop at each look, under a drift.

    Parameters
    ----------
    fractions, upper, drift
        As for `futility_bounds`.
    lower
        At most `upper`; -inf for none.

    Raises
    ------
    ValueError
        As `futility_bounds`, or if a lower bound is above the upper one.

    References
    ----------
    Jennison and Turnbull 2000, "Group Sequential Methods with Applications to Clinical Trials",
    chapter 19.
    """
    check_fractions(fractions)
    check_bounds(fractions, upper, lower, drift)
    look = first_look(fractions[0], drift)
    looks = [look]
    for fraction, low, high in zip(fractions[1:], lower, upper, strict=False):
        look = next_look(look, low, high, fraction, drift)
        looks.append(look)
    return Crossing(
        up=tuple(at.above(bound) for at, bound in zip(looks, upper, strict=True)),
        down=tuple(at.below(bound) for at, bound in zip(looks, lower, strict=True)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spent:
    """The bounds of one side up to a look, and what they have spent."""

    look: Look
    bounds: tuple[float, ...]
    spent: float


@lru_cache(maxsize=_CACHED)
def _efficacy(fractions: tuple[float, ...], alpha: float, spending: Spending) -> _Spent:
    look, spent = first_look(fractions[0], 0.0), 0.0
    before: tuple[float, ...] = ()
    if len(fractions) > 1:
        last = _efficacy(fractions[:-1], alpha, spending)
        look = next_look(last.look, -math.inf, last.bounds[-1], fractions[-1], 0.0)
        before, spent = last.bounds, last.spent
    due = spent_by(fractions[-1], alpha, spending) - spent
    bound = look.upper_bound(due) if due >= _LEAST else math.inf
    return _Spent(look=look, bounds=(*before, bound), spent=spent + look.above(bound))


@lru_cache(maxsize=_CACHED)
def _futility(
    fractions: tuple[float, ...],
    upper: tuple[float, ...],
    drift: float,
    beta: float,
    spending: Spending,
) -> _Spent:
    look, spent = first_look(fractions[0], drift), 0.0
    before: tuple[float, ...] = ()
    if len(fractions) > 1:
        last = _futility(fractions[:-1], upper[:-1], drift, beta, spending)
        look = next_look(last.look, last.bounds[-1], upper[-2], fractions[-1], drift)
        before, spent = last.bounds, last.spent
    due = spent_by(fractions[-1], beta, spending) - spent
    bound = -math.inf
    if due >= _LEAST:
        bound = upper[-1] if look.below(upper[-1]) <= due else look.lower_bound(due)
    return _Spent(look=look, bounds=(*before, bound), spent=spent + look.below(bound))


def _check_rate(name: str, rate: float) -> None:
    if not 0 < rate < 0.5:  # noqa: PLR2004  above that, a bound is no evidence
        msg = f"{name} must lie in (0, 1/2), got {rate}"
        raise ValueError(msg)
