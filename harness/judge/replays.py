"""What an arm that replays a record can't give, said by name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import numpy as np

from harness.errors import BaselineError, ClaimError
from harness.records import UNKNOWN, ArmSpec, Statistic, Tally


def refuse_fresh(arm: ArmSpec) -> None:
    """Refuse fresh draws of a record.

    Raises
    ------
    ClaimError
        Always; it names the arm.
    """
    msg = f"{arm.name!r} replays a record, which has no fresh draws"
    hint = "run without --harness-fresh, or let the arm name another record"
    raise ClaimError(msg, where=arm.where, hint=hint)


def refuse_baseline(arm: ArmSpec) -> None:
    """Refuse a baseline of a record: it would hold the very draws that are judged.

    Raises
    ------
    BaselineError
        Always; it names the arm.
    """
    msg = f"{arm.name!r} replays a record, which can't be sampled afresh for a baseline"
    hint = f"compare with the recorded arm itself: arms[{arm.name!r}]"
    raise BaselineError(msg, where=arm.where, hint=hint)


def check_apart(arms: Sequence[ArmSpec]) -> None:
    """Refuse two records of which one lies in the other: they share draws.

    Raises
    ------
    ClaimError
        With the two arms and the record that lies in the other.
    """
    paths = {arm.name: Path(arm.options["path"]).resolve() for arm in arms}
    for inner, outer in permutations(paths, 2):
        if paths[outer] in paths[inner].parents:
            msg = f"{inner!r} and {outer!r} share draws: {paths[inner]} lies in {paths[outer]}"
            raise ClaimError(msg, where=arms[0].where, hint="give each a record of its own")


def check_known(statistic: Statistic, tally: Tally, arm: ArmSpec) -> None:
    """Refuse a statistic that a record of counts does not tell.

    Parameters
    ----------
    statistic
        What is asked for.
    tally
        The record's draws, as they were scored.
    arm
        The arm that replays it.

    Raises
    ------
    ClaimError
        If it takes texts, or a metric that the record does not count.
    """
    if not any(UNKNOWN in answers for answers in tally.answers):
        return
    if statistic.of_answers or statistic.predicate is not None:
        known = False
    elif statistic.metric in tally.metrics:
        known = bool(np.isfinite(tally.sums[:, tally.metrics.index(statistic.metric)]).all())
    else:
        return
    if not known:
        msg = f"{statistic} is unknown: the record of {arm.name!r} holds counts, no texts"
        hint = "claim pass_at, pass_hat or mean of 'correct', or record the completions"
        raise ClaimError(msg, where=arm.where, hint=hint)
