"""One statistic on each item of a tally."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from harness.errors import ClaimError, did_you_mean
from harness.estimate.answers import answers_of
from harness.estimate.votes import majority_of
from harness.records import Statistic, Tally
from harness.stats.diversity import unique_answers
from harness.stats.g_pass import g_pass
from harness.stats.passk import pass_at_k, pass_hat_k

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.records.data import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A statistic on each item, shape [N], with the tally that it was read from.

    `column` is that of its metric in the tally; a figure of answers reads none.
    """

    statistic: Statistic
    tally: Tally
    column: int
    values: FloatArray

    @property
    def ids(self) -> tuple[str, ...]:
        """The items."""
        return self.tally.ids

    @property
    def draws(self) -> int:
        """Fewest draws of an item."""
        return int(self.tally.draws.min())

    @property
    def mean(self) -> float:
        """Mean over the items."""
        return float(self.values.mean())

    @property
    def linear(self) -> bool:
        """Whether it is a plain mean over the draws, as pass@1 is too."""
        statistic = self.statistic
        return statistic.kind in {"mean", "rate"} or (statistic.of_counts and statistic.k == 1)

    @property
    def identical(self) -> bool:
        """Whether each item's draws are all alike in score and answer."""
        if self.tally.draws.max() < 2:  # noqa: PLR2004  one draw is like itself
            return False
        return bool(alike(self.tally, self.column).all())

    @property
    def sums(self) -> FloatArray:
        """Sum of the metric over each item's draws, shape [N]."""
        return self.tally.sums[:, self.column]

    @property
    def correct(self) -> IntArray:
        """Draws of each item that are right, of a 0/1 metric, shape [N]."""
        return self.sums.astype(np.int64)


def scores_alike(tally: Tally, column: int) -> npt.NDArray[np.bool_]:
    """Say of each item whether its draws are all alike in one metric, shape [N]."""
    squares = tally.products[:, column, column]
    found: npt.NDArray[np.bool_] = np.isclose(squares * tally.draws, tally.sums[:, column] ** 2)
    return found


def alike(tally: Tally, column: int) -> npt.NDArray[np.bool_]:
    """Say of each item whether its draws are all alike in one metric and in answer, shape [N]."""
    said = np.array([len(answers) <= 1 for answers in tally.answers], dtype=np.bool_)
    both: npt.NDArray[np.bool_] = np.logical_and(scores_alike(tally, column), said)
    return both


def figure(statistic: Statistic, tally: Tally) -> Figure:
    """Compute a statistic on each item of a tally.

    Raises
    ------
    ClaimError
        If the metric is unknown or not 0/1 where it must be, there are too few draws, or their
        answers are not known where they are counted.
    """
    if statistic.of_answers:
        _check_draws(statistic, tally)
        values = _of_answers(statistic, tally)
        return Figure(statistic=statistic, tally=tally, column=0, values=values)
    if statistic.metric not in tally.metrics:
        msg = f"{statistic.source} has no metric {statistic.metric!r}"
        raise ClaimError(msg, hint=did_you_mean(statistic.metric, tally.metrics))
    column = tally.metrics.index(statistic.metric)
    sums, squares = tally.sums[:, column], tally.products[:, column, column]
    if not (np.isfinite(sums).all() and np.isfinite(squares).all()):
        msg = f"{statistic}: a score is not a finite number"
        raise ClaimError(msg)
    if statistic.of_counts:
        _check_counts(statistic, tally, binary=np.array_equal(sums, squares))
        values = _of_counts(statistic, tally.draws, sums.astype(np.int64))
    else:
        values = sums / tally.draws
    return Figure(statistic=statistic, tally=tally, column=column, values=values)


def _of_counts(statistic: Statistic, draws: IntArray, correct: IntArray) -> FloatArray:
    if statistic.kind == "pass_at":
        return pass_at_k(draws, correct, statistic.k)
    if statistic.kind == "pass_hat":
        return pass_hat_k(draws, correct, statistic.k)
    return g_pass(draws, correct, statistic.k, statistic.tau or 1.0)


def _of_answers(statistic: Statistic, tally: Tally) -> FloatArray:
    answers = answers_of(tally)
    if answers is None:
        msg = f"{statistic}: which answers the draws gave is not known"
        raise ClaimError(msg, hint="compare pass_at, pass_hat or mean")
    if statistic.votes:
        return majority_of(tally, statistic.k)
    return unique_answers(answers, statistic.k) / statistic.k


def _check_counts(statistic: Statistic, tally: Tally, *, binary: bool) -> None:
    if not binary:
        msg = f"{statistic} needs a 0/1 metric, and {statistic.metric!r} is graded"
        raise ClaimError(msg, hint=f"use .mean({statistic.metric!r})")
    _check_draws(statistic, tally)


def _check_draws(statistic: Statistic, tally: Tally) -> None:
    fewest = int(tally.draws.min())
    if statistic.k > fewest:
        msg = f"{statistic} needs at least {statistic.k} draws per item, and there are {fewest}"
        hint = f"set harness(draws={statistic.k}), better {2 * statistic.k}, or take a smaller k"
        if statistic.source.baseline:
            hint = (
                f"set `baseline: {{draws: {2 * statistic.k}}}` in the config and take it anew "
                "with --harness-update-baseline, or take a smaller k"
            )
        raise ClaimError(msg, hint=hint)
