"""All methods side by side: those that the program offers, and those that it does not use.

The latter are the tests that evaluation scripts commonly make, on the same simulated draws.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from bench.calibration.cells import POLICY, SPREAD
from bench.calibration.trials import Cell, Draws, simulate
from bench.calibration.worlds import beta, gains, loses, sharp, weak
from harness.errors import HarnessError

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

Ends = tuple[float, float]
_RESAMPLES = 2_000
OFFERED = ("auto", "t-floor", "t", "sign-flip", "bootstrap-t", "anytime")

#: The cells in which the methods differ most, and two in which there is an effect.
CELLS = (
    Cell(name="same skills, U-shaped", world=sharp(beta(0.3, 0.3)), items=20, draws=16),
    Cell(name="linked skills, U-shaped", world=weak(SPREAD, SPREAD), items=50, draws=16),
    Cell(name="same skills, ceiling .95", world=sharp(beta(19, 1)), items=20, draws=16),
    Cell(name="asymmetric ceiling .95", world=weak((19, 1), (0.95, 0.05)), items=20, draws=16),
    Cell(name="asymmetric ceiling .95", world=weak((19, 1), (0.95, 0.05)), items=50, draws=16),
    Cell(name="asymmetric ceiling .95", world=weak((19, 1), (0.95, 0.05)), items=100, draws=16),
    Cell(
        name="loses items, margin .03", world=loses(0.03, 1.0, beta(0.3, 0.3)), items=200,
        draws=16, threshold=-0.03,
    ),
    Cell(name="linked skills, pass@8", world=weak((0.3, 0.9), (0.3, 0.9)), items=100, draws=16,
         k=8),
    Cell(name="gain of .1", world=gains(0.1, beta(1, 1), 0.5), items=50, draws=4),
    Cell(name="gain of .1", world=gains(0.1, beta(1, 1), 0.5), items=100, draws=4),
)  # fmt: skip
POWER = tuple(place for place, cell in enumerate(CELLS) if cell.name.startswith("gain"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """How often a method said that the effect is above, and below, the threshold."""

    method: str
    place: int
    repeats: int
    up: int
    down: int


def compare(job: tuple[int, str, float, int]) -> Tested:
    """Test one cell by one method, at a one-sided level."""
    place, method, alpha, repeats = job
    cell = CELLS[place]
    rng = np.random.default_rng(zlib.crc32(f"{cell.name} {cell.items}".encode()))  # one for all
    up = down = 0
    decide = _offered(cell, method, alpha) if method in OFFERED else _unused(cell, method, alpha)
    for draws in simulate(cell, rng, repeats):
        above, below = decide(draws)
        up, down = up + above, down + below
    return Tested(method=method, place=place, repeats=repeats, up=up, down=down)


def _offered(cell: Cell, method: str, alpha: float) -> Callable[[Draws], tuple[bool, bool]]:
    policy = replace(POLICY, method=method, alpha=alpha)
    trial = replace(cell, policy=policy, variance=0.1).trial("greater")

    def decide(draws: Draws) -> tuple[bool, bool]:
        try:
            verdict = trial.hear(draws.tally)[0].verdict
        except HarnessError:  # the plain t test, where no item differs: it is refused
            return False, False
        return verdict == "supported", verdict == "refuted"

    return decide


def _unused(cell: Cell, method: str, alpha: float) -> Callable[[Draws], tuple[bool, bool]]:
    interval, rng = UNUSED[method], np.random.default_rng(0)

    def decide(draws: Draws) -> tuple[bool, bool]:
        right = draws.right[cell.draws]
        low, high = interval(right["a"] / cell.draws, right["b"] / cell.draws, cell, alpha, rng)
        return low > cell.threshold, high < cell.threshold

    return decide


def _by_z(effect: float, variance: float, alpha: float) -> Ends:
    reach = -float(special.ndtri(alpha)) * float(np.sqrt(variance))
    return effect - reach, effect + reach


def naive_z(a: FloatArray, b: FloatArray, cell: Cell, alpha: float, _: object) -> Ends:
    """Take all completions for independent."""
    count = a.size * cell.draws
    variance = sum(float(one.mean() * (1 - one.mean())) / count for one in (a, b))
    return _by_z(float(b.mean() - a.mean()), variance, alpha)


def unpaired_z(a: FloatArray, b: FloatArray, _cell: Cell, alpha: float, _: object) -> Ends:
    """Take items for the units, and the arms for unrelated."""
    variance = sum(float(one.var(ddof=1)) / one.size for one in (a, b))
    return _by_z(float(b.mean() - a.mean()), variance, alpha)


def fixed_z(a: FloatArray, b: FloatArray, cell: Cell, alpha: float, _: object) -> Ends:
    """Take the draws for the only noise, as if these items were all there are."""
    within = sum(float((one * (1 - one)).mean()) / (cell.draws - 1) for one in (a, b))
    return _by_z(float(b.mean() - a.mean()), within / a.size, alpha)


def percentile(a: FloatArray, b: FloatArray, _cell: Cell, alpha: float, rng: object) -> Ends:
    """Bootstrap the items, and take the percentiles."""
    means = _resampled(b - a, rng)
    low, high = np.quantile(means, [alpha, 1 - alpha])
    return float(low), float(high)


def bca(a: FloatArray, b: FloatArray, _cell: Cell, alpha: float, rng: object) -> Ends:
    """Bootstrap the items, bias-corrected and accelerated (Efron 1987)."""
    d = b - a
    means, centred = _resampled(d, rng), d - d.mean()
    squares = float(np.square(centred).sum())
    if squares == 0:
        return float(d.mean()), float(d.mean())
    bias = special.ndtri(np.clip(np.mean(means < d.mean()), 1e-4, 1 - 1e-4))
    pull = float((centred**3).sum()) / (6 * squares**1.5)
    z = bias + special.ndtri([alpha, 1 - alpha])
    low, high = np.quantile(means, special.ndtr(bias + z / (1 - pull * z)))
    return float(low), float(high)


def _resampled(d: FloatArray, rng: object) -> FloatArray:
    assert isinstance(rng, np.random.Generator)
    return d[rng.integers(0, d.size, (_RESAMPLES, d.size))].mean(axis=1)


UNUSED = {
    "naive z": naive_z,
    "unpaired z": unpaired_z,
    "fixed-item z": fixed_z,
    "percentile bootstrap": percentile,
    "BCa bootstrap": bca,
}
