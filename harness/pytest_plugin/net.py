"""At the end of a run: each gain net of its controls, from what claims have read anyway."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np

from harness.claims import Gain, gain_of
from harness.errors import HarnessError
from harness.judge import Controls
from harness.records import (
    ArmSpec,
    Look,
    Policy,
    Question,
    Recipe,
    Ruling,
    Source,
    Statistic,
    Tally,
    Term,
    describe_where,
)
from harness.report.measured import Measured
from harness.report.numbers import counted, signed
from harness.trial import Trial

_BY_SCORES = {"pass_at", "pass_hat", "mean"}


def net_of_controls(
    found: Measured, rulings: Iterable[Ruling], controls: Controls
) -> Iterator[str]:
    """Yield a line for each gain that was decided and each control of the arm that gains.

    Nothing is drawn for it: a control is told of where its draws on the same items were read by
    some claim, and all of those that were read count. It is a reading with the interval of the
    deciding method, no verdict. What is claimed over a control by itself is not repeated.

    Parameters
    ----------
    found
        What was read.
    rulings
        All of the run.
    controls
        The controls among the arms.
    """
    gains = [(ruling, gain) for ruling in rulings if (gain := _gain(ruling)) is not None]
    told = {(gain.statistic, gain.reference) for _, gain in gains}
    for ruling, gain in gains:
        found_controls = controls.of(gain.arm)
        names = {control.name for control in found_controls}
        if ruling.decision.verdict == "inconclusive" or gain.reference.source.name in names:
            continue
        for control in found_controls:
            reference = gain.of(control)
            if (gain.statistic, reference) not in told:
                told.add((gain.statistic, reference))
                yield from _line(found, ruling, gain, control)


def _gain(ruling: Ruling) -> Gain | None:
    if ruling.kind != "claim" or any(term.kind not in _BY_SCORES for term in ruling.terms):
        return None
    low, high = ruling.low_margin, ruling.high_margin
    question = (
        Question(direction="less", threshold=high or 0.0)
        if low is None
        else Question(direction="greater", threshold=low)
    )
    return gain_of(tuple((term.weight, _statistic(term)) for term in ruling.terms), question)


def _statistic(term: Term) -> Statistic:
    where = tuple(sorted((tag, tuple(values)) for tag, values in term.where.items()))
    source = Source(task=term.task, arm=term.arm, baseline=term.baseline, draws=0, where=where,
                    recipe=term.recipe)  # fmt: skip
    return Statistic(source=source, kind=cast("Any", term.kind), metric=term.metric, k=term.k)


def _line(found: Measured, ruling: Ruling, gain: Gain, control: ArmSpec | Recipe) -> Iterator[str]:
    terms, statistic = gain.over(control), gain.statistic
    tallies = {one: _tally(found, one.source) for _, one in terms}
    read = {one: tally for one, tally in tallies.items() if tally is not None}
    if len(read) != len(tallies):
        return
    draws = min(int(tally.draws.min()) for tally in read.values())
    policy = ruling.policy or Policy()
    if policy.method == "anytime":  # it bets on draws as they come, and these are there
        policy = dataclasses.replace(policy, method="auto")
    roster = found.rosters[statistic.source.task]
    trial = Trial(
        terms=terms,
        question=Question(direction="greater", threshold=0.0),
        policy=policy,
        looks=(Look(draws=draws),),
        clusters={
            identity: cluster
            for identity, cluster in zip(roster.ids, roster.clusters, strict=True)
            if cluster is not None
        },
    )
    try:
        decision, _ = trial.hear(lambda one, _: read[one])
    except HarnessError:
        return  # such as too few draws for a pass@k
    kind = "control" if control.control is None else control.control.kind
    low, high = (signed(bound, 0.0) for bound in (decision.low, decision.high))
    where = describe_where(statistic.source.where)
    net = f"net of {gain.of(control)} ({kind})"
    moved = f"{statistic} {signed(decision.effect, 0.0)} [{low}, {high}]"
    selected = f"{statistic.source.task} ({where})" if where else statistic.source.task
    yield f"{net}: {moved}, {counted(decision.items, 'item')} of {selected}"


def _tally(found: Measured, source: Source) -> Tally | None:
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
