"""Where pass@k curves meet, told at the end of a run: of whom, and of whom not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from harness.pytest_plugin.crossings import crossings
from harness.records import Policy, Roster, Ruling, Tally, Term
from harness.report.measured import Measured

MakeRuling = Callable[..., Ruling]
COUNT, DRAWS = 60, 16
ROSTER = Roster(
    ids=tuple(f"{row:02d}" for row in range(COUNT)),
    tags={"split": ("odd", "even") * (COUNT // 2)},
    clusters=(None,) * COUNT,
)


def tally(correct: Sequence[int], metric: str = "correct") -> Tally:
    """Tally items with so many draws right."""
    sums = np.array(correct, dtype=np.float64)[:, None]
    return Tally(
        ids=ROSTER.ids, draws=np.full(COUNT, DRAWS), metrics=(metric,), sums=sums,
        products=sums[:, :, None], answers=({},) * COUNT,
    )  # fmt: skip


@pytest.fixture
def found() -> Measured:
    """Return two arms: `hot` solves half of the items at once, `base` each now and then."""
    return Measured(
        rosters={"sums": ROSTER},
        tallies={
            ("sums", "hot"): tally([15] * (COUNT // 2) + [0] * (COUNT // 2)),
            ("sums", "base"): tally([4] * COUNT),
        },
    )


@pytest.fixture
def compared(ruling: MakeRuling) -> Callable[..., Ruling]:
    """Return a maker of rulings on the difference of two arms at a k."""

    def make(k: int, *arms: str, test: str = "a", **changes: object) -> Ruling:
        first, second = arms or ("hot", "base")
        one = Term(weight=1.0, task="sums", arm=first, baseline="", where={}, kind="pass_at",
                   metric="correct", k=k)  # fmt: skip
        other = dataclasses.replace(one, weight=-1.0, arm=second)
        terms = tuple(dataclasses.replace(term, **changes) for term in (one, other))  # type: ignore[arg-type]
        return ruling(nodeid=test, terms=terms if not changes.get("weight") else (one, terms[1]))

    return make


LINE = (
    "pass@k of hot and base: the curves cross at k = 3 [2, 4]; "
    "base reaches hot's pass@1 at k = 3 [2, 3], 60 items of sums"
)


def test_it_is_told_whichever_way_it_was_written(
    found: Measured, compared: Callable[..., Ruling]
) -> None:
    """The arm that is better at once comes first, and the same pair is told once."""
    for rulings in (
        [compared(1), compared(8)],
        [compared(8, "base", "hot"), compared(1)],
        [compared(4, "base", "hot"), compared(1, "base", "hot"), compared(8), compared(2)],
        [compared(1), compared(8), compared(1, test="b"), compared(16, test="b")],
    ):
        assert list(crossings(found, rulings, Policy())) == [LINE]


def test_a_selection_is_named(found: Measured, compared: Callable[..., Ruling]) -> None:
    """What was compared on some items is told of these, beside what was on all."""
    odd = {"where": {"split": ("odd",)}}
    rulings = [compared(1), compared(8), compared(1, **odd), compared(8, **odd)]
    whole, part = crossings(found, rulings, Policy())
    assert whole.endswith(", 60 items of sums")
    assert part.endswith(", 30 items of sums (split=odd)")


def test_what_is_no_pair_of_curves_is_not_told(
    found: Measured, compared: Callable[..., Ruling]
) -> None:
    """One k, two tests, two selections, a baseline, a multiple or another figure make no curves."""
    for rulings in (
        [compared(1)],
        [compared(2), compared(8)],
        [compared(1), compared(8, test="b")],
        [compared(1), compared(8, where={"split": ("odd",)})],
        [compared(1), compared(8, metric="boxed")],
        [compared(1), compared(8, kind="pass_hat")],
        [compared(1), compared(8, weight=-0.5)],
        [compared(one, baseline="baseline") for one in (1, 8)],
        [compared(one, "hot", "lost") for one in (1, 8)],
        [compared(one, metric="boxed") for one in (1, 8)],
    ):
        assert list(crossings(found, rulings, Policy())) == []


def test_curves_that_touch_at_one_try_are_not_shown_to_cross(
    compared: Callable[..., Ruling],
) -> None:
    """Equal pass@1 and more coverage later is no crossing, nor shown to be one."""
    half = COUNT // 2
    sides = {"hot": tally([16] * half + [0] * half), "base": tally([8] * COUNT)}
    found = Measured(
        rosters={"sums": ROSTER}, tallies={("sums", arm): one for arm, one in sides.items()}
    )
    for arms in (("hot", "base"), ("base", "hot")):
        (line,) = crossings(found, [compared(1, *arms), compared(8, *arms)], Policy())
        assert "the curves cross at k = 2" not in line or "(not shown)" in line
