"""Worlds: what items and arms may be like.

A world gives the chance to be right of each item, for each arm, shape [repetitions, items].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

Generator = np.random.Generator
Chances = Mapping[str, "FloatArray"]
World = Callable[[Generator, int, int], Chances]
Base = Callable[[Generator, tuple[int, int]], "FloatArray"]
Shape = tuple[float, float]
Sizes = tuple[int, ...]
_GRID = np.linspace(-6, 6, 4_001)


@cache
def _quantiles(shape: Shape) -> FloatArray:
    return np.asarray(special.betaincinv(*shape, special.ndtr(_GRID)))


def beta_of(shape: Shape, normal: FloatArray) -> FloatArray:
    """Turn standard normal values into values of a Beta distribution."""
    return np.interp(normal, _GRID, _quantiles(shape))


def beta(a: float, b: float) -> Base:
    """Return skills that are Beta-distributed over the items."""
    return lambda rng, size: rng.beta(a, b, size)


def two_points(high: float, share: float = 0.5) -> Base:
    """Return items solved with chance `high`, and others with chance 1 - `high`."""
    return lambda rng, size: np.where(rng.random(size) < share, high, 1 - high)


def sharp(base: Base) -> World:
    """Let both arms have the same chance on every item."""

    def world(rng: Generator, reps: int, items: int) -> Chances:
        chances = base(rng, (reps, items))
        return {"a": chances, "b": chances}

    return world


def weak(first: Shape, second: Shape, rho: float = 0.7) -> World:
    """Arms of the given skills, of equal means, linked over items by a normal copula."""

    def world(rng: Generator, reps: int, items: int) -> Chances:
        one = rng.standard_normal((reps, items))
        other = rho * one + np.sqrt(1 - rho**2) * rng.standard_normal((reps, items))
        return {"a": beta_of(first, one), "b": beta_of(second, other)}

    return world


def of_mean(mean: float, total: float) -> Shape:
    """Return the Beta distribution of a mean and a concentration."""
    return total * mean, total * (1 - mean)


def loses(margin: float, loss: float, base: Base) -> World:
    """Let the candidate lose `loss` of a few items of the base's: -margin in all."""

    def world(rng: Generator, reps: int, items: int) -> Chances:
        chances = base(rng, (reps, items))
        hit = rng.random((reps, items)) < margin / loss
        before = np.where(hit, loss + (1 - loss) * chances, chances)
        return {"a": before, "b": np.where(hit, before - loss, before)}

    return world


def breaks(share: float, base: Base) -> World:
    """Let the candidate break a few items and gain on all others: no effect in all."""

    def world(rng: Generator, reps: int, items: int) -> Chances:
        chances = base(rng, (reps, items))
        many = base(np.random.default_rng(0), (1, 200_000))
        slope = share * many.mean() / ((1 - share) * (many * (1 - many)).mean())
        assert slope <= 1
        broken = rng.random((reps, items)) < share
        return {"a": chances, "b": np.where(broken, 0.0, chances + slope * chances * (1 - chances))}

    return world


def gains(effect: float, base: Base, mean: float) -> World:
    """Let the candidate gain a share of what is missing on every item: `effect` in all."""

    def world(rng: Generator, reps: int, items: int) -> Chances:
        chances = base(rng, (reps, items))
        lacking = 1 - chances if effect > 0 else chances
        room = 1 - mean if effect > 0 else mean
        return {"a": chances, "b": np.clip(chances + effect / room * lacking, 0, 1)}

    return world


def weak_gain(effect: float, shape: Shape, rho: float = 0.7) -> World:
    """As `weak`, with an effect on every item as of `gains`."""
    mean = shape[0] / sum(shape)

    def world(rng: Generator, reps: int, items: int) -> Chances:
        found = weak(shape, shape, rho)(rng, reps, items)
        after = found["b"]
        room = (1 - after) / (1 - mean) if effect > 0 else after / mean
        return {"a": found["a"], "b": np.clip(after + effect * room, 0, 1)}

    return world


def four(shape: Shape, rho: float = 0.7) -> World:
    """Four arms of the same skills, linked: no difference in differences."""

    def world(rng: Generator, reps: int, items: int) -> Chances:
        common = rng.standard_normal((reps, items))
        own = np.sqrt(1 - rho)
        return {
            arm: beta_of(shape, np.sqrt(rho) * common + own * rng.standard_normal((reps, items)))
            for arm in "abcd"
        }

    return world


def clustered(shape: Shape, sizes: Sizes, rho: float = 0.7, share: float = 0.5) -> World:
    """As `weak`, and items of one cluster have `share` of the variance of skills in common."""

    def normal(rng: Generator, reps: int, items: int) -> FloatArray:
        groups = rng.standard_normal((reps, items))[:, labels(sizes, items)]
        return np.sqrt(share) * groups + np.sqrt(1 - share) * rng.standard_normal((reps, items))

    def world(rng: Generator, reps: int, items: int) -> Chances:
        one = normal(rng, reps, items)
        other = rho * one + np.sqrt(1 - rho**2) * normal(rng, reps, items)
        return {"a": beta_of(shape, one), "b": beta_of(shape, other)}

    return world


def loses_clusters(margin: float, sizes: Sizes, base: Base) -> World:
    """Let the candidate lose whole clusters of what the base solves: -margin in all."""

    def world(rng: Generator, reps: int, items: int) -> Chances:
        chances = base(rng, (reps, items))
        hit = (rng.random((reps, items)) < margin)[:, labels(sizes, items)]
        return {"a": np.where(hit, 1.0, chances), "b": np.where(hit, 0.0, chances)}

    return world


def labels(sizes: Sizes, items: int) -> IntArray:
    """Return the cluster of each item: clusters of these sizes, again and again."""
    rounds = -(-items // sum(sizes))
    found: IntArray = np.repeat(np.arange(len(sizes) * rounds), sizes * rounds)[:items]
    return found


def fixed(shape: Shape, swing: float = 0.0) -> World:
    """Take the same items in every repetition, at the quantiles of their distribution.

    The arms differ by +`swing` and -`swing` on every other item, which cancels over each four.
    """

    def world(_rng: Generator, reps: int, items: int) -> Chances:
        normal = special.ndtri((np.arange(items) + 0.5) / items)
        chances = np.clip(beta_of(shape, normal), swing, 1 - swing)
        sign = np.tile([1, -1, -1, 1], -(-items // 4))[:items]
        both = np.stack([chances, chances + swing * sign])
        return {
            arm: np.broadcast_to(one, (reps, items)) for arm, one in zip("ab", both, strict=True)
        }

    return world
