"""Two gains that are compared may start from different levels, which is another explanation."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence

from harness.errors import HarnessError
from harness.estimate import Figure
from harness.records import Look, Question, Statistic, Terms
from harness.trial import Trial

_TWO_GAINS = 4  # quantities
_Weighted = list[tuple[float, Figure]]


def unequal_starts(trial: Trial, figures: Sequence[Figure]) -> Iterator[str]:
    """Tell of a difference in differences whose two gains are shown to start unequal.

    The less was there, the more could be gained: on another scale, such as the share of the room
    that was left, the same data may say the opposite (Loftus 1978, "On interpretation of
    interactions", Memory & Cognition 6, 312-319). Shown is what excludes equality at the claim's
    alpha on either side, on the draws that the claim was decided on.

    Parameters
    ----------
    trial
        The claim's.
    figures
        Of each of its terms, from the look that it was decided at.
    """
    groups = _grouped(trial.terms, figures)
    if groups is None:
        return
    first, second = groups[1], groups[3]
    tallies = {figure.statistic: figure.tally for _, figure in (*first, *second)}
    method = "auto" if trial.policy.method == "anytime" else trial.policy.method
    starts = dataclasses.replace(
        trial,
        terms=tuple(
            (sign * weight, figure.statistic)
            for sign, own in ((1.0, first), (-1.0, second))
            for weight, figure in own
        ),
        question=Question(direction="greater", threshold=0.0),
        policy=dataclasses.replace(trial.policy, method=method),
        looks=(Look(draws=min(figure.draws for _, figure in (*first, *second))),),
    )
    try:
        decision, _ = starts.hear(lambda one, _: tallies[one])
    except HarnessError:
        return  # what can't be decided is not shown
    if decision.verdict != "inconclusive":
        yield (
            f"the gains start from different levels, {_level(first)} and {_level(second)}: "
            "what is gained may reflect the room that was left"
        )


def _grouped(terms: Terms, figures: Sequence[Figure]) -> list[_Weighted] | None:
    """Return the four quantities of two gains, each to count once; None if it is something else.

    They stand as they were written, so that the second of each pair is what the first gains on.
    Terms of one name, such as the seeds of a recipe, are one quantity.
    """
    if len({_kind(statistic) for _, statistic in terms}) > 1:
        return None
    groups: dict[str, _Weighted] = {}
    for (weight, statistic), figure in zip(terms, figures, strict=True):
        groups.setdefault(str(statistic), []).append((weight, figure))
    whole = [sum(weight for weight, _ in group) for group in groups.values()]
    if len(whole) != _TWO_GAINS or not all(map(math.isclose, whole, _balanced(whole[0]))):
        return None
    return [
        [(weight / total, figure) for weight, figure in group]
        for total, group in zip(whole, groups.values(), strict=True)
    ]


def _balanced(weight: float) -> tuple[float, ...]:
    return weight, -weight, -weight, weight


def _kind(statistic: Statistic) -> object:
    return statistic.kind, statistic.metric, statistic.k, statistic.tau, statistic.predicate


def _level(start: _Weighted) -> str:
    return f"{start[0][1].statistic} {sum(weight * figure.mean for weight, figure in start):.3f}"
