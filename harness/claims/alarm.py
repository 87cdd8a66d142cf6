"""Alarms: claims that fail on evidence for the contrary alone."""

from __future__ import annotations

from harness.claims.claim import Claim
from harness.claims.joint import JointClaim
from harness.errors import ClaimError
from harness.records import Question


def no_evidence(claim: object) -> Claim:
    """Turn a claim into an alarm: refuted if there is evidence for it, else quiet.

    Examples
    --------
    >>> assert no_evidence(rl.pass_at(1) < base.pass_at(1))  # doctest: +SKIP

    Raises
    ------
    ClaimError
        If `claim` is no claim that is still undecided, such as one whose truth was taken by
        `and`, `not` or a chained comparison, or if it is made of several comparisons.
    """
    if isinstance(claim, JointClaim):
        msg = f"{claim.text} is made of several comparisons, and an alarm is about one"
        hint = "write an alarm for each, such as no_evidence(a.pass_at(16) < b.pass_at(16))"
        raise ClaimError(msg, hint=hint)
    if not isinstance(claim, Claim):
        msg = f"no_evidence() takes a claim, got {type(claim).__name__}"
        raise ClaimError(msg, hint="write no_evidence(a < b), one comparison, not yet decided")
    if claim.question.alarm:
        msg = f"{claim.text} is an alarm already"
        raise ClaimError(msg, hint="take one no_evidence() away")
    question = claim.question
    alarm = Claim(
        judge=claim.judge,
        text=f"no_evidence({claim.text})",
        terms=claim.terms,
        effect_text=claim.effect_text,
        question=Question(direction=question.direction, threshold=question.threshold, alarm=True),
        inner=claim,
        defined=claim.defined,
    )
    claim.judge.note(alarm)
    return alarm
