"""Curves, diversity, origin and items of a diff."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from harness.diff import Diff, Side
from harness.records import Draw
from harness.stats.passk import pass_at_k
from harness.store import Survey, Texts

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

Sides = Callable[..., Side]
Compared = Callable[..., Diff]


def mixed(few: Side, many: Side, split: int) -> Side:
    """Take the first items from one side, the others from the other."""
    one, other = few.tally, many.tally
    tally = dataclasses.replace(
        one,
        draws=np.r_[one.draws[:split], other.draws[split:]],
        sums=np.concatenate([one.sums[:split], other.sums[split:]]),
        products=np.concatenate([one.products[:split], other.products[split:]]),
        answers=(*one.answers[:split], *other.answers[split:]),
    )
    return dataclasses.replace(few, tally=tally)


def test_a_curve_is_pass_at_k_within_its_band(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """Each point is pass@k of all items; the band is no narrower than one interval."""
    before, after = side("base", skill), side("rl", skill**0.7, draws=24)
    (curve,) = compared(before, after, items=0).curves
    assert [point.k for point in curve.points] == [1, 2, 4, 8, 16]
    for point in curve.points:
        values = [
            pass_at_k(one.tally.draws, one.tally.sums[:, 0].astype(np.int64), point.k).mean()
            for one in (before, after)
        ]
        assert (point.before, point.after) == pytest.approx(values)
        assert point.low < point.effect < point.high
    first, last = curve.points[0], curve.points[-1]
    assert curve.first.low is not None
    assert curve.last.high is not None
    assert first.low < curve.first.low
    assert last.high > curve.last.high
    assert not curve.crossed


def test_items_with_more_draws_have_a_curve_of_their_own(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """200 of 300 items have 64 draws on both sides: they are followed up to k = 64."""
    sides = [mixed(side(name, skill), side(name, skill, draws=64), 100) for name in ("base", "rl")]
    found = compared(*sides, items=0)
    assert [(one.items, one.draws, one.points[-1].k) for one in found.curves] == [
        (300, 16, 16), (200, 64, 64),
    ]  # fmt: skip
    assert found.before == dataclasses.replace(found.before, fewest=16, most=64)


def test_fewer_answers_are_less_diverse(side: Sides, compared: Compared, skill: FloatArray) -> None:
    """More skill is fewer different answers, less entropy, and a larger plurality."""
    found = compared(side("base", skill), side("rl", skill**0.3, draws=40), items=0).diversity
    assert found is not None
    assert found.draws == 16
    for one, sign in ((found.unique, -1), (found.entropy, -1), (found.plurality, 1)):
        assert one.low is not None
        assert one.high is not None
        assert min(sign * one.low, sign * one.high) > 0


def test_the_interval_of_entropy_holds_the_effect(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """From one answer to two, of two draws: corrected for bias, more than log 2 is gained."""
    sides = []
    for name, given in (("base", {"1": 2}), ("rl", {"1": 1, "2": 1})):
        one = side(name, skill[:200], draws=2)
        tally = dataclasses.replace(one.tally, answers=(given,) * 200)
        sides.append(dataclasses.replace(one, tally=tally))
    found = compared(*sides, items=0).diversity
    assert found is not None
    assert found.entropy.effect == pytest.approx(np.log(2) + 1 / 4)
    assert found.entropy.low is not None
    assert found.entropy.high is not None
    assert found.entropy.low < found.entropy.effect <= found.entropy.high


class Said(Texts):
    """One item's draws: the first was scored by a record, and has no text."""

    def __init__(self) -> None:
        """Need no store."""

    def survey(self, prompts: Sequence[str], draws: IntArray, labels: Sequence[object]) -> Survey:
        """Tell of no lengths."""
        del draws
        count = len(prompts)
        unknown = np.full(count, np.nan)
        return Survey(
            tokens=unknown, size=unknown, texts=np.ones(count, dtype=np.int64),
            hits=np.zeros((len(labels), count), dtype=np.int64),
        )  # fmt: skip

    def of_item(self, item: str, prompt: str, count: int) -> tuple[list[Draw], FloatArray]:
        """Return two draws, and their metrics."""
        del item, prompt, count
        judged = Draw(text="", scored=(("correct", 0.0),))
        return [judged, Draw(text="right")], np.array([[0.0] * 4, [1.0] * 4])


def test_texts_stand_beside_their_own_scores(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """A draw without a text takes its score along."""
    before, after = (
        dataclasses.replace(side(name, skill), texts=Said()) for name in ("base", "rl")
    )
    (first,) = compared(before, after, items=1).telling
    assert [(one.text, one.score, one.draws) for one in first.before.said] == [("right", 1.0, 1)]


def test_unknown_answers_have_no_diversity(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """Where a record tells no answers, none are counted."""
    before, after = side("base", skill), side("rl", skill)
    unknown = dataclasses.replace(after.tally, answers=({"?": 16},) * 300)
    found = compared(before, dataclasses.replace(after, tally=unknown), items=0)
    assert found.diversity is None


def test_format_and_substance_add_up(side: Sides, compared: Compared, skill: FloatArray) -> None:
    """The parts add up to the change of `correct`; shares and rates are those of the sides."""
    found = compared(side("base", skill, boxed=0.3), side("rl", skill**0.7, boxed=0.8), items=0)
    assert found.origin is not None
    parts = found.origin
    assert parts.format.effect + parts.substance.effect == pytest.approx(found.primary.effect)
    assert parts.format.after == pytest.approx(0.8, abs=0.02)
    assert parts.substance.before * parts.format.before == pytest.approx(found.primary.before)


def test_items_are_tested_and_ordered(side: Sides, compared: Compared) -> None:
    """The most telling item has the smallest p-value, which is Fisher's; then the next."""
    skill = np.r_[np.full(40, 0.5), 0.0, 0.0]
    turned = np.r_[np.full(40, 0.5), 1.0, 0.8]
    sides = side("base", skill, boxed=1.0), side("rl", turned, boxed=1.0)
    found = compared(*sides, items=2)
    first, second = found.telling
    assert (first.id, second.id) == ("000040", "000041")
    assert (first.before.right, first.after.right, first.after.draws) == (0, 16, 16)
    assert first.p == pytest.approx(stats.fisher_exact(np.array([[0, 16], [16, 0]]))[1])
    assert first.q == pytest.approx(42 * (first.p or 0))
    counts = found.counts
    assert counts is not None
    assert (counts.gained, counts.lost, counts.alone) == (2, 0, True)
    assert counts.newly_solved == 2
    assert counts.turned_right >= 2


def test_few_draws_can_not_tell_one_item(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """With four draws a side, and 300 items, no item could stand out alone."""
    found = compared(side("base", skill, draws=4), side("rl", skill, draws=4), items=0)
    assert found.counts is not None
    assert not found.counts.alone
