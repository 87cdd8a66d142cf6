"""A claim's trial: its looks at the data in order, until it is decided."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from harness.decide import decide, decide_at, next_stage, planned_looks
from harness.errors import ClaimError
from harness.estimate import Figure, Prospect, TallyOf, sample
from harness.records import Decision, Look, Policy, Question, Sample, Stage, Terms, bounds_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is asked, and how much of the data each look sees.

    Each look is a fixed prefix of draws, so that what other claims asked for never enters; the
    same draws lead to the same verdict, whoever drew them first.

    Attributes
    ----------
    terms, question
        The effect, and the hypothesis on it.
    policy
        What counts as proof.
    looks
        In order; a single one is a design of fixed size.
    clusters
        The cluster of each item that has one, by the item's id; of twins, by their name.
    twins
        The name of each item that has a twin, by its id: what two sets of items are paired by.
    """

    terms: Terms
    question: Question
    policy: Policy
    looks: tuple[Look, ...]
    clusters: Mapping[str, str] = field(default_factory=dict)
    twins: Mapping[str, str] = field(default_factory=dict)

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that the effect can be."""
        return bounds_of(weight for weight, _ in self.terms)

    def look_of(self, decision: Decision) -> Look:
        """Return the look that the claim was decided at."""
        if decision.stage is not None:
            return self.looks[decision.stage.number - 1]
        if self.policy.method == "anytime" and self.policy.items == "these":
            return Look(draws=decision.draws)  # rounds of other runs are counted in
        return self.looks[-1]

    def hear(self, tally_of: TallyOf) -> tuple[Decision, tuple[Figure, ...]]:
        """Look at the data until the claim is decided, or there is no more.

        Parameters
        ----------
        tally_of
            Gives the tally of a statistic's draws at a look; asked for one look after the other.

        Raises
        ------
        ClaimError
            If the claim can't be decided on such data.
        """
        cap = self.looks[-1].draws
        prospect = Prospect(cap=cap, clusters=self.clusters, twins=self.twins)
        stages: list[Stage] = []
        for look in self.looks[:-1]:
            data, figures = sample(self.terms, tally_of, look, prospect)
            stages.append(self._stage(data, stages))
            decision = decide_at(data, self.question, self.policy, stages[-1])
            if decision is not None:
                return decision, figures
        data, figures = sample(self.terms, tally_of, self.looks[-1], prospect)
        if self.policy.method == "anytime" and self.policy.items == "these":
            data = self._in_rounds(data, tally_of, prospect)
        if not stages:
            return decide(data, self.question, self.policy), figures
        decision = decide_at(data, self.question, self.policy, self._stage(data, stages))
        assert decision is not None  # noqa: S101  the last look always decides
        return decision, figures

    def _stage(self, data: Sample, past: list[Stage]) -> Stage:
        most = len(self.looks)
        return next_stage(data, self.question, self.policy, most=most, past=past)

    def _in_rounds(self, data: Sample, tally_of: TallyOf, prospect: Prospect) -> Sample:
        """Take the draws apart again: one round is one draw of every item."""
        for _, statistic in self.terms:
            if statistic.source.baseline or statistic.k > 1:
                msg = f"{statistic} does not come in rounds of one draw"
                hint = "under `method: anytime` with `items: these`, compare means of two arms"
                raise ClaimError(msg, hint=hint)
        totals = [0.0]
        for count in range(1, self.looks[-1].draws + 1):
            so_far, _ = sample(self.terms, tally_of, Look(draws=count), prospect)
            totals.append(count * sum(float(part.values.mean()) for part in so_far.parts))
        return dataclasses.replace(data, rounds=np.diff(totals))


def looks_of(terms: Terms, policy: Policy, draws: int, *, auto: bool) -> tuple[Look, ...]:
    """Return the looks of a claim: one, or under `auto` and ``anytime`` as many as are planned."""
    if policy.method == "anytime":
        if policy.items == "these":
            return (Look(draws=draws),)
        return planned_looks(draws, 1, items_only=True)
    # What differs between training seeds is not known the better for more draws.
    if not auto or any(statistic.source.recipe for _, statistic in terms):
        return (Look(draws=draws),)
    # What more draws would change in a figure of answers is unknown: its looks add items.
    answers = any(statistic.of_answers for _, statistic in terms)
    looks = planned_looks(draws, max(statistic.k for _, statistic in terms), items_only=answers)
    if policy.items == "these":  # some of these items are not these items
        return tuple(look for look in looks if look.share == 1.0)
    return looks
