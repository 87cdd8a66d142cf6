"""One claim, and the stored draws that it is replayed on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from harness.decide import design_distance
from harness.errors import ClaimError
from harness.records import Look, Source, Statistic, Tally, Terms, Verdict
from harness.stats.g_pass import least_right
from harness.trial import Trial

if TYPE_CHECKING:
    from harness.records.data import FloatArray, IntArray

#: Identical models; an effect at the threshold; the effect that the claim is planned for.
Scenario = Literal["identical", "edge", "design"]
Stored = Callable[[Source], Tally]
_FEWEST = 2
_HALVINGS = 50
_CLOSE = 1e-9


class Stage:
    """Replays one claim on draws made from what is stored of one arm.

    Parameters
    ----------
    trial
        The claim, its policy and its looks.
    stored
        Gives the arm's stored tally on the items of a source.

    Raises
    ------
    ClaimError
        If the stored sums can't give the claim's statistics, or are of too few draws.
    """

    def __init__(self, trial: Trial, stored: Stored) -> None:
        self._sources = list(dict.fromkeys(statistic.source for _, statistic in trial.terms))
        metric = _one_metric(trial.terms)
        tallies = {source: _by_id(stored(source)) for source in self._sources}
        self._ids = {source: tally.ids for source, tally in tallies.items()}
        self._correct = {source: _counts(tally, metric) for source, tally in tallies.items()}
        self._stored = {source: tally.draws for source, tally in tallies.items()}
        self._metric = metric
        if any(tally.exact for tally in tallies.values()):
            raise ClaimError("likelihoods have one draw per item, which can't be dealt out again")
        fewest = min(int(draws.min()) for draws in self._stored.values())
        self.trial = replace(trial, looks=self._affordable(trial, fewest))

    @property
    def draws(self) -> int:
        """The most draws per item that a source gets."""
        return self.trial.looks[-1].draws

    def _affordable(self, trial: Trial, fewest: int) -> tuple[Look, ...]:
        """Cut the looks down to the draws that there are for each source."""
        share, wanted = fewest // len(self._sources), trial.looks[-1].draws
        need = max(_FEWEST, *(statistic.k for _, statistic in trial.terms))
        if share < min(need, wanted):
            msg = f"it takes {len(self._sources)} x {need} draws per item, and {fewest} are stored"
            raise ClaimError(msg, hint="take a baseline of more draws")
        if wanted <= share:
            return trial.looks
        return (*(look for look in trial.looks if look.draws < share), Look(draws=share))

    @property
    def contrast(self) -> bool:
        """Whether identical models have no effect."""
        return abs(sum(weight for weight, _ in self.trial.terms)) < _CLOSE

    @property
    def holds_for_identical(self) -> bool:
        """Whether the claim is true of identical models."""
        question = self.trial.question
        if question.alarm:
            return True
        sign = 1 if question.direction == "greater" else -1
        return sign * question.threshold < -_CLOSE

    def shift(self, scenario: Scenario) -> float | None:
        """Return how far one source is moved in a scenario; None if it can't be played."""
        if scenario == "identical":
            return 0.0 if self.contrast else None
        question, target = self.trial.question, self.trial.question.threshold
        if scenario == "design":
            distance = design_distance(question, self.trial.policy, contrast=self.contrast)
            if distance is None:
                return None
            if question.alarm:  # what an alarm is hoped to do is to stay quiet
                return 0.0 if self.contrast else None
            target += distance if question.direction == "greater" else -distance
        return self._solved(target)

    def _solved(self, target: float) -> float | None:
        """Find the move of the first term's source that gives the effect `target`."""
        low, high = -1.0, 1.0
        rising = self._effect(high) > self._effect(low)
        ends = sorted((self._effect(low), self._effect(high)))
        if not ends[0] < target < ends[1]:
            return None
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if (self._effect(middle) < target) == rising:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    def _effect(self, move: float) -> float:
        return sum(
            weight * float(_expected(statistic, self._rates(statistic.source, move)).mean())
            for weight, statistic in self.trial.terms
        )

    def _rates(self, source: Source, move: float) -> FloatArray:
        """Return each item's rate; the first source's are moved towards 1, or towards 0.

        Of a recipe, those of all its seeds.
        """
        rates = self._correct[source] / self._stored[source]
        first = self._sources[0]
        if source != first and not (first.recipe and source.recipe == first.recipe):
            return rates
        return rates + (1 - rates) * move if move > 0 else rates * (1 + move)

    def verdict(self, scenario: Scenario, move: float, generator: np.random.Generator) -> Verdict:
        """Replay the claim once."""
        steps = sorted({look.draws for look in self.trial.looks})
        if scenario == "identical":
            drawn = self._split(steps, generator)
        else:
            drawn = {
                source: _grown(
                    [
                        generator.binomial(count, self._rates(source, move))
                        for count in added(steps)
                    ],
                    steps,
                )
                for source in self._sources
            }
        decision, _ = self.trial.hear(lambda one, look: self._tally(one.source, look, drawn))
        return decision.verdict

    def _split(
        self, steps: Sequence[int], generator: np.random.Generator
    ) -> dict[Source, dict[int, IntArray]]:
        """Deal each item's stored draws out to the sources, without replacement."""
        left = {self._ids[one]: (self._correct[one], self._stored[one]) for one in self._sources}
        drawn = {}
        for source in self._sources:
            right, count = left[self._ids[source]]
            dealt = []
            for more in added(steps):
                dealt.append(generator.hypergeometric(right, count - right, more))
                right, count = right - dealt[-1], count - more
            left[self._ids[source]] = (right, count)
            drawn[source] = _grown(dealt, steps)
        return drawn

    def _tally(self, source: Source, look: Look, drawn: dict[Source, dict[int, IntArray]]) -> Tally:
        draws = self.draws if source.baseline else look.draws
        count = math.ceil(look.share * len(self._ids[source]))
        sums = drawn[source][draws][:count].astype(np.float64)[:, None]
        return Tally(
            ids=self._ids[source][:count],
            draws=np.full(count, draws, dtype=np.int64),
            metrics=(self._metric,),
            sums=sums,
            products=sums[:, :, None],
            answers=({"right": 1, "wrong": 1},) * count,
        )


def added(steps: Sequence[int]) -> list[int]:
    """Return how many draws each step adds."""
    return [now - before for before, now in zip([0, *steps], steps, strict=False)]


def _grown(dealt: Sequence[IntArray], steps: Sequence[int]) -> dict[int, IntArray]:
    """Add up what each step dealt."""
    return dict(zip(steps, np.cumsum(np.array(dealt), axis=0), strict=True))


def _one_metric(terms: Terms) -> str:
    for _, statistic in terms:
        if statistic.of_answers:
            what = "is a vote over answers" if statistic.votes else "counts answers"
            msg = f"{statistic} {what}, which are not dealt out again"
            raise ClaimError(msg)
    if any(statistic.predicate is not None for _, statistic in terms):
        raise ClaimError("a rate of the text can't be told from stored scores")
    metrics = sorted({statistic.metric for _, statistic in terms})
    if len(metrics) > 1:
        msg = f"it takes {' and '.join(metrics)} of the same draws, which are not stored together"
        raise ClaimError(msg)
    return metrics[0]


def _by_id(tally: Tally) -> Tally:
    order = np.argsort(np.array(tally.ids))
    return replace(
        tally,
        ids=tuple(tally.ids[row] for row in order),
        draws=tally.draws[order],
        sums=tally.sums[order],
        products=tally.products[order],
        answers=tuple(tally.answers[row] for row in order),
        right=tuple(tally.right[row] for row in order) if tally.right else (),
    )


def _counts(tally: Tally, metric: str) -> IntArray:
    if metric not in tally.metrics:
        msg = f"the stored draws have no metric {metric!r}"
        raise ClaimError(msg)
    column = tally.metrics.index(metric)
    sums = tally.sums[:, column]
    if not np.array_equal(sums, tally.products[:, column, column]):
        msg = f"{metric!r} is graded, and its stored sums can't be dealt out again"
        raise ClaimError(msg)
    return sums.astype(np.int64)


def _expected(statistic: Statistic, rates: FloatArray) -> FloatArray:
    """Return what a statistic is expected to be at each item's rate."""
    if statistic.kind == "pass_at":
        return 1 - (1 - rates) ** statistic.k
    if statistic.kind == "pass_hat":
        return rates**statistic.k
    if statistic.kind == "g_pass_at":
        least = least_right(statistic.k, statistic.tau or 1.0)
        return np.asarray(special.betainc(least, statistic.k - least + 1, rates))
    return rates
