"""The sum of independent increments at successive looks, by recursive numerical integration."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

_GAP = 1e-3  # least relative distance in time of two looks
_REACH = 8.0  # standard deviations within which paths are followed: 6e-16 are beyond
_DENSITY = 1.6  # nodes per standard deviation
_BLOCK = 16  # numbers of nodes are multiples of it, so that few tables are made
_PANEL = 80  # nodes
_STEPS = 60  # of a root search; Newton's take about four, halvings at most all of them
_TOLERANCE = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Paths that reach a look: point masses at the look before, and a normal step since then.

    The sum at time t is S = Z sqrt(t); `nodes`, shape [M], are where the masses would be without
    noise in the step. Bounds are on the scale of z.
    """

    time: float
    sd: float
    nodes: FloatArray
    mass: FloatArray

    def above(self, bound: float) -> float:
        """Return the chance to reach this look, and z to be above the bound."""
        limit = bound * math.sqrt(self.time)
        return float(self.mass @ special.ndtr((self.nodes - limit) / self.sd))

    def below(self, bound: float) -> float:
        """Return the chance to reach this look, and z to be below the bound."""
        limit = bound * math.sqrt(self.time)
        return float(self.mass @ special.ndtr((limit - self.nodes) / self.sd))

    def upper_bound(self, probability: float) -> float:
        """Return the bound that z is above with a chance, less than that to reach this look."""
        return _solve(self.nodes / self.sd, self.mass, probability) * self.sd / math.sqrt(self.time)

    def lower_bound(self, probability: float) -> float:
        """Return the bound that z is below with a chance, less than that to reach this look."""
        found = _solve(-self.nodes / self.sd, self.mass, probability)
        return -found * self.sd / math.sqrt(self.time)


def first_look(time: float, drift: float) -> Look:
    """Return the paths at the first look: all start at 0 and have reached it."""
    return Look(time=time, sd=math.sqrt(time), nodes=np.array([drift * time]), mass=np.array([1.0]))


def next_look(look: Look, lower: float, upper: float, time: float, drift: float) -> Look:
    """Return the paths that were between the bounds at a look and so reach the next one.

    Gauss-Legendre nodes are laid out for the steps on both sides of the look, and the density at
    them is a sum over the nodes before.

    Parameters
    ----------
    look
        The look before.
    lower, upper
        Its bounds, on the scale of z; may be infinite.
    time
        Of the next look, taken to be at least 0.1 % after the look before: the narrower the step,
        the more nodes.
    drift
        Mean of the sum per unit of time.

    References
    ----------
    Armitage, McPherson and Rowe 1969, "Repeated significance tests on accumulating data", JRSS A
    132, 235-244; Jennison and Turnbull 2000, "Group Sequential Methods with Applications to
    Clinical Trials", section 19.2 (with Simpson's rule in place of Gauss's).
    """
    time = max(time, look.time * (1 + _GAP))
    sd = math.sqrt(time - look.time)
    scale = math.sqrt(look.time)
    centre = drift * look.time
    low = max(lower * scale, centre - _REACH * scale)
    high = min(upper * scale, centre + _REACH * scale)
    if low >= high:
        return Look(time=time, sd=sd, nodes=np.zeros(0), mass=np.zeros(0))
    # What is integrated is a product of normal densities of the two steps, at the sharpest.
    finest = look.sd * sd / math.hypot(look.sd, sd)
    points, weights = _rule(max(math.ceil(_DENSITY * (high - low) / finest / _BLOCK), 1) * _BLOCK)
    half = (high - low) / 2
    nodes = low + half * (points + 1)
    density = np.exp(-0.5 * np.square(np.subtract.outer(nodes, look.nodes) / look.sd)) @ look.mass
    mass = density * weights * (half / (look.sd * math.sqrt(2 * math.pi)))
    return Look(time=time, sd=sd, nodes=nodes + drift * (time - look.time), mass=mass)


def check_fractions(fractions: tuple[float, ...]) -> None:
    """Refuse fractions of information that do not rise within (0, 1].

    Raises
    ------
    ValueError
        If they do not, or there are none.
    """
    ends = (0.0, *fractions)
    rising = all(first < second for first, second in itertools.pairwise(ends))
    if not fractions or not rising or not fractions[-1] <= 1:
        msg = f"fractions of information must rise within (0, 1], got {fractions}"
        raise ValueError(msg)


def check_bounds(
    fractions: tuple[float, ...], upper: tuple[float, ...], lower: tuple[float, ...], drift: float
) -> None:
    """Refuse bounds that are not one pair for each look.

    Raises
    ------
    ValueError
        If the lengths differ, a lower bound is above the upper one, or the drift is not finite.
    """
    if not len(fractions) == len(upper) == len(lower):
        msg = f"{len(fractions)} looks need as many bounds, got {len(upper)} and {len(lower)}"
        raise ValueError(msg)
    if not all(low <= high for low, high in zip(lower, upper, strict=True)):
        msg = f"lower bounds must be at most the upper ones, got {lower} and {upper}"
        raise ValueError(msg)
    if not math.isfinite(drift):
        msg = f"the drift must be finite, got {drift}"
        raise ValueError(msg)


@cache
def _rule(count: int) -> tuple[FloatArray, FloatArray]:
    """Return at least so many nodes of Gauss-Legendre quadrature on [-1, 1], and their weights.

    A lot of them come in panels, each with some more than its share: a long table takes long to
    make. SciPy's own function would load its linear algebra, which nothing else here needs.
    """
    panels = math.ceil(count / _PANEL)
    spare = _BLOCK if panels > 1 else 0
    points, weights = np.polynomial.legendre.leggauss(math.ceil(count / panels) + spare)
    centres = (2 * np.arange(panels) + 1) / panels - 1
    return np.add.outer(centres, points / panels).ravel(), np.tile(weights / panels, panels)


def _solve(nodes: FloatArray, mass: FloatArray, probability: float) -> float:
    """Return the x at which sum_i mass_i Phi(nodes_i - x) is a probability below sum_i mass_i.

    Newton's method on the scale of z, where the sum is almost straight, within a bracket.
    """
    total = float(mass.sum())
    target = float(special.ndtri(probability))
    low, high = float(nodes.min()) - _REACH - 1, float(nodes.max()) + _REACH + 1
    mean = float(mass @ nodes) / total
    spread = math.sqrt(1 + float(mass @ np.square(nodes - mean)) / total)
    x = mean - spread * float(special.ndtri(probability / total))
    for _ in range(_STEPS):
        gaps = nodes - x
        found = float(mass @ special.ndtr(gaps))
        low, high = (x, high) if found > probability else (low, x)
        normal = float(special.ndtri(found))
        slope = float(mass @ np.exp(-0.5 * np.square(gaps)))
        step = (normal - target) * math.exp(-0.5 * normal**2) / slope if slope > 0 else math.inf
        if abs(step) < _TOLERANCE:
            break
        x = x + step if low < x + step < high else (low + high) / 2
    return x
