"""What a study says of simulated sides whose truth is known."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from harness.diff import Side, compare
from harness.diff.align import paired
from harness.diff.curve import Point
from harness.errors import DiffError
from harness.records import Policy
from harness.stats.passk import pass_at_k
from harness.study import Study, study
from harness.study.curves import shape_of
from harness.study.gain import shares_of
from tests.unit.diff.conftest import items, tally_of, task_of

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

COUNT = 300
BASE: FloatArray = np.random.default_rng(5).beta(0.6, 3.0, COUNT)
SURE: FloatArray = np.where(np.arange(COUNT) % 2 == 0, np.minimum(3.5 * BASE, 1.0), 0.0)


def side(name: str, skill: FloatArray, *, boxed: float = 1.0, draws: int = 32) -> Side:
    """Draw a side from the items' skills."""
    rng = np.random.default_rng([3, *name.encode()])
    ids = tuple(f"{n:06d}" for n in range(len(skill)))
    return Side(
        name=name, tally=tally_of(ids, skill, boxed, draws, rng), scorer="0badf00d",
        sampling={"temperature": 1.0},
    )  # fmt: skip


def studied(before: Side, after: Side, **options: Any) -> Study:  # noqa: ANN401  any option
    """Study two sides on a task whose items are odd or even."""
    task = options.pop("task", None) or task_of(items(len(before.tally.ids)))
    return study(task, before, after, Policy(), **options)


def point(k: int, low: float, high: float) -> Point:
    """Return a point of which only the bounds matter."""
    return Point(k=k, before=0.5, after=0.5, effect=(low + high) / 2, low=low, high=high)


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ((0.1, 0.2), (-0.2, -0.1), "contracts"),
        ((-0.2, -0.1), (-0.2, -0.1), "contracts"),
        ((-0.1, 0.1), (0.1, 0.2), "expands"),
        ((0.1, 0.2), (-0.1, 0.1), "sharpens"),
        ((-0.2, -0.1), (-0.1, 0.1), "inconclusive"),
        ((-0.1, 0.1), (-0.1, 0.0), "inconclusive"),
    ],
)
def test_the_shape_is_what_the_band_shows(
    first: tuple[float, float], last: tuple[float, float], wanted: str
) -> None:
    """Each rule, and none where the band has zero in it."""
    assert shape_of(point(1, *first), point(8, *last)) == wanted


def test_sharper_and_narrower_is_told_with_the_crossover() -> None:
    """A side that gains on half of the items and can't solve the rest contracts coverage."""
    found = studied(side("base", BASE), side("rl", SURE), at=[5, 3])
    curves = found.whole.curves
    assert [one.k for one in curves.points] == [1, 2, 3, 4, 5, 8, 16, 32]
    assert curves.shape == "contracts"
    true = [1 - ((1 - one[:, None]) ** np.arange(1, 33)).mean(axis=0) for one in (BASE, SURE)]
    crossing = int(np.flatnonzero(true[1] < true[0])[0]) + 1
    assert curves.crossover is not None
    assert curves.crossover.low is not None
    assert curves.crossover.high is not None
    assert curves.crossover.low <= crossing <= curves.crossover.high
    reached = int(np.flatnonzero(true[0] >= true[1][0])[0]) + 1
    assert (curves.match.low or 99) <= reached <= (curves.match.high or 99)


def test_points_are_pass_at_k_and_the_bands_of_a_diff() -> None:
    """Each point is the unbiased pass@k; its band is wider than an interval of the diff."""
    sides = side("base", BASE), side("rl", BASE**0.8)
    found = studied(*sides).whole.curves
    for one in found.points:
        wanted = [
            pass_at_k(s.tally.draws, s.tally.sums[:, 0].astype(np.int64), one.k).mean()
            for s in sides
        ]
        assert (one.before, one.after) == pytest.approx(wanted)
    change = compare(task_of(items(COUNT)), *sides, Policy(), items=0).primary
    assert change.low is not None
    assert found.points[0].low < change.low < change.effect == pytest.approx(found.points[0].effect)


def test_the_same_model_shows_nothing() -> None:
    """A side against itself, sampled anew, is inconclusive, and solves alone what chance gives."""
    found = studied(side("base", BASE), side("again", BASE)).whole
    assert found.curves.shape == "inconclusive"
    for alone in (found.solved.newly, found.solved.lost):
        assert alone.p > 0.01
        assert alone.expected == pytest.approx(alone.count, abs=4 * np.sqrt(alone.expected + 1))
        assert alone.shown == ()
    assert all(one.share is None for one in found.shares)


def test_items_that_one_side_alone_solves_are_counted_against_chance() -> None:
    """Ten items that only rl solves are found, far more than chance gives, and stand out."""
    skill = np.r_[np.zeros(20), np.full(80, 0.5)]
    better = np.r_[np.full(10, 0.9), np.zeros(10), np.full(80, 0.5)]
    solved = studied(side("base", skill), side("rl", better)).whole.solved
    assert (solved.newly.count, solved.lost.count, solved.both, solved.neither) == (10, 0, 80, 10)
    assert solved.newly.shown == tuple(f"{n:06d}" for n in range(10))
    assert solved.newly.p < 1e-6
    assert solved.lost.p == 1.0


def test_coverage_and_all_of_k_are_of_the_items_rates() -> None:
    """Of items at 0, .3 and .95 the shares that reach tau are the known ones; pass^k is p^k."""
    skill = np.repeat([0.0, 0.3, 0.95], 100)
    found = studied(side("base", skill, draws=64), side("rl", np.sqrt(skill), draws=64)).whole
    told = [(one.tau, one.before, one.after) for one in found.reliability.coverage]
    assert [tau for tau, *_ in told] == [0.1, 0.5, 0.9]
    assert [before for _, before, _ in told] == pytest.approx([2 / 3, 1 / 3, 1 / 3], abs=0.06)
    assert told[1][2] == pytest.approx(2 / 3, abs=0.12)  # the root of .3 is .55
    four = found.reliability.all_of[0]
    assert four.k == 4
    assert four.change.before == pytest.approx((0.3**4 + 0.95**4) / 3, abs=0.02)


def test_a_gain_of_format_is_told_as_one() -> None:
    """More boxes and the same answers: all of the gain goes with the form, and none is lenient."""
    found = studied(side("base", BASE, boxed=0.4), side("rl", BASE, boxed=0.9))
    shares = {one.metric: one.share for one in found.whole.shares}
    assert list(shares) == ["boxed", "lenient"]
    for share in shares.values():
        assert share is not None
        assert share.low < 1.0 < share.high
        assert share.high - share.low < 0.6


def test_a_gain_of_substance_is_told_as_one() -> None:
    """Better answers in as many boxes: of 60 intervals of the form's share most hold zero."""
    held = 0
    task = task_of(items(COUNT))
    for n in range(60):
        sides = (
            side(f"base {n}", BASE, boxed=0.7, draws=16),
            side(f"rl {n}", np.sqrt(BASE), boxed=0.7, draws=16),
        )
        shares = shares_of(paired(task, *sides, Policy(), None))
        (share,) = (one.share for one in shares if one.metric == "boxed")
        assert share is not None
        assert abs(share.estimate) < 0.1
        held += share.low < 0.0 < share.high
    assert held >= 47  # 54 are expected


def test_net_of_a_control_is_after_less_control() -> None:
    """Gain less the control's own gain is the net gain, at both ends, on items of all three."""
    base, control = side("base", BASE), side("placebo", BASE**0.8, draws=16)
    rl = side("rl", BASE**0.6)
    found = studied(base, rl, control=control)
    versus = found.whole.versus
    assert versus is not None
    assert [one.k for one in versus.net] == [1, 16]
    for gain, own, net in zip(versus.gain, versus.own, versus.net, strict=True):
        assert net.effect == pytest.approx(gain.effect - own.effect)
        assert net.low < net.effect < net.high
    assert found.control is not None
    assert found.control.most == 16
    assert {one.versus is None for one in found.groups} == {False}


def test_a_control_on_fewer_items_leaves_the_others_out() -> None:
    """Only items that all three sides have are studied, and what is left out is told."""
    control = side("placebo", BASE[:200])
    found = studied(side("base", BASE), side("rl", BASE**0.5), control=control)
    assert found.whole.items == 200
    assert any(note.startswith("100 items are only in rl") for note in found.notes)


def test_groups_are_studied_by_themselves() -> None:
    """Where rl helps on even items and hurts on odd ones, the groups say so."""
    even = np.arange(COUNT) % 2 == 0
    found = studied(side("base", BASE), side("rl", np.where(even, np.sqrt(BASE), BASE / 20)))
    shapes = {(one.tag, one.value): one.curves.shape for one in found.groups}
    assert shapes["split", "even"] == "expands"
    assert shapes["split", "odd"] == "contracts"
    assert [one.items for one in found.groups] == [COUNT, COUNT // 2, COUNT // 2]


def test_single_draws_tell_nothing_of_coverage() -> None:
    """With one draw of an item there is one point, no crossover, and no verdict."""
    found = studied(side("base", BASE, draws=1), side("rl", np.sqrt(BASE), draws=1)).whole
    assert len(found.curves.ends) == 1
    assert found.curves.crossover is None
    assert found.curves.shape == "inconclusive"
    assert found.reliability.all_of == ()


def test_few_items_decide_nothing() -> None:
    """Four items show nothing, however much they differ; nor do four clusters of many items."""
    none, all_ = np.zeros(4), np.ones(4)
    found = studied(side("base", none), side("rl", all_)).whole
    assert found.curves.shape == "inconclusive"
    assert (found.curves.points[0].low, found.curves.points[0].high) == (-1.0, 1.0)
    made = tuple(
        dataclasses.replace(one, cluster=f"c{n % 4}") for n, one in enumerate(items(COUNT))
    )
    found = studied(side("base", BASE), side("rl", np.sqrt(BASE)), task=task_of(made)).whole
    assert found.curves.shape == "inconclusive"


def test_clusters_are_the_unit() -> None:
    """Clusters of one item change nothing; of ten that hang together, they widen the band."""
    skill = np.repeat(BASE[:30], 10)
    sides = side("base", skill), side("rl", np.repeat(SURE[:30], 10))
    widths = []
    for size in (None, 1, 10):
        made = tuple(
            dataclasses.replace(one, cluster=None if size is None else f"c{n // size}")
            for n, one in enumerate(items(COUNT))
        )
        point_ = studied(*sides, task=task_of(made)).whole.curves.points[0]
        widths.append(point_.high - point_.low)
    assert widths[1] == pytest.approx(widths[0])
    assert widths[2] > 1.5 * widths[0]


def test_what_has_no_curve_is_refused() -> None:
    """A graded metric, and a k that no item has draws for, are told."""
    sides = side("base", BASE), side("rl", BASE)
    with pytest.raises(DiffError, match="pass@33 needs as many draws of an item on both sides"):
        studied(*sides, at=[33])
    tally = sides[0].tally
    graded = dataclasses.replace(tally, products=tally.products / 2)
    with pytest.raises(DiffError, match="'correct' is graded"):
        studied(dataclasses.replace(sides[0], tally=graded), sides[1])
