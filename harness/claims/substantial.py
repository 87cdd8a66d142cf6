"""Claims that a policy adds: enough of what an arm gains is seen by lenient scoring too.

A gain of `correct` that only puts right answers into the wanted form is none of the skill.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping

from harness.claims.claim import Claim
from harness.claims.controlled import Gain, gain_of
from harness.claims.quantity import describe
from harness.records import Question, Statistic, Terms, whole

_CORRECT = "correct"
_SCORES = ("pass_at", "pass_hat", "g_pass_at", "mean")
_DIGITS = 12


def strict_gain(claim: Claim) -> Gain | None:
    """Return the gain of `correct` on `correct` that is claimed; None for any other claim.

    Votes and functions of the text read no metric.
    """
    gain = gain_of(claim.terms, claim.question)
    if gain is None:
        return None
    sides = (gain.statistic, gain.reference)
    strict = all(one.metric == _CORRECT and one.kind in _SCORES for one in sides)
    return gain if strict else None


def held_to_substance(
    ruled: Iterable[tuple[Claim, str]],
    share: float,
    candidate: Callable[[Gain], bool],
    lenient_of: Callable[[Statistic], str],
) -> Iterator[Claim]:
    """Yield the claims that at most a share of each gain of `correct` is one of format.

    ``(rl[lenient] - base[lenient]) > (1 - share) * (rl - base)``, each by the statistic of the
    gain, on the same items and draws: lenient scoring sees the rest.

    Parameters
    ----------
    ruled
        Claims of a test, each with its place.
    share
        The most that may be format, in (0, 1].
    candidate
        Says whether a gain is that of a candidate.
    lenient_of
        Gives the lenient metric of a statistic's task; empty if it has none. Such a gain has no
        claim.

    Yields
    ------
    Claim
        One for each gain, but for what the test claims itself.
    """
    claims = list(ruled)
    known = [_shown(claim) for claim, _ in claims]
    for claim, place in claims:
        gain = strict_gain(claim)
        if gain is None or not candidate(gain):
            continue
        found = _companion(claim, gain, round(1 - share, _DIGITS), lenient_of, place)
        if found is not None and (shown := _shown(found)) not in known:
            known.append(shown)
            yield found


def _companion(
    claim: Claim, gain: Gain, kept: float, lenient_of: Callable[[Statistic], str], place: str
) -> Claim | None:
    up, down = gain.statistic, gain.reference
    if not (lenient_of(up) and lenient_of(down)):
        return None
    seen, seen_before = (dataclasses.replace(one, metric=lenient_of(one)) for one in (up, down))
    strict = _signed(claim.terms, up)
    by_lenient = [
        (weight, dataclasses.replace(one, metric=lenient_of(one))) for weight, one in strict
    ]
    terms = (*by_lenient, *((-kept * weight, one) for weight, one in strict if kept))
    least = f" - {seen_before} > {kept:g} * ({up} - {down})" if kept else f" > {seen_before}"
    return claim.added(
        text=f"{seen}{least} (substance)",
        terms=terms,
        effect_text=describe(terms),
        question=Question(direction="greater", threshold=0.0),
        place=place,
    )


def _signed(terms: Terms, up: Statistic) -> Terms:
    """Return the gain, with the weights of what gains adding up to 1; a recipe's are many."""
    size = sum(abs(weight) for weight, one in terms if whole(one) == up)
    return tuple(
        (abs(weight) / size * (1 if whole(one) == up else -1), one) for weight, one in terms
    )


def _shown(claim: Claim) -> Mapping[Statistic, float] | None:
    """Return the combination that a claim says lies above zero, if it says so of one."""
    question = claim.question
    turned = question.direction == "less"
    if question.alarm or (question.threshold > 0 if turned else question.threshold < 0):
        return None
    sign = -1 if turned else 1
    return {one: round(sign * weight, _DIGITS) for weight, one in claim.terms}
