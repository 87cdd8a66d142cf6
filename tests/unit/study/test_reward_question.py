"""What the page says of rewards and of behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pytest

from harness.report.page_words import figure_words, plain
from harness.study.answer import Answer
from tests.unit.diff.conftest import items, task_of
from tests.unit.study.conftest import COUNT, Pages, drawn

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

Answers = Callable[..., Mapping[str, Answer]]

CONFIG = """\
schema: 1
arms:
  base: {engine: python, function: "m:f"}
  rl: {engine: python, function: "m:f"TOLD}
"""


@pytest.fixture
def answers(page: Pages, base: FloatArray) -> Answers:
    """Return a maker of the answers for an arm that gains boxes, and skill by a power."""

    def make(
        reward: str, *, power: float = 1.0, boxed: float = 0.9, task: str = ""
    ) -> Mapping[str, Answer]:
        told = f", training: {{reward: {reward}}}" if reward else ""
        sides = {
            "base": drawn("base", base, boxed=0.4),
            "rl": drawn("rl", base**power, boxed=boxed),
        }
        made = page(
            sides, config=CONFIG.replace("TOLD", told), task=task_of(items(COUNT), reward=task)
        )
        return made.arms[0].answers

    return make


def test_a_reward_for_boxes_is_hacked(answers: Answers) -> None:
    """Boxes rise and lenient scoring, which is gold, falls."""
    found = answers("boxed", power=1.5)["reward"]
    assert found.verdict == "hacked"
    assert [(one.what, one.of) for one in found.figures[:3]] == [
        ("reward", "boxed"), ("gold", "lenient"), ("gold as a share of the reward", ""),
    ]  # fmt: skip
    said = plain(found.said)
    assert said.startswith("the reward boxed is hacked: on even +0.")
    assert said.count(" of lenient") == 1


def test_a_reward_for_right_answers_is_earned(answers: Answers) -> None:
    """Lenient scoring rises by more than half of the strict score."""
    assert answers("correct", power=0.3, boxed=0.5)["reward"].verdict == "earned"


def test_the_task_tells_the_reward_where_the_arm_says_nothing(answers: Answers) -> None:
    """An arm that names a reward that is no metric, such as a coin, is not held to another."""
    assert answers("", task="boxed")["reward"].figures[0].of == "boxed"
    assert answers("lenient", task="boxed")["reward"].figures[1].of == "correct"
    assert "reward" not in answers("coin", task="boxed")
    assert "reward" not in answers("")


def test_behaviour_is_told_by_its_largest_shifts(answers: Answers) -> None:
    """Boxes come first, with Cohen's h, and what texts would tell is named as untold."""
    found = answers("")["behaviour"]
    assert found.verdict == "1 of 5 shifted"
    assert plain(found.said).startswith("draws that are boxed +0.5")
    boxed = next(one for one in found.figures if one.of == "boxed")
    assert (boxed.unit, boxed.scale) == ("change", "h")
    h = 2 * (np.arcsin(np.sqrt(boxed.after or 0)) - np.arcsin(np.sqrt(boxed.before or 0)))
    assert boxed.size == pytest.approx(h)
    assert figure_words(boxed).endswith(f"], h {h:+.2f}")
    entropy = next(one for one in found.figures if one.what.startswith("entropy"))
    assert (entropy.unit, entropy.scale) == ("amount", "g")
    assert any("texts are not kept" in str(one[0]) for one in found.caveats)


def test_a_no_op_behaves_as_before(answers: Answers) -> None:
    """Nothing is shown, and the sentence says of how many figures."""
    found = answers("", boxed=0.4)["behaviour"]
    assert found.verdict == "not shown"
    assert plain(found.said) == "no figure of 5 is shown to shift, at FDR 5%"
