"""What no data could show: margins and bars that are out of reach for so few items."""

from __future__ import annotations

from collections import Counter

import numpy as np

from harness.decide import decide
from harness.errors import PlanError
from harness.planning.outlook import PartOutlook
from harness.records import Decision, Part, Sample
from harness.trial import Trial

_FEWEST = 2  # values that have a variance
_MOST = 1_000_000  # units that are looked for


def refuse_out_of_reach(trial: Trial, part: PartOutlook) -> None:
    """Refuse a claim that would not even be supported if all went as well as can be.

    That is decided as any claim is: a margin on arms without a single difference, a bar on an arm
    that has every draw right. Alarms, gains and claims about these items alone have nothing to
    reach, and methods that resample the items know no difference without one.

    Parameters
    ----------
    trial
        The claim, with the clusters of its items.
    part
        Its only set of items.

    Raises
    ------
    PlanError
        With the bound that can be reached, and how many items or clusters would do.
    """
    question, policy = trial.question, trial.policy
    if policy.items == "these" or policy.method not in {"auto", "t-floor"} or question.alarm:
        return
    sign = 1 if question.direction == "greater" else -1
    low, high = trial.bounds
    bar = (low, high) == (0.0, 1.0)
    within = abs(low + high) < 1e-9 and -sign * question.threshold > 0  # noqa: PLR2004  rounding
    sizes = _sizes(trial, part.items)
    if not (bar or within) or len(sizes) < _FEWEST:
        return
    best = (1.0 if sign > 0 else 0.0) if bar else 0.0
    found = _at_best(trial, part, sizes, best)
    if found.verdict == "supported":
        return
    unit = "clusters" if trial.clusters else "pairs of twins" if trial.twins else "items"
    bound = found.low if sign > 0 else found.high
    enough = f"take {_enough(trial, part, sizes, best)} {unit}"
    if bar:
        every = "right" if sign > 0 else "wrong"
        msg = (
            f"{question.threshold:g} can't be shown on {len(sizes)} {unit}: with every draw "
            f"{every} the bound is {bound:.3f}"
        )
        raise PlanError(msg, hint=f"{enough}, or another bar")
    msg = (
        f"a margin of {abs(question.threshold):g} can't be shown on {len(sizes)} {unit}: even "
        f"without any difference the bound is {abs(bound):.3f}"
    )
    raise PlanError(msg, hint=f"{enough}, a wider margin, or `items: these`")


def _sizes(trial: Trial, items: int) -> list[int]:
    """Return the sizes of the independent units; items without a cluster are their own."""
    named = Counter(trial.clusters.values())
    return [*named.values(), *[1] * (items - named.total())]


def _at_best(trial: Trial, part: PartOutlook, sizes: list[int], value: float) -> Decision:
    """Decide the claim on units of these sizes, whose items all have one value."""
    clusters = np.repeat(np.arange(len(sizes)), sizes)
    ideal = Part(
        values=np.full(len(clusters), value),
        half_range=part.half_range,
        noise=0.0,
        growing=0.0,
        clusters=clusters if trial.clusters else None,
    )
    low, high = trial.bounds
    sample = Sample(parts=(ideal,), draws=trial.looks[-1].draws, low=low, high=high)
    return decide(sample, trial.question, trial.policy)


def _enough(trial: Trial, part: PartOutlook, sizes: list[int], value: float) -> int:
    """Return how many units would do, of such sizes as there are."""

    def shown(count: int) -> bool:
        alike = np.resize(sizes, count).tolist()
        return _at_best(trial, part, alike, value).verdict == "supported"

    short, enough = len(sizes), 2 * len(sizes)
    while not shown(enough) and enough < _MOST:
        short, enough = enough, 2 * enough
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if shown(middle) else (middle, enough)
    return enough
