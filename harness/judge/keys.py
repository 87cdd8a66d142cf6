"""The keys under which the ledger keeps what was asked, on which draws, and what was decided."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence

import harness
from harness.claims import Claim
from harness.judge.clerk import Clerk
from harness.records import Direction, Policy, Source, Terms
from harness.trial import Trial

_DIGITS = 12


def effect_key(claim: Claim, clerk: Clerk) -> str:
    """Return the hash of what a claim is about: the effect, its direction, and whom it is on.

    Margin, policy, plan and draws don't enter: with others of them it is the same try again. Nor
    does the spelling: `a > b`, `b < a` and `2 * a > 2 * b` are one effect.
    """
    terms, direction = _canonical(claim)
    sources = _sources(terms)
    parts = [
        sources[0].task,
        [[weight, str(statistic)] for weight, statistic in terms],
        direction,
        claim.question.alarm,
        [clerk.fingerprint(source) for source in sources if not source.baseline],
        clerk.measure(sources),
    ]
    return _hash(parts, size=8)


def draws_key(claim: Claim, clerk: Clerk) -> str:
    """Return the hash of the draws that a claim reads, however many of them, and of baselines."""
    terms, _ = _canonical(claim)
    return _hash(_drawn(_sources(terms), clerk), size=8)


def verdict_key(claim: Claim, trial: Trial, clerk: Clerk) -> str:
    """Return the hash of all that a verdict rests on; empty where that can't be known."""
    sources = claim.sources
    if any(statistic.predicate is not None for _, statistic in claim.terms) or not all(
        clerk.pinned(source) for source in sources
    ):
        return ""
    parts = [
        harness.__version__,
        [[weight, str(statistic)] for weight, statistic in claim.terms],
        dataclasses.asdict(trial.question),
        _deciding(trial.policy),
        [dataclasses.asdict(look) for look in trial.looks],
        [clerk.scorer_key(source.task) for source in sources],
        [[item.key for item in clerk.items(one)] for one in sources],
        _drawn(sources, clerk),
    ]
    return _hash(parts, size=16)


def _deciding(policy: Policy) -> dict[str, object]:
    """Return what of a policy a verdict can depend on; which claims it adds is not of it."""
    found = dataclasses.asdict(policy)
    del found["require_control"], found["max_format_share"]
    return found


def _canonical(claim: Claim) -> tuple[Terms, Direction]:
    """Order the terms by name, and let the first one count once, from above or from below."""
    terms = sorted(claim.terms, key=lambda term: (str(term[1]), term[1].source.arm))
    scale, direction = terms[0][0], claim.question.direction
    if scale < 0:
        direction = "less" if direction == "greater" else "greater"
    return tuple((round(weight / scale, _DIGITS), one) for weight, one in terms), direction


def _sources(terms: Terms) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(statistic.source for _, statistic in terms))


def _drawn(sources: Sequence[Source], clerk: Clerk) -> list[str]:
    return [clerk.digest(one) if one.baseline else clerk.identity(one) for one in sources]


def _hash(parts: object, *, size: int) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=size).hexdigest()
