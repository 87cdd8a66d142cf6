"""What a run's draws say beside its claims: readings with intervals, and no verdicts."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import numpy as np

from harness.errors import HarnessError
from harness.records import (
    Decision,
    Look,
    Policy,
    Question,
    Source,
    Statistic,
    Tally,
    Term,
    Terms,
    describe_where,
)
from harness.report.measured import Measured
from harness.trial import Trial

#: Statistics that tallies tell, without texts or votes.
BY_STORED = {"pass_at", "pass_hat", "g_pass_at", "distinct_at", "mean"}


def statistic_of(term: Term) -> Statistic:
    """Return the statistic that a reported term tells, without a word on its draws."""
    where = tuple(sorted((tag, tuple(values)) for tag, values in term.where.items()))
    source = Source(
        task=term.task, arm=term.arm, baseline=term.baseline, draws=0, where=where,
        recipe=term.recipe,
    )  # fmt: skip
    return Statistic(
        source=source, kind=cast("Any", term.kind), metric=term.metric, k=term.k, tau=term.tau
    )


def selected(source: Source) -> str:
    """Name the items of a source: the task, and what is selected of it."""
    where = describe_where(source.where)
    return f"{source.task} ({where})" if where else source.task


def reading(found: Measured, terms: Terms, policy: Policy) -> Decision | None:
    """Decide an effect against zero on all draws that were read of its items.

    Parameters
    ----------
    found
        What was read.
    terms
        The effect, of statistics that scores tell, of arms themselves.
    policy
        Gives method and level; what bets on draws as they come is replaced, since they are there.

    Returns
    -------
    Decision or None
        None where not all of it was read, or it can't be told, as with too few draws for a pass@k.
    """
    tallies = {one: tally_of(found, one.source) for _, one in terms}
    read = {one: tally for one, tally in tallies.items() if tally is not None}
    if len(read) != len(tallies):
        return None
    if policy.method == "anytime":
        policy = dataclasses.replace(policy, method="auto")
    roster = found.rosters[terms[0][1].source.task]
    trial = Trial(
        terms=terms,
        question=Question(direction="greater", threshold=0.0),
        policy=policy,
        looks=(Look(draws=min(int(tally.draws.min()) for tally in read.values())),),
        clusters={
            identity: cluster
            for identity, cluster in zip(roster.ids, roster.clusters, strict=True)
            if cluster is not None
        },
    )
    try:
        decision, _ = trial.hear(lambda one, _: read[one])
    except HarnessError:
        return None
    return decision


def tally_of(found: Measured, source: Source) -> Tally | None:
    """Return what was read of an arm on a selection of items; None if that is not all of them."""
    tally, roster = found.tallies.get((source.task, source.arm)), found.rosters[source.task]
    if tally is None:
        return None
    wanted = np.ones(len(roster.ids), dtype=np.bool_)
    for tag, values in source.where:
        wanted &= np.array([value in values for value in roster.tags[tag]])
    rows = {identity: row for row, identity in enumerate(tally.ids)}
    chosen = [identity for identity, is_in in zip(roster.ids, wanted, strict=True) if is_in]
    if not chosen or any(identity not in rows for identity in chosen):
        return None
    return tally.chosen([rows[identity] for identity in chosen])
