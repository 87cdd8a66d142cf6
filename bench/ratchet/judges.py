"""Who decides: the plain paired t test, or the program itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from bench.ratchet.world import TASK, Draws
from harness.records import Look, Policy, Question, Source, Statistic, Tally, Verdict
from harness.trial import Trial

if TYPE_CHECKING:
    from bench.ratchet.world import IntArray

ALPHA = 0.05
MARGIN = 0.02  # of the gate of non-inferiority

#: `no_evidence(candidate < baseline)`
ALARM = Question(direction="less", threshold=0.0, alarm=True)
#: `candidate > baseline`
BETTER = Question(direction="greater", threshold=0.0)


def not_worse(margin: float) -> Question:
    """Return the question of `candidate > baseline - margin`."""
    return Question(direction="greater", threshold=-margin)


#: Holds a candidate against a baseline in each repetition: 1 supported, 0 inconclusive, -1 refuted.
Judge = Callable[[Question, Draws, Draws], "IntArray"]


def plain_t(question: Question, candidate: Draws, baseline: Draws) -> IntArray:
    """Decide by the paired t test over items, one-sided at alpha on either side."""
    items = candidate.right.shape[1]
    each = candidate.right / candidate.draws - baseline.right / baseline.draws
    se = each.std(axis=1, ddof=1) / np.sqrt(items)
    t = (each.mean(axis=1) - question.threshold) / se
    toward = t if question.direction == "greater" else -t
    shown = toward > special.stdtrit(items - 1, 1 - ALPHA)
    if question.alarm:
        return np.where(shown, -1, 1)
    refuted = toward < -special.stdtrit(items - 1, 1 - ALPHA)
    found: IntArray = shown.astype(np.int64) - refuted.astype(np.int64)
    return found


def program(question: Question, candidate: Draws, baseline: Draws) -> IntArray:
    """Decide as a run does: the program's trial of the claim, on tallies of the draws."""
    terms = ((1.0, _pass_at_1(candidate, stored=False)), (-1.0, _pass_at_1(baseline, stored=True)))
    trial = Trial(
        terms=terms, question=question, policy=Policy(alpha=ALPHA),
        looks=(Look(draws=candidate.draws),),
    )  # fmt: skip

    def verdict(row: int) -> Verdict:
        def tally(one: Statistic, _look: Look) -> Tally:
            return _tally(baseline if one.source.baseline else candidate, row)

        return trial.hear(tally)[0].verdict

    return np.array([_SIGN[verdict(row)] for row in range(len(candidate.right))], dtype=np.int64)


JUDGES: dict[str, Judge] = {"plain t": plain_t, "program": program}
_SIGN: dict[Verdict, int] = {"supported": 1, "inconclusive": 0, "refuted": -1}


def _pass_at_1(side: Draws, *, stored: bool) -> Statistic:
    source = Source(task=TASK, arm="model", baseline="baseline" if stored else "", draws=side.draws)
    return Statistic(source=source, kind="pass_at")


def _tally(side: Draws, row: int) -> Tally:
    sums = side.right[row].astype(np.float64)[:, None]
    items = len(sums)
    return Tally(
        ids=_ids(items), draws=np.full(items, side.draws), metrics=("correct",), sums=sums,
        products=sums[:, :, None], answers=({"right": 1, "wrong": 1},) * items,
    )  # fmt: skip


@cache
def _ids(items: int) -> tuple[str, ...]:
    return tuple(f"{item:05d}" for item in range(items))
