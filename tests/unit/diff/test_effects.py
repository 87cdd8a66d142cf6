"""Effects of a diff: the very intervals of claims, by metric and by tag."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from harness.decide import decide
from harness.diff import Diff, Side
from harness.errors import DiffError
from harness.estimate import Prospect, sample
from harness.records import Item, Look, Policy, Question, Source, Statistic, Task
from harness.stats.multiple import benjamini_hochberg

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

Sides = Callable[..., Side]
Compared = Callable[..., Diff]
POLICIES = [
    Policy(),
    Policy(items="these"),
    Policy(method="t", alpha=0.1),
    Policy(method="sign-flip"),
    Policy(method="bootstrap-t"),
]


def task(count: int, **changes: Any) -> Task:  # noqa: ANN401  any field
    """Make a task of plain items."""
    found = [
        Item(
            id=f"{n:06d}", prompt=f"{n}", reference="1", tags={"split": "odd" if n % 2 else "even"},
            cluster=f"text {n // 4}" if changes.get("clustered") else None,
        )
        for n in range(count)
    ]  # fmt: skip
    return Task(name="sums", items=tuple(found), metrics=(), answer="", form="boxed")


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("policy", POLICIES, ids=lambda one: f"{one.items} {one.method}")
def test_an_interval_is_the_claims(
    side: Sides, compared: Compared, skill: FloatArray, policy: Policy, *, clustered: bool
) -> None:
    """On the same draws a claim has the same effect, interval and p-value."""
    before, after = side("base", skill[:60]), side("rl", skill[:60] ** 0.8, boxed=0.7)
    shape = task(60, clustered=clustered)
    found = compared(before, after, policy, task=shape, items=0)
    tallies = {"base": before.tally, "rl": after.tally}
    terms = tuple(
        (sign, Statistic(source=Source(task="", arm=arm, baseline="", draws=16), kind="pass_at"))
        for sign, arm in ((1.0, "rl"), (-1.0, "base"))
    )
    clusters = {item.id: item.cluster for item in shape.items if item.cluster}
    data, _ = sample(
        terms,
        lambda statistic, _: tallies[statistic.source.arm],
        Look(draws=16),
        Prospect(cap=16, clusters=clusters),
    )
    claim = decide(data, Question(direction="greater", threshold=0.0), policy)
    assert found.primary.method == claim.method
    assert (found.primary.effect, found.primary.low, found.primary.high) == pytest.approx(
        (claim.effect, claim.low, claim.high), abs=1e-12
    )
    assert found.primary.p is not None
    assert found.primary.p / 2 == pytest.approx(min(claim.p, 1 - claim.p), abs=1e-9)


def test_each_metric_has_an_effect_on_each_tag(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """Groups are the values of each tag; q is adjusted over all metrics and groups."""
    found = compared(side("base", skill), side("rl", skill), items=0)
    assert [(one.metric, one.tag, one.value, one.change.items) for one in found.effects[:4]] == [
        ("correct", "", "", 300), ("correct", "split", "even", 150),
        ("correct", "split", "odd", 150),
        ("lenient", "", "", 300),
    ]  # fmt: skip
    p = np.array([one.change.p for one in found.effects], dtype=float)
    assert [one.q for one in found.effects] == pytest.approx(benjamini_hochberg(p).tolist())


def test_too_few_items_have_no_interval(side: Sides, compared: Compared) -> None:
    """Fewer items than a claim can be decided on show an effect, and no interval."""
    found = compared(side("base", np.full(4, 0.5)), side("rl", np.full(4, 0.5)), items=0)
    assert (found.primary.low, found.primary.p) == (None, None)
    assert found.primary.method == "4 are too few to decide on"
    assert found.headline.quiet


def test_what_is_not_compared_is_told(side: Sides, compared: Compared, skill: FloatArray) -> None:
    """Items of one side alone, other sampling, other scorers and other metrics are notes."""
    before = side("base", skill[:50], sampling={"temperature": 1.0})
    after = side("rl", skill[:60], sampling={"temperature": 0.5, "top_p": 0.9})
    names = ("correct", "lenient", "boxed", "cut")
    after = dataclasses.replace(
        after, scorer="c0ffee", tally=dataclasses.replace(after.tally, metrics=names)
    )
    found = compared(before, after, items=0)
    assert found.items == 50
    assert found.notes == (
        "10 items are only in rl",
        "scored in different ways: metrics of one name may differ in meaning",
        "sampled differently: temperature 1.0 and 0.5",
        "sampled differently: top_p not set and 0.9",
        "metrics of base alone: truncated",
        "metrics of rl alone: cut",
    )


def test_an_item_that_left_the_task_is_told(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """What the task no longer has is left out."""
    found = compared(side("base", skill[:50]), side("rl", skill[:50]), task=task(49), items=0)
    assert (found.items, found.notes) == (49, ("1 item is no longer in the task",))


def test_nothing_in_common_is_an_error(side: Sides, compared: Compared, skill: FloatArray) -> None:
    """Sides without common items, or metrics, or the one that is asked for, can't be compared."""
    before, after = side("base", skill[:5]), side("rl", skill[:5])
    others = dataclasses.replace(after.tally, ids=tuple("abcde"))
    with pytest.raises(DiffError, match="no items of task 'sums' in common"):
        compared(before, dataclasses.replace(after, tally=others))
    others = dataclasses.replace(after.tally, metrics=("a", "b", "c", "d"))
    with pytest.raises(DiffError, match="no metrics in common"):
        compared(before, dataclasses.replace(after, tally=others))
    with pytest.raises(DiffError, match="no metric 'lenint' in common; did you mean 'lenient'"):
        compared(before, after, metric="lenint")


def test_a_metric_that_is_not_known_is_not_compared(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """Scores that a record does not tell are NaN: that metric is left out."""
    before, after = side("base", skill[:20]), side("rl", skill[:20])
    sums = after.tally.sums.copy()
    sums[3, 1] = np.nan
    after = dataclasses.replace(after, tally=dataclasses.replace(after.tally, sums=sums))
    found = compared(before, after, items=0)
    assert {one.metric for one in found.effects} == {"correct", "boxed", "truncated"}
    assert found.notes == ("not known of all draws of rl: lenient",)
