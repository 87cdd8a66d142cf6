"""The judge in planning mode: draws nothing, and answers every claim with yes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.claims import Claim
from harness.errors import BaselineError, HarnessError, PlanError
from harness.judge.clerk import Clerk
from harness.judge.docket import place
from harness.judge.judge import Judge, asked_by_pytest
from harness.judge.predicates import functions_of
from harness.judge.record import Record
from harness.planning import forecast, outlooks, spreads
from harness.records import (
    Config,
    Forecast,
    Plan,
    PlannedClaim,
    Source,
    Tally,
    are_halves,
    describe_where,
)
from harness.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A comparison that an eval made while it was planned; an equivalence is made of two."""

    planned: PlannedClaim
    trial: Trial
    claim: Claim
    place: str

    def shared(self, plan: Plan) -> Intent:
        """Return it with an alarm's share of alpha, as a run with this plan decides it."""
        question, policy = self.claim.question, self.trial.policy
        found = plan.find(
            self.planned.nodeid, self.planned.task, self.planned.effect_text, question.direction,
            question.threshold, alarm=question.alarm,
        )  # fmt: skip
        if found is None or found.weight is None:
            return self
        policy = dataclasses.replace(policy, alpha=policy.alpha * found.weight)
        return dataclasses.replace(self, trial=dataclasses.replace(self.trial, policy=policy))


class Planner(Judge):
    """Takes down what the evals claim, with a forecast for each claim.

    `weight` is that of the alarms of the test at hand, beside others in the build.
    """

    def __init__(self, config: Config, clerk: Clerk, record: Record) -> None:
        super().__init__(config, clerk, record)
        self.weight = 1.0
        self.intents: list[Intent] = []
        self._asked: list[Intent] = []

    def rule(self, claim: Claim) -> bool:
        """Take a claim down, once, and say yes."""
        if asked_by_pytest() or self._is_decided(claim):
            return True
        try:
            intent = self._intent(claim)
        except HarnessError as error:
            self.docket.errors.append(error)
            raise
        self._asked.append(intent)
        if not any(_same(intent, other) for other in self.intents):
            self.intents.append(intent)
        return True

    def _is_decided(self, claim: Claim) -> bool:
        return any(intent.claim is claim for intent in self._asked)

    def _is_second_half(self, claim: Claim) -> bool:
        """Say whether what was asked last is the first half of a chain with `claim`."""
        last = self._asked[-1] if self._asked else None
        if (
            last is None
            or last.planned.nodeid != self.docket.nodeid
            or last.place != (claim.place or place())
        ):
            return False
        opposite = last.claim.question.direction != claim.question.direction
        named = (claim.sources[0].task, claim.effect_text)
        return opposite and (last.planned.task, last.planned.effect_text) == named

    def _intent(self, claim: Claim) -> Intent:
        self.clerk.check_arms(claim.sources, claim.text)
        trial = self.trial(claim, None)
        question, source = claim.question, claim.sources[0]
        kind: Literal["claim", "alarm"] = "alarm" if question.alarm else "claim"
        greater = question.direction == "greater"
        planned = PlannedClaim(
            nodeid=self.docket.nodeid,
            text=claim.normal_form,
            kind=kind,
            task=source.task,
            selection=describe_where(source.where),
            effect_text=claim.effect_text,
            low_margin=question.threshold if greater else None,
            high_margin=None if greater else question.threshold,
            draws=next((one.draws for one in claim.sources if not one.baseline), source.draws),
            auto=self.docket.auto,
            items=trial.policy.items,
            method=trial.policy.method,
            effect=trial.policy.effect,
            measure=self.clerk.measure(claim.sources, claim.defined, functions_of(claim.terms)),
            weight=self.weight if question.alarm else None,
        )
        return Intent(planned=planned, trial=trial, claim=claim, place=claim.place or place())

    def _ruled(self) -> list[tuple[Claim, str]]:
        return [
            (intent.claim, intent.place)
            for intent in self._asked
            if intent.planned.nodeid == self.docket.nodeid
        ]

    def plan(self) -> tuple[PlannedClaim, ...]:
        """Return the planned claims with their forecasts: alarms share alpha by their weights.

        Raises
        ------
        PlanError
            If margins are out of reach: all of them, a line each.
        """
        whole = sum(intent.planned.weight or 0.0 for intent in self.intents)
        found: list[PlannedClaim] = []
        refused: dict[tuple[str, str, str], str] = {}
        for intent in self.intents:
            try:
                found.append(self._forecast(intent, whole))
            except PlanError as error:  # once for both halves of an equivalence
                one = intent.planned
                refused.setdefault((one.nodeid, one.effect_text, error.message), str(error))
        if refused:
            raise PlanError("\n".join(refused.values()))
        places = [intent.place for intent in self.intents]
        return _joined(found, places)

    def _forecast(self, intent: Intent, whole: float) -> PlannedClaim:
        planned, trial = intent.planned, intent.trial
        if planned.weight is not None:
            weight = planned.weight / whole
            planned = dataclasses.replace(planned, weight=weight)
            alpha = trial.policy.alpha * weight
            trial = dataclasses.replace(
                trial, policy=dataclasses.replace(trial.policy, alpha=alpha)
            )
        known = self._known(trial.twins)
        parts = outlooks(trial.terms, self._names(trial.twins), known, self._model(trial.twins))
        try:
            seeds = spreads(trial.terms, known)
            return dataclasses.replace(planned, forecast=forecast(trial, parts, seeds))
        except HarnessError as error:
            error.where = error.where or f"{planned.nodeid}: {planned.text}"
            raise

    def _names(self, twins: Mapping[str, str]) -> Callable[[Source], list[str]]:
        """Return what names the items of a source, as the claim pairs them."""
        return lambda source: [twins.get(one.id, one.id) for one in self.clerk.items(source)]

    def _model(self, twins: Mapping[str, str]) -> Callable[[Source], object]:
        """Return what names the skills of a source: those of a model, on one side of twins."""

        def model(source: Source) -> object:
            arm = self.config.arms[source.arm]
            side = frozenset(one.id for one in self.clerk.items(source)) if twins else None
            return arm.engine, tuple(sorted(arm.options.items())), side

        return model

    def _known(self, twins: Mapping[str, str]) -> Callable[[Source], Tally | None]:
        """Return what finds the stored tally that can stand in for an arm's draws."""

        def known(source: Source) -> Tally | None:
            try:
                tally = self.clerk.stored(source)
            except BaselineError:
                return None
            names = tuple(twins.get(identity, identity) for identity in tally.ids)
            return dataclasses.replace(tally, ids=names)

        return known


def _same(one: Intent, other: Intent) -> bool:
    """Say whether a comparison was taken down before: an alarm anywhere, others at this place.

    The same comparison elsewhere may be the half of an equivalence.
    """
    alarm = one.planned.kind == "alarm"
    return one.planned == other.planned and (alarm or one.place == other.place)


def _joined(claims: Sequence[PlannedClaim], places: Sequence[str]) -> tuple[PlannedClaim, ...]:
    """Merge the two halves of each chained comparison into one equivalence."""
    merged: list[PlannedClaim] = []
    last_place = ""
    for claim, at in zip(claims, places, strict=True):
        last = merged[-1] if merged else None
        if last is not None and last_place == at and are_halves(last, claim):
            both = _both(last.forecast, claim.forecast)
            merged[-1] = dataclasses.replace(last.joined(claim), forecast=both)
        else:
            merged.append(claim)
        last_place = at
    return tuple({(one.nodeid, one.task, one.text): one for one in merged[::-1]}.values())[::-1]


def _both(first: Forecast | None, second: Forecast | None) -> Forecast | None:
    """Join the forecasts of two halves: both have to come out, and the slower one draws on."""
    if first is None or second is None:
        return None
    worse = max(first, second, key=lambda half: half.detectable)
    chances = (first.chance, second.chance)
    known = [chance for chance in chances if chance is not None]
    return dataclasses.replace(
        worse,
        chance=max(0.0, sum(known) - 1) if len(known) == len(chances) else None,
        draws_expected=max(first.draws_expected, second.draws_expected),
        draws_without_effect=max(first.draws_without_effect, second.draws_without_effect),
        advice=first.advice or second.advice,
    )
