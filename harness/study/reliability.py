"""How reliably items are solved: coverage at a rate, and pass^k."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.diff.change import Change, change_of, plain
from harness.diff.curve import counts_of
from harness.stats.g_pass import g_pass
from harness.stats.mixing import share_reaching
from harness.stats.passk import pass_hat_k

if TYPE_CHECKING:
    from harness.diff.pair import Pair

TAUS = (0.1, 0.5, 0.9)
_ALL_OF = (4, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The share of items that are right in at least a share `tau` of the draws.

    Attributes
    ----------
    change
        Of G-Pass@k at the fewest draws of an item, which is unbiased; an item near tau counts in
        part.
    before, after
        The share of items with a chance of at least tau, the draws' noise taken off.
    """

    tau: float
    change: Change
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """pass^k: the chance that all of k draws are right."""

    k: int
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Coverage at each tau, and pass^k, at as many draws as each item has on both sides."""

    draws: int
    coverage: tuple[Coverage, ...]
    all_of: tuple[AllOf, ...]


def reliability_of(pair: Pair) -> Reliability:
    """Tell how reliably items are solved."""
    least, policy = int(pair.depth.min()), plain(pair.policy)
    rows = np.arange(len(pair.items))
    sides = [counts_of(pair, side, rows) for side in pair.sides]
    reached = [share_reaching(*counts, np.array(TAUS)).tolist() for counts in sides]
    coverage = []
    for tau, first, second in zip(TAUS, *reached, strict=True):
        before, after = (g_pass(*counts, least, tau) for counts in sides)
        change = change_of(pair, before, after, policy)
        coverage.append(Coverage(tau=tau, change=change, before=first, after=second))
    all_of = []
    for k in sorted({min(k, least) for k in _ALL_OF} - {1}):
        before, after = (pass_hat_k(*counts, k) for counts in sides)
        all_of.append(AllOf(k=k, change=change_of(pair, before, after, policy)))
    return Reliability(draws=least, coverage=tuple(coverage), all_of=tuple(all_of))
