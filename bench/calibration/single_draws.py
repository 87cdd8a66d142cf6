"""Single draws, exactly: the errors of tests on the items that differ, by enumeration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from harness.decide import decide
from harness.records import Part, Policy, Question, Sample
from harness.stats.paired_binary import mcnemar_exact, mcnemar_mid_p

SIZES = (20, 50, 100)
SHARES = np.linspace(0.05, 1.0, 39)  # of the items, those that differ between the arms
ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """The one-sided error rate of a test: the largest and the mean one over the shares."""

    method: str
    items: int
    largest: float
    mean: float


def enumerate_errors() -> list[Exact]:
    """Return the errors of each method at each size, without an effect."""
    return [_errors(name, method, items) for name, method in _METHODS.items() for items in SIZES]


def _errors(name: str, method: Callable[[int, int, int], bool], items: int) -> Exact:
    pairs = [
        (gained, lost) for gained in range(items + 1) for lost in range(gained, -1, -1)
        if gained + lost <= items and method(gained, lost, items)
    ]  # fmt: skip
    gained, lost = np.array(pairs).T
    differing = gained + lost
    ways = special.gammaln(items + 1) - special.gammaln(items - differing + 1)
    ways -= special.gammaln(gained + 1) + special.gammaln(lost + 1)
    chance = special.xlogy(differing, SHARES[:, None] / 2) + special.xlogy(
        items - differing, 1 - SHARES[:, None]
    )
    errors = np.exp(ways + chance).sum(axis=1)
    return Exact(method=name, items=items, largest=float(errors.max()), mean=float(errors.mean()))


def _program(gained: int, lost: int, items: int) -> bool:
    values = np.repeat([1.0, -1.0, 0.0], [gained, lost, items - gained - lost])
    part = Part(values=values, half_range=1.0, noise=float("nan"))
    sample = Sample(parts=(part,), draws=1, low=-1.0, high=1.0)
    question = Question(direction="greater", threshold=0.0)
    return decide(sample, question, Policy(alpha=ALPHA)).verdict == "supported"


_METHODS: dict[str, Callable[[int, int, int], bool]] = {
    "McNemar, exact": lambda g, c, _: mcnemar_exact(g, c, alternative="greater") <= ALPHA,
    "McNemar, mid-p": lambda g, c, _: mcnemar_mid_p(g, c, alternative="greater") <= ALPHA,
    "Tango, as the program decides": _program,
}
