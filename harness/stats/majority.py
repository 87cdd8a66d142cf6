"""majority@k: the chance that the most frequent of k draws' answers is the right one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.stats.mean import Mean, check_values, t_floor
from harness.stats.plurality import plurality_chance, plurality_cost

if TYPE_CHECKING:
    import numpy.typing as npt

    IntArray = npt.NDArray[np.int64]

EXACT_COST = 200_000_000  # multiplications: about 0.15 s, as long as 10,000 resamples take
_BATCH = 1_000_000  # counts held at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Majority:
    """majority@k of one item; `se` is the simulation's standard error, 0 if `exact`."""

    value: float
    se: float
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Majorities:
    """majority@k of each item, as in `Majority`, each of shape [N]."""

    values: npt.NDArray[np.float64]
    ses: npt.NDArray[np.float64]
    exact: npt.NDArray[np.bool_]


def majority_at_k(  # noqa: PLR0913  an item's votes, and how to simulate
    answers: IntArray,
    right: int | None,
    k: int,
    *,
    generator: np.random.Generator,
    resamples: int = 10_000,
    exact_cost: float = EXACT_COST,
) -> Majority:
    """Return the chance that a plurality vote over k of an item's n draws is right.

    The k draws are taken without replacement, so that this is an unbiased estimate of the chance
    over k fresh draws. Answers that tie for the most votes win with equal chance.

    Parameters
    ----------
    answers
        How many of the n draws gave each distinct answer, shape [A], not negative.
    right
        Index of the right answer; None if no draw gave it.
    k
        1 <= k <= n.
    generator
        For the simulation; not used where the value is exact.
    resamples
        Samples of k draws to simulate where the exact value would cost too much; at least 2.
    exact_cost
        Most multiplications that an exact value may take.

    Returns
    -------
    Majority
        A simulated value has the standard error of a mean with one phantom resample: it is
        never zero.

    Raises
    ------
    ValueError
        If a count is negative, `right` is not an index, k is not in 1..n, or fewer than two
        resamples are to be simulated.

    References
    ----------
    Wang et al. 2023, "Self-Consistency Improves Chain of Thought Reasoning in Language Models",
    arXiv 2203.11171, for the vote.
    """
    _check(answers, right, k)
    hits = 0 if right is None else int(answers[right])
    if right is None or hits == 0:
        return Majority(value=0.0, se=0.0, exact=True)
    others = np.delete(answers, right)
    if plurality_cost(hits, others, k) <= exact_cost:
        return Majority(value=plurality_chance(hits, others, k), se=0.0, exact=True)
    mean = _simulated(np.concatenate([[hits], others]), k, generator, resamples)
    return Majority(value=mean.estimate, se=mean.se, exact=False)


def majority_of_items(
    answers: Sequence[IntArray],
    right: Sequence[int | None],
    k: int,
    *,
    generator: np.random.Generator,
    resamples: int = 10_000,
) -> Majorities:
    """Return majority@k of each item, each with a stream of random numbers of its own.

    Raises
    ------
    ValueError
        As `majority_at_k`, or if `answers` and `right` are not of one length N > 0.
    """
    if len(answers) != len(right) or len(answers) == 0:
        msg = f"each item needs answers and the right one, got {len(answers)} and {len(right)}"
        raise ValueError(msg)
    found = [
        majority_at_k(counts, index, k, generator=stream, resamples=resamples)
        for counts, index, stream in zip(answers, right, generator.spawn(len(answers)), strict=True)
    ]
    return Majorities(
        values=np.array([one.value for one in found]),
        ses=np.array([one.se for one in found]),
        exact=np.array([one.exact for one in found]),
    )


def _check(answers: IntArray, right: int | None, k: int) -> None:
    if (answers < 0).any():
        msg = f"a count of answers is negative: {answers.min()}"
        raise ValueError(msg)
    if right is not None and not 0 <= right < len(answers):
        msg = f"the right answer must be one of {len(answers)}, got index {right}"
        raise ValueError(msg)
    draws = int(answers.sum())
    if not 1 <= k <= draws:
        msg = f"majority@k needs 1 <= k <= n, got k = {k}, n = {draws}"
        raise ValueError(msg)


def _simulated(counts: IntArray, k: int, generator: np.random.Generator, resamples: int) -> Mean:
    """Vote `resamples` times; the first of the counts is the right answer's."""
    size = max(_BATCH // len(counts), 1)
    shares = [np.empty(0)]
    for start in range(0, resamples, size):
        votes = generator.multivariate_hypergeometric(
            counts, k, size=min(size, resamples - start), method="marginals"
        )
        best = votes.max(axis=1)
        leaders = (votes == best[:, np.newaxis]).sum(axis=1)
        shares.append((votes[:, 0] == best) / leaders)
    values = np.concatenate(shares)
    check_values(values, "resamples")
    return t_floor(values, 0.5)
