"""The headline: what it says of known differences, and how often it errs where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from harness.diff import Diff, Side
from harness.report.diff_words import headline_lines, short

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

Sides = Callable[..., Side]
Compared = Callable[..., Diff]


def words(diff: Diff) -> list[str]:
    """Return the headline without its figures."""
    return [line.partition(":")[0] for line in headline_lines(diff)]


def test_the_same_model_drawn_again_is_unchanged(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """In about 95% of pairs of samples of one model, or more, nothing is said to have changed."""
    runs = 80
    quiet = 0
    for seed in range(runs):
        sides = side("base", skill[:150], seed=seed), side("again", skill[:150], seed=seed)
        found = compared(*sides, items=0)
        quiet += found.headline.quiet
        assert found.headline.quiet == (words(found)[0] == "nothing changed beyond noise")
    assert quiet / runs >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / runs)


def test_a_gain_of_format(side: Sides, compared: Compared, skill: FloatArray) -> None:
    """More boxes with worse answers in them: the gain is format, and substance fell."""
    found = compared(side("base", skill, boxed=0.4), side("rl", skill * 0.9, boxed=0.95))
    assert words(found)[:2] == ["rl is better than base", "the gain is format, and substance fell"]
    assert "(lenient -0." in headline_lines(found)[1]


def test_a_gain_of_substance(side: Sides, compared: Compared, skill: FloatArray) -> None:
    """As many boxes with better answers in them: the gain is substance."""
    found = compared(side("base", skill), side("rl", skill**0.5))
    assert words(found)[:2] == ["rl is better than base", "the gain is substance"]


def test_a_loss_of_both(side: Sides, compared: Compared, skill: FloatArray) -> None:
    """Fewer boxes and worse answers: the loss is of both."""
    found = compared(side("base", skill, boxed=0.9), side("rl", skill * 0.7, boxed=0.5))
    assert words(found)[:2] == ["rl is worse than base", "the loss is format and substance"]


def test_a_gain_that_narrows(side: Sides, compared: Compared) -> None:
    """Some items always, the others never: better at the first try, and coverage narrows."""
    before, after = np.full(200, 0.3), np.r_[np.full(100, 0.98), np.zeros(100)]
    sides = side("base", before, boxed=1.0), side("rl", after, boxed=1.0)
    found = compared(*sides)
    assert words(found) == [
        "rl is better than base", "the gain is substance", "coverage narrowed",
    ]  # fmt: skip
    assert "pass@16 -0.49" in headline_lines(found)[2]
    assert found.curves[0].crossed
    assert found.curves[0].crossing == 3


def test_items_may_differ_where_the_mean_does_not(side: Sides, compared: Compared) -> None:
    """As many items gained as lost: the mean is not shown to move, and the items are."""
    skill = np.r_[np.full(150, 0.4), np.full(25, 0.02), np.full(25, 0.98)]
    turned = np.r_[np.full(150, 0.4), np.full(25, 0.98), np.full(25, 0.02)]
    found = compared(side("base", skill, boxed=1.0), side("rl", turned, boxed=1.0))
    assert words(found)[0] == "the mean is not shown to move"
    assert found.counts is not None
    gained, lost = found.counts.gained, found.counts.lost
    assert 24 <= min(gained, lost) <= max(gained, lost) <= 28
    assert f"but {gained} items gained and {lost} lost at FDR 5%" in headline_lines(found)[0]


def test_a_graded_metric_has_a_headline(side: Sides, compared: Compared, skill: FloatArray) -> None:
    """What is not 0/1 has its mean, and neither curves nor tests of items."""
    sides = []
    for name, power in (("base", 1.0), ("rl", 0.5)):
        made = side(name, skill**power)
        made.tally.products[:, 0, 0] *= 0.9
        sides.append(made)
    found = compared(*sides, items=3)
    assert headline_lines(found)[0].startswith("rl is better than base: mean(correct) +0.")
    assert (found.curves, found.counts, found.origin) == ((), None, None)
    assert len(found.telling) == 3


def test_a_short_diff_has_two_to_six_lines(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """It names the sides, and says what changed, or that nothing did."""
    quiet = short(compared(side("base", skill), side("again", skill), items=0))
    loud = short(compared(side("base", skill[:290], boxed=0.2), side("rl", skill), items=0))
    assert len(quiet) == 2
    assert quiet[0] == "again (16 draws) against base (16 draws) on sums: 300 items"
    assert 3 < len(loud) <= 6
    assert loud[-1] == "  note: 10 items are only in rl"


def test_one_interval_beside_zero_is_not_enough(
    side: Sides, compared: Compared, skill: FloatArray
) -> None:
    """Where the interval leaves zero out, but not beyond what chance would do, that is said."""
    for seed in range(60):
        found = compared(side("base", skill, seed=seed), side("again", skill, seed=seed), items=0)
        if "primary" in found.headline.alone and found.headline.quiet:
            break
    first, second = headline_lines(found)
    assert first.startswith("nothing changed beyond noise: pass@1 ")
    assert found.primary.p is not None
    assert found.primary.p < 0.1
    assert second == "its interval leaves zero out, as one of 8 figures may by chance"
