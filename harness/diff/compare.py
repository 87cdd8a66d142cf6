"""Put a diff together, from two sides on one task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.diff.align import paired
from harness.diff.change import Change
from harness.diff.curve import Curve, curves
from harness.diff.diversity import Diversity, diversity
from harness.diff.effects import Effect, effects
from harness.diff.headline import Headline, headline
from harness.diff.items import Counts, Telling, item_tests, telling
from harness.diff.origin import Length, Origin, length, origin, truncation
from harness.diff.probes import Behaviour, behaviours, survey
from harness.diff.side import Side
from harness.records import Policy, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A side as it is told: its name, and the fewest and the most draws of a compared item."""

    name: str
    fewest: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """All that two sides differ in, on one task.

    Attributes
    ----------
    metric, binary
        What items, curves and groups are about, and whether it is 0/1.
    items
        How many items are compared.
    level
        Of the intervals, each by itself.
    notes
        What is not compared, or not alike.
    effects
        Of each metric, over all items and by tag, with notes on groups that are left out.
    counts, telling
        Of items; none where they are not tested.
    """

    task: str
    before: About
    after: About
    metric: str
    binary: bool
    items: int
    level: float
    notes: tuple[str, ...]
    headline: Headline
    effects: tuple[Effect, ...]
    origin: Origin | None
    truncated: Change | None
    length: Length | None
    diversity: Diversity | None
    behaviours: tuple[Behaviour, ...]
    curves: tuple[Curve, ...]
    counts: Counts | None
    telling: tuple[Telling, ...]

    @property
    def primary(self) -> Change:
        """The change of the metric that the diff is about, over all items."""
        return next(
            one.change for one in self.effects if (one.metric, one.tag) == (self.metric, "")
        )


def compare(  # noqa: PLR0913  two sides, and how they are compared
    task: Task,
    before: Side,
    after: Side,
    policy: Policy,
    *,
    metric: str | None = None,
    items: int = 5,
) -> Diff:
    """Compare two sides on a task.

    Parameters
    ----------
    policy
        How effects are decided, as claims are.
    metric
        What the diff is about; ``correct`` if None.
    items
        How many of the most telling items to read.

    Raises
    ------
    DiffError
        If they have nothing in common, or a probe's function fails.
    """
    pair = paired(task, before, after, policy, metric)
    found, left_out = effects(pair)
    parts, drawn, answers = origin(pair), curves(pair), diversity(pair)
    cut, tests, surveys = truncation(pair), item_tests(pair, items), survey(pair)
    primary = next(one.change for one in found if (one.metric, one.tag) == (pair.primary, ""))
    could_say: Mapping[str, Change | None] = {
        "primary": primary,
        **_of_origin(parts),
        "coverage": drawn[-1].last if drawn and drawn[-1].draws > 1 else None,
        "truncated": cut,
        "entropy": None if answers is None else answers.entropy,
    }
    return Diff(
        task=task.name,
        before=about(pair.before),
        after=about(pair.after),
        metric=pair.primary,
        binary=pair.binary(pair.primary),
        items=len(pair.items),
        level=1 - 2 * policy.alpha,
        notes=(*pair.notes, *left_out),
        headline=headline(could_say, None if tests.counts is None else tests.counts.least),
        effects=found,
        origin=parts,
        truncated=cut,
        length=length(pair, surveys),
        diversity=answers,
        behaviours=behaviours(pair, surveys),
        curves=drawn,
        counts=tests.counts,
        telling=telling(pair, tests),
    )


def _of_origin(parts: Origin | None) -> Mapping[str, Change | None]:
    if parts is None:
        return {}
    return {"format": parts.format, "substance": parts.substance, "lenient": parts.lenient}


def about(side: Side) -> About:
    """Tell of a side what a report needs."""
    draws = side.tally.draws
    return About(name=side.name, fewest=int(draws.min()), most=int(draws.max()))
