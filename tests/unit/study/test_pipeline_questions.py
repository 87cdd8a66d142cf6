"""What the page says of other starts, and along series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.unit.study.conftest import Pages, drawn

if TYPE_CHECKING:
    import numpy.typing as npt

    from harness.diff import Side
    from harness.study.answer import Answer
    from harness.study.page import Page

    FloatArray = npt.NDArray[np.float64]

CONFIG = """\
schema: 1
arms:
  base: {engine: python, function: "m:f"}
  early: {engine: python, function: "m:f"}
  rl: {engine: python, function: "m:f", training: {start: base, lr: 1, seed: 1}}
  rl_early: {engine: python, function: "m:f", training: {start: early, lr: 1, seed: 2}}
study: {base: base}
series:
  pretraining: [early, base]
  course: {arms: [early, base, rl], at: [0, 1, 4]}
"""


def sides(**skills: FloatArray) -> dict[str, Side]:
    """Draw arms by their skills."""
    return {name: drawn(name, skill) for name, skill in skills.items()}


def made(page: Pages, config: str = CONFIG, **skills: FloatArray) -> Page:
    """Make a page of arms with these skills."""
    return page(sides(**skills), config=config, base="base")


def starts(page: Page) -> Answer | None:
    """Return the answer for the arm from the other start."""
    (found,) = (one.answers.get("starts") for one in page.arms if one.name == "rl_early")
    return found


def test_a_smaller_gain_from_a_weaker_start(page: Pages, base: FloatArray) -> None:
    """It is less, as a difference of the two gains, and what the starts differ by is told."""
    found = starts(made(page, base=base, early=base / 4, rl=base**0.4, rl_early=base / 3))
    assert found is not None
    assert found.verdict == "less"
    for one in found.figures:
        assert one.of == "rl"
        assert one.value == pytest.approx((one.after or 0) - (one.before or 0))
    assert len(found.caveats) == 2
    assert found.caveats[0][-1] == ": what is gained may reflect the room that was left"


def test_alike_starts_need_no_warning(page: Pages, base: FloatArray) -> None:
    """Where the starts are not shown to differ, neither is a confound told."""
    found = starts(made(page, base=base, early=base, rl=base**0.4, rl_early=base**0.4))
    assert found is not None
    assert found.verdict in {"alike", "not shown", "alike, in part"}
    assert found.caveats == ()


@pytest.mark.parametrize("other", ["lr: 2, seed: 2", "seed: 2"])
def test_what_was_trained_otherwise_is_not_compared(
    page: Pages, base: FloatArray, other: str
) -> None:
    """The question is left out, and the page says so."""
    config = CONFIG.replace("start: early, lr: 1, seed: 2", f"start: early, {other}")
    skills = {"base": base, "early": base / 4, "rl": base**0.4, "rl_early": base}
    found = made(page, config, **skills)
    assert starts(found) is None
    assert any("More than the same training" in str(one[0]) for one in found.caveats)


def test_a_series_has_a_trend_and_steps(page: Pages, base: FloatArray) -> None:
    """The trend is the change along the least-squares line; of two arms it is their step."""
    found = made(page, base=base, early=base / 4, rl=base**0.4, rl_early=base)
    two, three = found.series
    assert (two.name, two.answer.verdict) == ("pretraining", "rises")
    assert [(one.what, one.where) for one in two.answer.figures] == [
        ("trend", "even"), ("trend", "odd"),
    ]  # fmt: skip
    assert three.arms == ("early", "base", "rl")
    trend, _, first, second, *_ = three.answer.figures
    assert [(one.what, one.of, one.where) for one in (first, second)] == [
        ("step to", "base", "even"), ("step to", "rl", "even"),
    ]  # fmt: skip
    scores = [first.before, first.after, second.after]
    slope = np.polyfit([0, 1, 4], np.array(scores, dtype=float), 1)[0]
    assert trend.value == pytest.approx(4 * slope)
    assert (trend.before, trend.after) == (None, None)


def test_a_series_of_no_ops_shows_nothing(page: Pages, base: FloatArray) -> None:
    """No trend is shown, or none as large as the effect of interest."""
    found = made(page, base=base, early=base, rl=base, rl_early=base)
    assert {one.answer.verdict for one in found.series} <= {
        "no change", "not shown", "no change, in part",
    }  # fmt: skip


def test_a_series_that_was_not_drawn_is_left_out_and_told(page: Pages, base: FloatArray) -> None:
    """Its missing arms are named."""
    found = made(page, base=base, rl=base**0.4)
    assert found.series == ()
    assert "series course is left out: the run drew nothing of early" in found.notes
