"""The judge of a session: rules on claims, each once, and keeps the docket."""

from __future__ import annotations

import contextlib
import dataclasses
import sys

from harness.claims import (
    Arms,
    Baselines,
    Claim,
    held_to_anchor,
    held_to_controls,
    held_to_substance,
)
from harness.errors import ClaimError, HarnessError, PlanError
from harness.judge.choices import check_choices
from harness.judge.clerk import Clerk
from harness.judge.controls import Controls
from harness.judge.docket import Docket
from harness.judge.predicates import check_names
from harness.judge.readings import readings_of
from harness.judge.reads import Reads
from harness.judge.recipes import check_recipes
from harness.judge.record import Record
from harness.judge.starts import unequal_starts
from harness.judge.substance import Substance
from harness.judge.twins import clusters_of, lone_twins, names_of_twins
from harness.judge.votes import check_votes
from harness.records import (
    Config,
    Decision,
    PlannedClaim,
    Policy,
    Reading,
    Source,
    Where,
)
from harness.trial import Trial, looks_of


class Judge:
    """Rules on claims: on what the clerk brings, as planned, and as the record allows."""

    def __init__(self, config: Config, clerk: Clerk, record: Record) -> None:
        self.config = config
        self.clerk = clerk
        self.record = record
        self.reads = Reads(clerk)
        self.controls = Controls(config.arms, config.recipes)
        self.docket = self._closed()

    def _closed(self) -> Docket:
        policy, auto = self.config.policy, self.config.auto
        return Docket(nodeid="", policy=policy, auto=auto, closed=True)

    def open_docket(self, nodeid: str, policy: Policy, *, auto: bool) -> Docket:
        """Begin the docket of a test; claims from now on belong to it."""
        self.docket = Docket(nodeid=nodeid, policy=policy, auto=auto)
        return self.docket

    def close_docket(self) -> None:
        """End the docket of a test; claims from now on, as in a fixture's end, are refused."""
        self.docket = self._closed()

    def arms(self, task: str, draws: int, where: Where) -> Arms:
        """Return the arms on a task's items, as a test sees them."""
        source = Source(task=task, arm="", baseline="", draws=draws, where=where)
        arms, series = tuple(self.config.arms), self.config.series
        return Arms(self, source, arms, recipes=self._recipes(), ordered=series)

    def baselines(self, task: str, draws: int, where: Where, name: str = "baseline") -> Baselines:
        """Return the arms' baselines, or anchors, on a task's items, as a test sees them."""
        source = Source(task=task, arm="", baseline=name, draws=draws, where=where)
        return Baselines(self, source, tuple(self.config.arms), recipes=self._recipes())

    def _recipes(self) -> dict[str, tuple[str, ...]]:
        return {name: recipe.seeds for name, recipe in self.config.recipes.items()}

    def draws(self, source: Source) -> int:
        """Return the draws that are asked for, or one where likelihoods of choices are compared."""
        try:
            likelihoods = self.clerk.task(source.task).likelihoods
        except HarnessError:
            return source.draws  # what is wrong is told when a claim is decided
        return 1 if likelihoods else source.draws

    def note(self, claim: Claim) -> None:
        """Take notice of a claim that was built.

        Raises
        ------
        ClaimError
            If it is an alarm about a claim that has been decided already, in whole or in part.
        """
        if claim.inner is not None and self._is_decided(claim.inner):
            msg = f"{claim.inner.text} has been decided already: it can't become an alarm"
            raise ClaimError(msg, hint="write no_evidence(a < b) with a comparison of its own")
        if claim.inner is not None and self._is_second_half(claim):
            msg = "no_evidence() takes one comparison, not a chained one"
            raise ClaimError(msg, hint="write an alarm for each side")
        self.docket.built.append(claim)

    def _is_decided(self, claim: Claim) -> bool:
        return self.docket.ruling_on(claim) is not None

    def _is_second_half(self, claim: Claim) -> bool:
        return self.docket.is_second_half(claim)

    def rule(self, claim: Claim) -> bool:
        """Decide a claim whose truth is taken, enter it in the docket once, and say if it holds.

        Where the policy does not fail what is inconclusive, the test goes on past it.
        """
        ruling = self.docket.ruling_on(claim)
        if ruling is None:
            if asked_by_pytest():
                return True
            if self.docket.closed:
                msg = f"{claim.text} is asked for outside of an eval, where no verdict counts"
                late = ClaimError(msg, hint="assert it in the body of a test marked harness")
                self.docket.errors.append(late)  # it counts even if a fixture's end catches it
                raise late
            try:
                planned = self._planned(claim)
                trial, decision, readings = self._decide(claim, planned)
                for source in claim.sources:
                    self.reads.note(source, trial.look_of(decision))
                exploratory = self.record.exploratory(claim, planned, self.docket, trial.policy)
            except HarnessError as error:
                self.docket.errors.append(error)  # it counts even if the test catches it
                raise
            ruling = self.docket.enter(claim, decision, readings, exploratory, trial)
        verdict = ruling.decision.verdict
        lenient = self.docket.policy.inconclusive != "fail"
        return verdict == "supported" or (lenient and verdict == "inconclusive")

    def hold_to_policy(self) -> None:
        """Let the policy's claims follow from those that the test has made.

        They are on the anchor, on controls, and on the substance of a gain. A gain that lacks what
        these need is told in the docket.
        """
        policy, ruled = self.docket.policy, self._ruled()
        gains = [(claim, place) for claim, place in ruled if claim.certifies]
        added: list[Claim] = []
        if policy.anchor is not None:
            added += held_to_anchor(ruled, policy.anchor)
        if policy.require_control:
            added += held_to_controls(gains, self.controls.of)
            lacks = (self.controls.lack(claim, place) for claim, place in gains)
            self.docket.unmet += filter(None, lacks)
        if policy.max_format_share is not None:
            substance = Substance(self.clerk.task, self.controls.candidate)
            added += held_to_substance(
                gains, policy.max_format_share, substance.candidate, substance.lenient
            )
            self.docket.unmet += substance.lacks(gains)
        for claim in added:
            with contextlib.suppress(HarnessError):  # the docket has it
                self.rule(claim)

    def _ruled(self) -> list[tuple[Claim, str]]:
        places = [ruling.place for ruling in self.docket.rulings]
        return list(zip(self.docket.decided, places, strict=True))

    def _planned(self, claim: Claim) -> PlannedClaim | None:
        """Return what was planned for a claim; None if there is no plan at all."""
        plan = self.record.plan
        if plan is None:
            return None
        found = plan.find(
            self.docket.nodeid, claim.sources[0].task, claim.effect_text, claim.question.direction,
            claim.question.threshold, alarm=claim.question.alarm,
        )  # fmt: skip
        if found is None:
            msg = f"the plan has no claim {claim.normal_form} in this eval"
            raise PlanError(msg, where=str(self.record.plan_path), hint="harness plan --write")
        return found

    def _decide(
        self, claim: Claim, planned: PlannedClaim | None
    ) -> tuple[Trial, Decision, tuple[Reading, ...]]:
        sources = claim.sources
        self.clerk.check_arms(sources, claim.text)
        self.clerk.check_draws(sources)
        trial = self.trial(claim, planned)
        found = self.record.recall(claim, trial)
        if found is not None:
            return trial, *found
        trial = self.record.resumed(claim, trial)
        decision, figures = trial.hear(self.clerk.tally)
        doubts = dict.fromkeys(doubt for figure in figures for doubt in self.clerk.doubts(figure))
        if not claim.defined:  # what has a name is no difference in differences
            doubts |= dict.fromkeys(unequal_starts(trial, figures))
        doubts |= dict.fromkeys(lone_twins([self.clerk.items(source) for source in sources]))
        decision = dataclasses.replace(decision, warnings=(*decision.warnings, *doubts))
        readings = readings_of(figures)
        self.record.keep(claim, trial, decision, readings)
        return trial, decision, readings

    def trial(self, claim: Claim, planned: PlannedClaim | None) -> Trial:
        """Return a claim's trial: its policy, with an alarm's share of alpha, and its looks."""
        policy, question = self.docket.policy, claim.question
        check_votes(claim.terms, policy, self.clerk.task)
        check_names(claim.terms, self.docket.functions)
        check_choices(claim.terms, policy, self.clerk.task, self.config.arms)
        check_recipes(claim, policy, self.config)
        if planned is not None and planned.weight is not None:
            policy = dataclasses.replace(policy, alpha=policy.alpha * planned.weight)
        if planned is not None and planned.forecast is not None:
            question = dataclasses.replace(question, variance=planned.forecast.variance)
        sources = claim.sources
        draws = next((one.draws for one in sources if not one.baseline), sources[0].draws)
        items = [self.clerk.items(source) for source in sources]
        twins = names_of_twins(items)
        return Trial(
            terms=claim.terms,
            question=question,
            policy=policy,
            looks=looks_of(claim.terms, policy, draws, auto=self.docket.auto),
            clusters=clusters_of(items, twins),
            twins=twins,
        )


def asked_by_pytest() -> bool:
    """Say whether pytest asks for a claim's truth to explain an assert that has failed already.

    It does so for every comparison inside the assert, such as the inner claim of an alarm. The
    test itself never took that claim's truth, so that nothing is to be decided.
    """
    # 0 is this function, 1 is rule, 2 is Claim.__bool__, 3 is who asks.
    return sys._getframe(3).f_code.co_name == "_call_reprcompare"  # noqa: SLF001  documented in sys
