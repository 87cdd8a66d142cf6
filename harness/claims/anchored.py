"""Claims that a policy adds: what may be lost to a baseline is held against the anchor too.

Each change may lose a little within its margin, and many of them a lot: the anchor stays.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from harness.claims.claim import Claim
from harness.records import Direction, Statistic, Terms


def held_to_anchor(ruled: Iterable[tuple[Claim, str]], margin: float) -> Iterator[Claim]:
    """Yield the claims that no more than `margin` is lost of what the anchors have.

    Parameters
    ----------
    ruled
        Claims of a test, each with its place. Those that spare a loss to a baseline, and alarms
        on one, have a claim on the anchor; others, such as that of a gain, have none.
    margin
        The most that may be lost, above 0.
    """
    known: set[tuple[Terms, Direction]] = set()
    for claim, place in ruled:
        direction = _spared(claim)
        if direction is None:
            continue
        if (claim.terms, direction) not in known:
            known.add((claim.terms, direction))
            yield _on_anchor(claim, direction, margin, place)


def _spared(claim: Claim) -> Direction | None:
    """Return the direction in which a claim says that nothing much is lost; None if it does not."""
    if not any(source.baseline == "baseline" for source in claim.sources):
        return None
    direction, threshold = claim.question.direction, claim.question.threshold
    if claim.question.alarm:  # it rings for a loss
        return "less" if direction == "greater" else "greater"
    return direction if (threshold < 0) == (direction == "greater") and threshold else None


def _on_anchor(claim: Claim, direction: Direction, margin: float, place: str) -> Claim:
    greater = direction == "greater"
    effect = claim.effect_text.replace("baseline[", "anchor[")
    threshold = -margin if greater else margin
    return claim.added(
        text=f"{effect} {'>' if greater else '<'} {threshold:g}",
        terms=tuple((weight, _of_anchor(statistic)) for weight, statistic in claim.terms),
        effect_text=effect,
        question=dataclasses.replace(
            claim.question, direction=direction, threshold=threshold, alarm=False
        ),
        place=place,
    )


def _of_anchor(statistic: Statistic) -> Statistic:
    source = statistic.source
    if source.baseline != "baseline":
        return statistic
    return dataclasses.replace(statistic, source=dataclasses.replace(source, baseline="anchor"))
