"""What a claim was planned for."""

from __future__ import annotations

from harness.records import Policy, Question

_ROUNDING = 1e-9


def design_distance(question: Question, policy: Policy, *, contrast: bool) -> float | None:
    """Return how far beyond the threshold the effect is that the claim was planned for.

    Non-inferiority and equivalence are planned at no change; an alarm, and a claim of a gain, at
    the policy's effect of interest beyond the threshold. None if that is not declared.

    Parameters
    ----------
    question, policy
        As for the decision.
    contrast
        Whether an effect of zero means no change.
    """
    sign = 1 if question.direction == "greater" else -1
    if not question.alarm and contrast and sign * question.threshold < -_ROUNDING:
        return abs(question.threshold)
    return policy.effect
