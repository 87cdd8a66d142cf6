"""How many of several independent events happen, each with a chance of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]


def at_least(count: int, chances: FloatArray) -> float:
    """Return the chance that at least `count` of the events happen.

    The distribution is the Fourier transform of its characteristic function, which is a product
    over the events.

    Parameters
    ----------
    count
        At least 0.
    chances
        Of each event, shape [N], in [0, 1].

    Raises
    ------
    ValueError
        If a chance is out of range.

    References
    ----------
    Hong 2013, "On computing the distribution function for the Poisson binomial distribution",
    Computational Statistics and Data Analysis 59, 41-51, equation 7.
    """
    outside = ~((chances >= 0) & (chances <= 1))
    if outside.any():
        msg = f"a chance must lie in [0, 1], got {chances[outside][0]}"
        raise ValueError(msg)
    different, times = np.unique(chances[chances > 0], return_counts=True)
    total = int(times.sum())
    if count <= 0 or count > total:
        return float(count <= 0)
    angles = np.exp(-2j * np.pi * np.arange(total + 1) / (total + 1))
    product = np.ones(total + 1, dtype=np.complex128)
    for chance, power in zip(different.tolist(), times.tolist(), strict=True):
        product *= (1 - chance + chance * angles) ** power
    mass = np.fft.ifft(product).real
    return float(np.clip(mass[count:].sum(), 0.0, 1.0))
