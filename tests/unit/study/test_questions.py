"""What questions come to on simulated arms whose truth is known."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from harness.errors import DiffError
from harness.records import Policy
from harness.study.answer import Answer, Figure
from harness.study.page import Page
from harness.study.questions import QUESTIONS
from harness.study.questions.kept import _overall, _with
from tests.unit.diff.conftest import METRICS, items, task_of
from tests.unit.study.conftest import COUNT, Pages, drawn

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

SPLITS = {"seen": (("split", ("even",)),), "unseen": (("split", ("odd",)),)}


def answers(page: Page) -> dict[str, Answer]:
    """Return the answers for the one arm of a page."""
    (arm,) = page.arms
    return dict(arm.answers)


def figure(answer: Answer, what: str, where: str = "") -> Figure:
    """Return a figure of an answer."""
    (found,) = (one for one in answer.figures if (one.what, one.where) == (what, where))
    return found


def test_an_arm_that_is_better_everywhere(page: Pages, base: FloatArray) -> None:
    """It helps, more than its placebo, beyond format, with new coverage, on unseen items too."""
    sides = {
        "base": drawn("base", base),
        "rl": drawn("rl", base**0.4),
        "placebo": drawn("placebo", base),
    }
    found = answers(page(sides, **SPLITS))
    assert {key: one.verdict for key, one in found.items()} == {
        "helped": "yes", "controls": "yes", "form": "yes", "tries": "expands", "unseen": "yes",
        "kept": "gains", "behaviour": "2 of 5 shifted",
    }  # fmt: skip
    assert found["helped"].words == {"even": "yes", "odd": "yes"}
    net = figure(found["controls"], "pass@1 net of", "odd")
    own = figure(found["controls"], "own gain of", "odd")
    gain = figure(found["helped"], "pass@1", "odd")
    assert (net.of, own.of) == ("placebo", "placebo")
    assert net.value == pytest.approx((gain.value or 0) - (own.value or 0))


def test_a_no_op_shows_nothing(page: Pages, base: FloatArray) -> None:
    """The base sampled anew is within the effect of interest, and no verdict is one of a change."""
    sides = {"base": drawn("base", base), "rl": drawn("rl", base, seed=4)}
    found = answers(page(sides, **SPLITS))
    assert found["helped"].verdict == "no change"
    assert found["controls"].verdict == "no control"
    assert found["form"].verdict == "no gain"
    assert found["tries"].verdict == "not shown"
    assert found["unseen"].verdict == "no change"
    assert found["kept"].verdict in {"not shown", "keeps", "keeps, in part"}


def test_a_gain_on_one_split_and_a_loss_on_the_other(
    page: Pages, base: FloatArray, even: FloatArray
) -> None:
    """Neither is averaged away: the word is mixed, and each split has its own."""
    skill = np.where(even, base**0.4, base / 4)
    found = answers(page({"base": drawn("base", base), "rl": drawn("rl", skill)}, **SPLITS))
    assert found["helped"].verdict == "mixed"
    assert found["helped"].words == {"even": "yes", "odd": "worse"}
    assert found["unseen"].verdict == "worse"
    gap = figure(found["unseen"], "gap: gain on unseen less gain on seen")
    seen, unseen = (figure(found["unseen"], f"pass@1, {name}").value for name in ("seen", "unseen"))
    assert gap.value == pytest.approx((unseen or 0) - (seen or 0))
    assert gap.high is not None
    assert gap.high < 0


def test_what_is_both_seen_and_unseen_is_refused(page: Pages, base: FloatArray) -> None:
    """The gap compares other items: one that is on both sides is a mistake in the config."""
    sides = {"base": drawn("base", base), "rl": drawn("rl", base)}
    both = {"seen": (("split", ("even", "odd")),), "unseen": (("split", ("odd",)),)}
    with pytest.raises(DiffError, match=f"{COUNT // 2} items are declared both seen and unseen"):
        page(sides, **both)


def test_more_boxes_alone_are_no_skill(page: Pages, base: FloatArray) -> None:
    """A reward for the format brings a gain, all of which lenient scoring does not see."""
    sides = {"base": drawn("base", base, boxed=0.3), "rl": drawn("rl", base, boxed=0.95)}
    found = answers(page(sides))["form"]
    assert found.verdict in {"no", "no, in part", "not shown"}
    share = figure(found, "share that lenient scoring does not see", "even")
    assert share.unit == "ratio"
    assert share.low is not None
    assert share.high is not None
    assert share.low < 1 < share.high
    worse = {"base": sides["base"], "rl": drawn("rl", base * 0.7, boxed=0.95)}
    assert answers(page(worse))["form"].verdict == "no"


def test_without_lenient_scoring_the_substance_is_asked(page: Pages, base: FloatArray) -> None:
    """Kitagawa's decomposition stands in; without the form there is no answer, and that is told."""
    sides = {"base": drawn("base", base, boxed=0.6), "rl": drawn("rl", base**0.4, boxed=0.6)}
    renamed = {
        name: dataclasses.replace(
            one,
            tally=dataclasses.replace(one.tally, metrics=("correct", "l", "boxed", "truncated")),
        )
        for name, one in sides.items()
    }
    found = answers(page(renamed))["form"]
    assert found.verdict == "yes"
    assert {one.what for one in found.figures} == {"substance", "share that goes with"}
    assert METRICS[1] == "lenient"
    formless = page(renamed, task=task_of(items(COUNT), form="none"))
    assert "form" not in answers(formless)
    assert any("Beyond a change of format?" in str(one[0]) for one in formless.caveats)


def test_sharper_and_narrower_loses_what_was_solved(
    page: Pages, base: FloatArray, even: FloatArray
) -> None:
    """Where half of the items can't be solved any more, coverage contracts and the curves cross."""
    skill = np.where(np.arange(COUNT) // 2 % 2 == 0, np.minimum(3.5 * base, 1.0), 0.0)
    found = answers(page({"base": drawn("base", base), "rl": drawn("rl", skill)}))
    assert even.any()
    assert found["tries"].verdict == "contracts"
    assert found["kept"].verdict == "loses"
    crossing = figure(found["tries"], "curves cross", "even")
    assert crossing.value is not None
    assert 1 < crossing.value < 32
    lost = figure(found["kept"], "items that the start alone solves", "odd")
    assert lost.p is not None
    assert lost.p < 1e-6


@pytest.mark.parametrize(
    ("sign", "lost", "wanted"),
    [("up", True, "both"), ("open", True, "some"), ("same", True, "some"), ("down", True, "down"),
     ("same", False, "same")],
)  # fmt: skip
def test_items_that_are_lost_count_beside_the_band(sign: str, *, lost: bool, wanted: str) -> None:
    """A set of items that keeps pass@k may lose items all the same."""
    assert _with(sign, lost) == wanted


@pytest.mark.parametrize(
    ("signs", "word"),
    [({"up", "some"}, "mixed"), ({"up", "both"}, "mixed"), ({"both", "open"}, "mixed"),
     ({"down", "some"}, "loses, in part"), ({"up", "open"}, "gains, in part"),
     ({"some"}, "some lost")],
)  # fmt: skip
def test_a_gain_on_some_items_hides_no_loss_on_others(signs: set[str], word: str) -> None:
    """Items that are lost on one set of items make the word of a gain on another one mixed."""
    assert _overall(signs) == word


def test_the_lenient_metric_goes_by_the_task(page: Pages, base: FloatArray) -> None:
    """A task that names its lenient metric is asked by that one."""
    sides = {"base": drawn("base", base, boxed=0.3), "rl": drawn("rl", base, boxed=0.95)}
    metrics = ("correct", "loose", "boxed", "truncated")
    renamed = {
        name: dataclasses.replace(one, tally=dataclasses.replace(one.tally, metrics=metrics))
        for name, one in sides.items()
    }
    asked = answers(page(sides))["form"]
    found = answers(page(renamed, task=task_of(items(COUNT), lenient="loose")))["form"]
    assert found == asked


def test_without_an_effect_of_interest_nothing_is_the_same(page: Pages, base: FloatArray) -> None:
    """An undeclared effect leaves "no change" and "keeps" out."""
    sides = {"base": drawn("base", base), "rl": drawn("rl", base, seed=4)}
    found = answers(page(sides, Policy()))
    assert found["helped"].verdict == "not shown"
    assert found["kept"].verdict == "not shown"


def test_single_draws_tell_nothing_of_more_tries(page: Pages, base: FloatArray) -> None:
    """The question is not asked, and the page says why."""
    sides = {"base": drawn("base", base, draws=1), "rl": drawn("rl", base**0.4, draws=1)}
    made = page(sides)
    assert "tries" not in answers(made)
    assert any("there is one draw of each item" in str(one[0]) for one in made.caveats)


def test_few_items_decide_nothing(page: Pages) -> None:
    """Four items show nothing, and the answer says so."""
    sides = {"base": drawn("base", np.zeros(4)), "rl": drawn("rl", np.ones(4))}
    made = page(sides, task=task_of(items(4)))
    found = answers(made)
    assert {one.verdict for key, one in found.items() if key != "controls"} <= {
        "not shown", "no gain",
    }  # fmt: skip
    assert found["helped"].caveats


def test_verdicts_of_the_same_model_are_seldom_of_a_change(page: Pages, base: FloatArray) -> None:
    """Of 40 no-ops on two splits, about one in ten splits says that it helped or harmed."""
    told = 0
    for n in range(40):
        sides = {name: drawn(name, base, draws=4, seed=n) for name in ("base", "rl")}
        words = answers(page(sides))["helped"].words.values()
        told += sum(word in {"yes", "worse"} for word in words)
    assert told <= 16  # 8 are expected of 80


def test_each_question_has_a_name_of_its_own() -> None:
    """Keys are unique, and titles are questions."""
    assert len({one.key for one in QUESTIONS}) == len(QUESTIONS)
    assert all(one.title.endswith("?") for one in QUESTIONS)
