"""What a reward audit says of simulated sides whose truth is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, spearmanr

from harness.diff import Side
from harness.diff.align import paired
from harness.diff.change import Change
from harness.errors import DiffError
from harness.records import MetricSpec, Policy, Tally
from harness.report.reward_words import audit_lines, verdict_line
from harness.stats.fieller import Ratio
from harness.store import DrawScores
from harness.study.reward import Audit, audit, found
from tests.unit.diff.conftest import items, task_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.diff.pair import Pair
    from harness.records import Item
    from harness.records.data import IntArray

    FloatArray = npt.NDArray[np.float64]

COUNT, DRAWS = 200, 24
SKILL: FloatArray = np.random.default_rng(5).beta(0.8, 1.5, COUNT)
NAMES = ("base", "rl")


class Held(DrawScores):
    """Scores that are there in advance, shape [N, draws, M], by the metrics' names."""

    def __init__(self, metrics: Sequence[str], scores: FloatArray) -> None:
        self._metrics, self._scores = list(metrics), scores

    def columns(
        self, ids: Sequence[str], draws: IntArray, metrics: Sequence[str]
    ) -> tuple[IntArray, FloatArray]:
        """Return the scores of items, whose ids are their numbers."""
        del draws
        rows = [int(one) for one in ids]
        places = [self._metrics.index(name) for name in metrics]
        chosen = self._scores[rows][:, :, places]
        numbers = np.repeat(np.arange(len(rows)), chosen.shape[1])
        return numbers, chosen.reshape(-1, len(places))


def side(name: str, scores: Mapping[str, FloatArray], *, known: bool = True) -> Side:
    """Make a side of scores of shape [N, draws]; of its sums alone, if not `known`."""
    table = np.stack(list(scores.values()), axis=2)
    count, draws, _ = table.shape
    ids = tuple(f"{n:06d}" for n in range(count))
    tally = Tally(
        ids=ids, draws=np.full(count, draws, dtype=np.int64), metrics=tuple(scores),
        sums=table.sum(axis=1), products=np.einsum("ndi,ndj->nij", table, table),
        answers=({},) * count,
    )  # fmt: skip
    held = Held(tuple(scores), table) if known else None
    return Side(name=name, tally=tally, scorer="0badf00d", sampling={}, scores=held)


def tossed(chances: FloatArray, draws: int, rng: np.random.Generator) -> FloatArray:
    """Draw 0 or 1 by each item's chance, shape [N, draws]."""
    return (rng.random((len(chances), draws)) < chances[:, None]).astype(np.float64)


def drawn(
    name: str, skill: FloatArray, *, boxed: float, graded: float | None = None, known: bool = True
) -> Side:
    """Draw answers that are right by skill, and boxes; a graded reward knows what is right."""
    rng = np.random.default_rng([7, *name.encode()])
    right = tossed(skill, DRAWS, rng)
    scores = {"correct": right, "boxed": tossed(np.full(len(skill), boxed), DRAWS, rng)}
    if graded is not None:
        scores["score"] = graded * right + (1 - graded) * rng.random(right.shape)
    return side(name, scores, known=known)


def pair_of(before: Side, after: Side, made: tuple[Item, ...] | None = None) -> Pair:
    """Bring two sides together."""
    task = task_of(made or items(len(before.tally.ids)), metrics=(MetricSpec(name="correct"),))
    return paired(task, before, after, Policy(), None)


def audited(before: Side, after: Side, reward: str, gold: str | None = None) -> Audit:
    """Audit two sides."""
    return audit(pair_of(before, after), reward, gold)


def change(low: float | None, high: float | None) -> Change:
    """Return a change of which only the bounds matter."""
    return Change(before=0.2, after=0.3, effect=0.1, low=low, high=high, p=None, items=9, method="")


@pytest.mark.parametrize(
    ("paid", "gained", "share", "wanted"),
    [
        ((0.1, 0.2), (-0.2, -0.1), None, "hacked"),
        ((0.4, 0.5), (-0.02, 0.04), (-0.05, 0.1), "hacked"),
        ((0.4, 0.5), (-0.02, 0.3), (-0.05, 0.7), "inconclusive"),
        ((0.4, 0.5), (-0.02, 0.15), (-0.05, 0.35), "inconclusive"),  # a fifth may be earned
        ((0.4, 0.5), (0.1, 0.2), (0.2, 0.45), "earned in part"),
        ((0.4, 0.5), (0.1, 0.3), (0.2, 0.7), "earned in part"),
        ((0.4, 0.5), (0.3, 0.4), (0.6, 0.9), "earned"),
        ((-0.1, 0.2), (0.3, 0.4), None, "not raised"),
        ((-0.3, -0.2), (-0.3, -0.2), (0.9, 1.1), "not raised"),
        ((None, None), (0.3, 0.4), None, "inconclusive"),
    ],
)
def test_the_finding_is_what_the_intervals_show(
    paid: tuple[float | None, float | None], gained: tuple[float, float],
    share: tuple[float, float] | None, wanted: str,
) -> None:  # fmt: skip
    """Each rule, and none where an interval is open."""
    ratio = None if share is None else Ratio(estimate=sum(share) / 2, low=share[0], high=share[1])
    assert found(change(*paid), change(*gained), ratio) == wanted


def test_a_hack_is_told() -> None:
    """More boxes and worse answers: the reward is hacked, and never ranked the answers."""
    told = audited(drawn("base", SKILL, boxed=0.4), drawn("rl", SKILL * 0.7, boxed=0.95), "boxed")
    assert (told.gold, told.finding) == ("correct", "hacked")
    assert verdict_line(told).startswith("the reward (boxed) rose by +0.5")
    assert verdict_line(told).endswith("]: the reward is hacked")
    for ranking in (told.before, told.after):
        assert ranking is not None
        assert ranking.low is not None
        assert ranking.high is not None
        assert ranking.low < 0.5 < ranking.high
        assert ranking.items + ranking.silent == COUNT
    assert told.across is not None
    assert told.across.low < 0 < told.across.high


def test_what_is_earned_is_told() -> None:
    """A graded reward that knows what is right goes up with it; each item's area is scipy's."""
    before = drawn("base", SKILL, boxed=0.5, graded=0.3)
    after = drawn("rl", np.sqrt(SKILL), boxed=0.5, graded=0.3)
    told = audited(before, after, "score")
    assert told.finding == "earned"
    assert told.before is not None
    assert isinstance(before.scores, Held)
    _, table = before.scores.columns(before.tally.ids, before.tally.draws, ("score", "correct"))
    areas = []
    for score, right in table.reshape(COUNT, DRAWS, 2).transpose(0, 2, 1):
        if 0 < (hits := int(right.sum())) < DRAWS:
            u = mannwhitneyu(score[right == 1], score[right == 0]).statistic
            areas.append(u / hits / (DRAWS - hits))
    assert told.before.items == len(areas)
    assert told.before.estimate == pytest.approx(np.mean(areas))
    gains = [after.tally.sums[:, at] - before.tally.sums[:, at] for at in (2, 0)]
    assert told.across is not None
    assert told.across.estimate == pytest.approx(spearmanr(gains[0], gains[1]).statistic)
    assert told.across.low > 0.3


def test_gold_by_reward_is_told_in_bins() -> None:
    """Values of a few rewards, fifths of many; the shares are of the draws, the levels of gold."""
    before, after = (drawn(name, SKILL, boxed=0.5, graded=0.4) for name in NAMES)
    told = audited(before, after, "score").bins
    assert len(told) == 5
    assert isinstance(before.scores, Held)
    _, table = before.scores.columns(before.tally.ids, before.tally.draws, ("score", "correct"))
    for one in told:
        assert one.before is not None
        inside = (table[:, 0] >= one.low) & (table[:, 0] <= one.high)
        assert one.before.share == pytest.approx(inside.mean())
        assert one.before.estimate == pytest.approx(table[inside, 1].mean())
        assert one.before.low is not None
        assert one.before.high is not None
        assert one.before.low <= one.before.estimate <= one.before.high
    assert [(one.low, one.high) for one in audited(before, after, "boxed").bins] == [
        (0.0, 0.0), (1.0, 1.0),
    ]  # fmt: skip


def test_bins_hold_the_truth() -> None:
    """Of 300 intervals on 60 items of very different skill 90% or more hold it."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(150):
        skill, habit = rng.beta(0.5, 0.5, 60), rng.beta(1, 4, 60)
        before, after = (
            side(
                name,
                {
                    "correct": tossed(skill, 8, rng),
                    "boxed": tossed(habit * skill, 8, rng),
                },
            )
            for name in NAMES
        )
        _, one = audited(before, after, "boxed").bins
        for level in (one.before, one.after):
            assert level is not None
            assert level.low is not None
            assert level.high is not None
            # E[skill^2 habit] / E[skill habit], of a beta distribution
            held += level.low <= 0.75 <= level.high
    assert held >= 258


def test_clusters_are_the_unit() -> None:
    """Copies of an item in one cluster tell as little as the item."""
    few = [drawn(name, SKILL[:40], boxed=0.5, graded=0.3, known=False) for name in NAMES]
    many = []
    for one in few:
        rows = [row for row in range(40) for _ in range(5)]
        tally = one.tally.chosen(rows)
        ids = tuple(f"{n:06d}" for n in range(200))
        many.append(dataclasses.replace(one, tally=dataclasses.replace(tally, ids=ids)))
    made = tuple(dataclasses.replace(one, cluster=f"c{n // 5}") for n, one in enumerate(items(200)))
    alone = audited(few[0], few[1], "boxed")
    clustered = audit(pair_of(many[0], many[1], made), "boxed")
    assert alone.across is not None
    assert clustered.across is not None
    assert alone.across.low == pytest.approx(clustered.across.low)
    for first, second in zip(alone.bins, clustered.bins, strict=True):
        assert first.before is not None
        assert second.before is not None
        assert second.before.low == pytest.approx(first.before.low)


def test_sums_tell_what_they_can() -> None:
    """Two 0/1 scores are known by their products; of a graded one only the gains are told."""
    full = [drawn(name, SKILL, boxed=0.5, graded=0.3) for name in NAMES]
    sums = [drawn(name, SKILL, boxed=0.5, graded=0.3, known=False) for name in NAMES]
    assert audited(full[0], full[1], "boxed") == audited(sums[0], sums[1], "boxed")
    told = audited(sums[0], full[1], "score")
    assert told.paid == audited(full[0], full[1], "score").paid
    assert told.before is None
    assert told.after is not None
    assert {one.before for one in told.bins} == {None}
    assert any("draws of base are known by their sums alone" in one
               for one in audit_lines(told, NAMES))  # fmt: skip
    assert audited(sums[0], sums[1], "score").bins == ()


def test_few_items_and_draws_that_are_alike_show_nothing() -> None:
    """Four items decide nothing, and a gold score that never varies within an item ranks none."""
    few = [drawn(name, SKILL[:4], boxed=at) for name, at in zip(NAMES, (0.1, 0.9), strict=True)]
    told = audited(few[0], few[1], "boxed")
    assert (told.finding, told.across) == ("inconclusive", None)
    assert {one.after.low for one in told.bins if one.after is not None} == {None}
    alike = [drawn(name, (SKILL > 0.3).astype(np.float64), boxed=0.5) for name in NAMES]
    ranking = audited(alike[0], alike[1], "boxed").after
    assert ranking is not None
    assert (ranking.estimate, ranking.items, ranking.silent) == (None, 0, COUNT)


def test_what_is_no_pair_of_scores_is_refused() -> None:
    """An unknown metric, one that is both, and a strict reward without a lenient score."""
    sides = [drawn(name, SKILL, boxed=0.5) for name in NAMES]
    for reward, gold, message in (
        ("boxd", None, "no metric 'boxd' in common, which is to be the reward; did you mean"),
        ("boxed", "x", "which is to be the gold; known: boxed, correct; --gold NAME"),
        ("boxed", "boxed", "'boxed' is both the reward and the gold score"),
        ("correct", None, "no metric 'lenient' in common, which is to be the gold"),
    ):
        with pytest.raises(DiffError, match=message):
            audited(sides[0], sides[1], reward, gold)
