"""How much of an error rate group-sequential looks may have spent, by the information so far."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from scipy import special

Spending = Callable[[float, float], float]
SpendingName = Literal["obrien_fleming", "pocock"]


def obrien_fleming(fraction: float, alpha: float) -> float:
    """Spend alpha as O'Brien and Fleming's bounds do: 2 - 2 Phi(z_{1-alpha/2} / sqrt(t)).

    Parameters
    ----------
    fraction
        t, the information so far over that at the end, in (0, 1].
    alpha
        One-sided error rate, in (0, 1).

    References
    ----------
    Lan and DeMets 1983, "Discrete sequential boundaries for clinical trials", Biometrika 70,
    659-663: alpha_1*.
    """
    return 2 * float(special.ndtr(special.ndtri(alpha / 2) / math.sqrt(fraction)))


def pocock(fraction: float, alpha: float) -> float:
    """Spend alpha about as Pocock's bounds do, alpha ln(1 + (e - 1) t): see `obrien_fleming`.

    References
    ----------
    Lan and DeMets 1983, as for `obrien_fleming`: alpha_2*.
    """
    return alpha * math.log1p((math.e - 1) * fraction)


_NAMED: dict[SpendingName, Spending] = {"obrien_fleming": obrien_fleming, "pocock": pocock}


def spent_by(fraction: float, rate: float, spending: Spending) -> float:
    """Return what is to have been spent of an error rate by a fraction t; at 1, all of it.

    Raises
    ------
    ValueError
        If the spending is not between 0 and the rate.
    """
    due = rate if fraction == 1 else spending(fraction, rate)
    if not 0 <= due <= rate * (1 + 1e-9):
        msg = f"the spending must be between 0 and {rate}, got {due} at {fraction}"
        raise ValueError(msg)
    return due


def spending_function(spending: Spending | SpendingName) -> Spending:
    """Return a spending function by its name, or as it is.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if callable(spending):
        return spending
    if spending not in _NAMED:
        msg = f"the spending must be one of {', '.join(_NAMED)} or a function, got {spending!r}"
        raise ValueError(msg)
    return _NAMED[spending]
