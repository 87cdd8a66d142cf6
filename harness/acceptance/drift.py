"""How far one accepted tally lies from another, with the noise of both."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from harness.baseline import Baseline
from harness.baseline.state import unlike
from harness.decide import decide
from harness.errors import ClaimError
from harness.estimate import Prospect, figure, sample
from harness.records import Look, Policy, Question, Source, Statistic, Tally, Task

_FEWEST = 2  # items, to tell how much they vary


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The change of a metric's mean on the items that two baselines share.

    Attributes
    ----------
    before, after
        The means, in [0, 1].
    effect, low, high
        Their difference, and its interval, paired over the items.
    level
        The confidence level of the interval, such as 0.9.
    items
        How many items they share.
    """

    metric: str
    before: float
    after: float
    effect: float
    low: float
    high: float
    level: float
    items: int


def headline(baseline: Baseline) -> str:
    """Return the metric that stands for a baseline: `correct`, or the first it has."""
    metrics = baseline.tally.metrics
    return "correct" if "correct" in metrics else metrics[0]


def mean_of(baseline: Baseline) -> float:
    """Return the mean of that metric over the items, which is pass@1 where it is 0 or 1."""
    source = Source(task=baseline.task, arm=baseline.arm, baseline="baseline", draws=0)
    statistic = Statistic(source=source, kind="mean", metric=headline(baseline))
    return figure(statistic, baseline.tally).mean


def drift(
    before: Baseline, after: Baseline, policy: Policy, clusters: Mapping[str, str] | None = None
) -> Drift | None:
    """Compare two baselines of an arm as a claim would be, by the policy's error rate.

    Parameters
    ----------
    clusters
        The cluster of each item that has one, by the item's id.

    Returns
    -------
    Drift or None
        None where they don't compare: they were scored, sampled or prompted otherwise, or share
        fewer than two items.
    """
    metric = headline(after)
    known = set(before.tally.ids)
    common = [identity for identity in after.tally.ids if identity in known]
    alike = metric in before.tally.metrics and not any(unlike(before, after.identity))
    if not alike or len(common) < _FEWEST:
        return None
    tallies = {"anchor": before.kept(common).tally, "baseline": after.kept(common).tally}
    terms = tuple(
        (weight, Statistic(source=_source(after, name), kind="mean", metric=metric))
        for weight, name in ((1.0, "baseline"), (-1.0, "anchor"))
    )
    draws = int(max(tally.draws.max() for tally in tallies.values()))

    def tally_of(statistic: Statistic, look: Look) -> Tally:
        del look
        return tallies[statistic.source.baseline]

    try:
        data, figures = sample(
            terms, tally_of, Look(draws=draws), Prospect(cap=draws, clusters=clusters or {})
        )
        found = decide(
            data, Question(direction="greater", threshold=0.0),
            dataclasses.replace(policy, method="auto"),
        )  # fmt: skip
    except ClaimError:
        return None
    return Drift(
        metric=metric, before=figures[1].mean, after=figures[0].mean, effect=found.effect,
        low=found.low, high=found.high, level=1 - 2 * found.alpha, items=len(common),
    )  # fmt: skip


def _source(baseline: Baseline, name: str) -> Source:
    return Source(task=baseline.task, arm=baseline.arm, baseline=name, draws=0)


def clusters_of(task: Task) -> dict[str, str]:
    """Return the cluster of each item that has one."""
    return {item.id: item.unit for item in task.items if item.unit is not None}
