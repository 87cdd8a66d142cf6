"""What reading a few cases can miss: zero of n were seen, which is not none at all."""

from __future__ import annotations

import math

_MISS = 0.05


def unseen_rate(read: int, miss: float = _MISS) -> float:
    """Return the highest rate of a behaviour that `read` cases show nothing of, at 1 - `miss`.

    1 - miss^(1 / n), about 3 / n at 5%: the rule of three.

    Parameters
    ----------
    read
        How many independent cases were read, at least 1.
    miss
        The chance to be wrong, in (0, 1).

    Returns
    -------
    float
        In (0, 1).

    References
    ----------
    Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything all right? Interpreting zero
    numerators", JAMA 249, 1743-1745.
    """
    return -math.expm1(math.log(miss) / read)


def needed_to_see(rate: float, miss: float = _MISS) -> int:
    """Return how many independent cases show a behaviour of a `rate` in (0, 1) at least once.

    With a chance of 1 - `miss`: the least n with (1 - rate)^n <= miss.
    """
    return math.ceil(math.log(miss) / math.log1p(-rate) - 1e-9)
