"""Arms and baselines as a test sees them: their figures, their selections, their mistakes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from harness.claims import Arm, Arms, Baselines, Quantity, selection
from harness.errors import ClaimError, ConfigError
from harness.records import Source, Statistic


def is_long(text: str) -> bool:
    """Say whether a completion is long."""
    return len(text) > 80


def only(quantity: Quantity) -> Statistic:
    """Return the one statistic of a quantity."""
    ((coefficient, statistic),) = quantity.terms
    assert (coefficient, quantity.constant) == (1.0, 0.0)
    return statistic


@pytest.fixture
def baselines(arms: Arms) -> Baselines:
    """Return the baselines of the arms."""
    source = Source(task="sums", arm="", baseline="baseline", draws=8)
    return Baselines(arms.judge, source, arms.known)


def test_figures_are_named_in_the_words_of_the_field(arms: Arms, baselines: Baselines) -> None:
    """Each figure reads as people write it."""
    rl = arms["rl"]
    assert rl.pass_at(8).text == "rl.pass@8"
    assert rl.pass_at().text == "rl.pass@1"
    assert rl.pass_at(1, metric="lenient").text == "rl.pass@1[lenient]"
    assert rl.pass_hat(4).text == "rl.pass^4"
    assert rl.pass_hat(metric="boxed").text == "rl.pass^1[boxed]"
    assert rl.majority_at(8).text == "rl.majority@8"
    assert baselines["rl"].majority_at(3).text == "baseline[rl].majority@3"
    assert rl.g_pass_at(16, 0.5).text == "rl.g-pass@16(tau=0.5)"
    assert rl.g_pass_at(4, tau=1, metric="boxed").text == "rl.g-pass@4[boxed](tau=1.0)"
    assert rl.distinct_at(8).text == "rl.distinct@8"
    assert rl.mean().text == "rl.mean(correct)"
    assert rl.rate(is_long).text == "rl.rate(is_long)"
    assert baselines["rl"].pass_at(1).text == "baseline[rl].pass@1"
    assert rl.where(split="hard").pass_at(1).text == "rl(split=hard).pass@1"


def test_a_figure_knows_its_draws(arms: Arms) -> None:
    """A figure holds the arm, the task, the draws, k, the metric and the predicate."""
    found = only(arms["rl"].pass_at(4, metric="boxed"))
    assert (found.kind, found.k, found.metric) == ("pass_at", 4, "boxed")
    assert found.source == Source(task="sums", arm="rl", baseline="", draws=8)
    assert only(arms["rl"].rate(is_long)).predicate is is_long
    found = only(arms["rl"].pass_hat(3, metric="boxed"))
    assert (found.kind, found.k, found.metric) == ("pass_hat", 3, "boxed")
    found = only(arms["rl"].majority_at(8))
    assert (found.kind, found.k, found.votes) == ("majority_at", 8, True)
    found = only(arms["rl"].g_pass_at(8, np.float64(0.25)))
    assert (found.kind, found.k, found.tau, found.of_counts) == ("g_pass_at", 8, 0.25, True)
    found = only(arms["rl"].distinct_at(8))
    assert (found.kind, found.k, found.votes, found.of_answers) == ("distinct_at", 8, False, True)


@pytest.mark.parametrize("k", [0, -1, 1.5, 1.0, True, "1", None, Fraction(2)])
def test_k_is_a_whole_number(arms: Arms, k: Any) -> None:  # noqa: ANN401  what a user may pass
    """pass@k takes whole numbers from 1, and says so with the value."""
    with pytest.raises(ClaimError, match=r"^pass_at\(.*k must be a whole number from 1; for ex"):
        arms["rl"].pass_at(k)
    with pytest.raises(ClaimError, match=r"^pass_hat\(.*; for example pass_hat\(1\)"):
        arms["rl"].pass_hat(k)
    with pytest.raises(ClaimError, match=r"^majority_at\(.*; for example majority_at\(1\)"):
        arms["rl"].majority_at(k)
    with pytest.raises(ClaimError, match=r"^g_pass_at\(.*; for example g_pass_at\(1, tau=0\.5\)"):
        arms["rl"].g_pass_at(k, 0.5)
    with pytest.raises(ClaimError, match=r"^distinct_at\(.* from 2; for example distinct_at\(2\)"):
        arms["rl"].distinct_at(k)


def test_one_draw_has_one_answer(arms: Arms) -> None:
    """distinct@1 is 1 whatever was drawn: no claim can be about it."""
    with pytest.raises(ClaimError, match=r"distinct_at\(1\): k must be a whole number from 2"):
        arms["rl"].distinct_at(1)


@pytest.mark.parametrize("tau", [0, -0.5, 1.01, True, "0.5", None, float("nan")])
def test_tau_is_a_share(arms: Arms, tau: Any) -> None:  # noqa: ANN401  what a user may pass
    """G-Pass@k takes a share of the draws, and says so with the value."""
    with pytest.raises(ClaimError, match=r"^g_pass_at\(tau=.*above 0 and up to 1; for example"):
        arms["rl"].g_pass_at(16, tau)


@pytest.mark.parametrize(
    ("name", "message"),
    [("rll", "no arm 'rll'; did you mean 'rl'?"), ("x", "no arm 'x'; known: base, placebo, rl")],
)
def test_an_unknown_arm_suggests_one(arms: Arms, name: str, message: str) -> None:
    """A misspelt arm is answered with the likeliest one, or with all of them."""
    with pytest.raises(ConfigError, match=message.replace("?", r"\?")):
        arms[name]


def test_a_baseline_stores_no_texts(baselines: Baselines) -> None:
    """A new predicate can't be computed from stored scores, and the way out is named."""
    with pytest.raises(ClaimError, match=r"baseline\[rl\] stores scores.*a metric of the task"):
        baselines["rl"].rate(is_long)


@pytest.mark.parametrize(
    "misuse",
    [
        lambda arm: arm.rate("is_long"),
        lambda arm: arm.mean(is_long),
        lambda arm: arm.pass_at(1, metric=is_long),
        lambda arm: arm.where(split=3),
        lambda arm: arm.where(split=["id", 3]),
        lambda arm: arm.where(split=None),
    ],
    ids=["rate of a name", "mean of a function", "metric", "tag", "mixed tags", "no tag"],
)
def test_arguments_of_the_wrong_kind_are_refused(
    arms: Arms, misuse: Callable[[Arm], object]
) -> None:
    """A figure or a selection of the wrong kind raises one clear error, at once."""
    with pytest.raises(ClaimError):
        misuse(arms["rl"])


def test_where_narrows_step_by_step(arms: Arms) -> None:
    """Each where() adds to what is selected; several values of a tag are alternatives."""
    arm = arms["rl"].where(split=["hard", "id"]).where(category="add2", split="hard")
    assert arm.source.narrowed == (
        ("split", ("hard", "id")), ("category", ("add2",)), ("split", ("hard",)),
    )  # fmt: skip
    assert arms["rl"].source.narrowed == ()


def test_a_selection_does_not_depend_on_how_it_is_written() -> None:
    """Order of tags and values, and the kind of collection, make no difference."""
    one = selection({"split": ["id", "hard"], "category": "add2"})
    two = selection({"category": ("add2",), "split": {"hard", "id"}})
    assert one == two == (("category", ("add2",)), ("split", ("hard", "id")))


def test_the_marker_selection_is_not_repeated_in_names(arms: Arms) -> None:
    """What the marker selects goes without saying; what the test selects is said."""
    source = Source(task="sums", arm="rl", baseline="", draws=8, where=(("split", ("id",)),))
    assert str(source) == "rl"
    assert str(Arm(arms.judge, source).where(category="add2").source) == "rl(category=add2)"


def test_another_task_has_the_same_arms(arms: Arms) -> None:
    """task() changes the task alone."""
    other = arms.task("products")
    assert other["rl"].source == Source(task="products", arm="rl", baseline="", draws=8)
    assert other.known == arms.known


def test_they_show_what_they_are(arms: Arms, baselines: Baselines) -> None:
    """In a traceback, arms and baselines name themselves."""
    assert repr(arms) == "<arms base, rl, placebo>"
    assert repr(baselines) == "<baselines base, rl, placebo>"
    assert repr(arms["rl"]) == "<arm rl>"


def test_arms_are_a_collection_of_names(arms: Arms) -> None:
    """Arms can be asked for and gone through by name."""
    assert "rl" in arms
    assert "rll" not in arms
    assert list(arms) == list(arms.known)
