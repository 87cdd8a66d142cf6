"""Replay a suite of claims, and count what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from harness.calibration.stage import Scenario, Stage, Stored
from harness.errors import HarnessError
from harness.judge import Intent
from harness.records import Verdict, are_halves
from harness.stats.proportion import wilson

SCENARIOS: tuple[Scenario, ...] = ("identical", "edge", "design")
_ERROR = 0.025  # of each end of an interval of the Monte Carlo error
_WORST: tuple[Verdict, ...] = ("refuted", "inconclusive", "supported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often something happened in so many repetitions."""

    hits: int
    repeats: int

    @property
    def value(self) -> float:
        """The share."""
        return self.hits / self.repeats

    @property
    def interval(self) -> tuple[float, float]:
        """95% interval of the true rate (Wilson): the Monte Carlo error."""
        return wilson(self.hits, self.repeats, _ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What became of one claim in each repetition of each scenario.

    Attributes
    ----------
    nodeid, text, kind
        The claim.
    true_of_identical
        Whether the claim is true of identical models.
    draws
        Draws per item that it was replayed with, at most.
    refused
        Why it was not replayed; empty if it was.
    verdicts
        By scenario; a scenario that the claim has not is left out.
    """

    nodeid: str
    text: str
    kind: str
    true_of_identical: bool = False
    draws: int = 0
    refused: str = ""
    verdicts: Mapping[Scenario, tuple[Verdict, ...]] = field(default_factory=dict)

    def rate(self, scenario: Scenario, verdict: Verdict) -> Rate | None:
        """Return how often the claim got a verdict; None if it does not play the scenario."""
        found = self.verdicts.get(scenario)
        return None if found is None else Rate(hits=found.count(verdict), repeats=len(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A suite's claims after the replay."""

    claims: tuple[Replay, ...]
    repeats: int

    @property
    def false_alarm(self) -> Rate | None:
        """How often some alarm rings on identical models; None without alarms."""
        alarms = [claim for claim in self._played("identical") if claim.kind == "alarm"]
        return self._some(alarms, "identical", "refuted")

    @property
    def flips(self) -> Rate | None:
        """How often some claim that is true of identical models is not supported on them."""
        true = [claim for claim in self._played("identical") if claim.true_of_identical]
        return _others(self._all(true, "identical"))

    @property
    def false_green(self) -> Rate | None:
        """How often all is supported on identical models, though some claim is false of them."""
        played = self._played("identical")
        if all(claim.true_of_identical for claim in played):
            return None
        return self._all(played, "identical")

    @property
    def power(self) -> Rate | None:
        """How often all is supported at the effects that the claims are planned for."""
        return self._all(self._played("design"), "design")

    def _played(self, scenario: Scenario) -> list[Replay]:
        return [claim for claim in self.claims if scenario in claim.verdicts]

    def _all(self, claims: Sequence[Replay], scenario: Scenario) -> Rate | None:
        rows = _rows(claims, scenario)
        hits = sum(all(verdict == "supported" for verdict in row) for row in rows)
        return Rate(hits=hits, repeats=self.repeats) if claims else None

    def _some(self, claims: Sequence[Replay], scenario: Scenario, verdict: Verdict) -> Rate | None:
        hits = sum(verdict in row for row in _rows(claims, scenario))
        return Rate(hits=hits, repeats=self.repeats) if claims else None


def _rows(claims: Sequence[Replay], scenario: Scenario) -> Iterator[tuple[Verdict, ...]]:
    """Yield the verdicts of all claims, repetition by repetition."""
    return zip(*(claim.verdicts[scenario] for claim in claims), strict=True)


def _others(rate: Rate | None) -> Rate | None:
    """Return the rate of the opposite."""
    return None if rate is None else Rate(hits=rate.repeats - rate.hits, repeats=rate.repeats)


def replay(
    intents: Sequence[Intent],
    stored: Stored,
    repeats: int,
    seed: int,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Suite:
    """Replay claims on stored draws of one arm, through the decision path of a real run.

    Identical models: each item's stored draws are dealt out without replacement, a share for
    each source of a claim. The null is sharp then: models that differ item by item and cancel are
    not played. At the edge, and at the effect that a claim is planned for, draws are binomial
    with the stored rates, one source's moved to fit.

    Parameters
    ----------
    intents
        The claims, as planned.
    stored
        Gives the stored tally of the arm on the items of a source.
    repeats
        Repetitions of each scenario.
    seed
        Of the splits; a repetition deals the same hands to all claims on the same items.
    progress
        Told how many claims of how many are done.
    """
    groups = list(_together(intents))
    found = []
    for number, group in enumerate(groups):
        progress(number, len(groups))
        found.append(_replay(group, stored, repeats, seed))
    progress(len(groups), len(groups))
    return Suite(claims=tuple(found), repeats=repeats)


def _together(intents: Sequence[Intent]) -> Iterator[list[Intent]]:
    """Gather the two halves of each equivalence."""
    group: list[Intent] = []
    for intent in intents:
        if group and (len(group) > 1 or not _halves(group[-1], intent)):
            yield group
            group = []
        group.append(intent)
    if group:
        yield group


def _halves(first: Intent, second: Intent) -> bool:
    return first.place == second.place and are_halves(first.planned, second.planned)


def _replay(group: Sequence[Intent], stored: Stored, repeats: int, seed: int) -> Replay:
    planned = group[0].planned
    if len(group) > 1:
        planned = planned.joined(group[1].planned)
    try:
        stages = [Stage(intent.trial, stored) for intent in group]
        verdicts = {
            scenario: found
            for scenario in SCENARIOS
            if (found := _verdicts(stages, scenario, repeats, seed))
        }
    except HarnessError as error:
        return Replay(
            nodeid=planned.nodeid, text=planned.text, kind=planned.kind, refused=str(error)
        )
    return Replay(
        nodeid=planned.nodeid,
        text=planned.text,
        kind=planned.kind,
        true_of_identical=all(stage.holds_for_identical for stage in stages),
        draws=stages[0].draws,
        verdicts=verdicts,
    )


def _verdicts(
    stages: Sequence[Stage], scenario: Scenario, repeats: int, seed: int
) -> tuple[Verdict, ...]:
    """Play a scenario; of an equivalence the first half's edge is played for both."""
    move = stages[0].shift(scenario)
    if move is None:
        return ()
    found = []
    for repetition in range(repeats):
        verdicts = [
            stage.verdict(scenario, move, np.random.default_rng([seed, repetition]))
            for stage in stages
        ]
        found.append(min(verdicts, key=_WORST.index))
    return tuple(found)
