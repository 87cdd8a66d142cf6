"""Weights by which values at some places tell how they go along them.

All are computed in fractions, so that those of two places are exactly -1 and 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction


def slope_weights(at: Sequence[float]) -> tuple[float, ...]:
    """Return the weights that give the change along the least-squares line, from end to end.

    The slope is sum (x_j - mean x) y_j / sum (x_j - mean x)^2 (Draper and Smith 1998, "Applied
    Regression Analysis", section 1.2); here it is times x_K - x_1.

    Parameters
    ----------
    at
        K >= 2 different finite places, ascending.

    Returns
    -------
    tuple of float
        Shape [K], with sum 0.
    """
    places = _centred(at)
    reach = places[-1] - places[0]
    squares = _sum(place**2 for place in places)
    return tuple(float(place * reach / squares) for place in places)


def bend_weights(at: Sequence[float]) -> tuple[float, ...]:
    """Return the weights that give how far the least-squares parabola lies above its chord.

    Halfway along, a parabola with the quadratic coefficient c lies -c (x_K - x_1)^2 / 4 above the
    chord between its ends. c is sum p_j y_j / sum p_j^2 with the orthogonal polynomial
    p_j = z_j^2 - z_j sum z^3 / sum z^2 - sum z^2 / K of z_j = x_j - mean x (Draper and Smith 1998,
    section 22.2).

    Parameters
    ----------
    at
        K >= 3 different finite places, ascending.

    Returns
    -------
    tuple of float
        Shape [K], with sum 0, and 0 for what lies on a line.
    """
    places = _centred(at)
    reach = places[-1] - places[0]
    squares, cubes = (_sum(place**power for place in places) for power in (2, 3))
    curved = [place**2 - place * cubes / squares - squares / len(places) for place in places]
    scale = -(reach**2) / 4 / _sum(value**2 for value in curved)
    return tuple(float(scale * value) for value in curved)


def _centred(at: Sequence[float]) -> list[Fraction]:
    places = [Fraction(place) for place in at]
    centre = _sum(places) / len(places)
    return [place - centre for place in places]


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction())
