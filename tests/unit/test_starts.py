"""Two gains that are compared: whether they are shown to start from different levels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from harness.claims import Arms, Claim, Quantity, no_evidence
from harness.judge import Judge
from harness.judge.starts import unequal_starts
from harness.records import Look, Policy, Source, Statistic
from harness.trial import Trial

NAMES = ("early", "rl_early", "base", "rl")
ITEMS, DRAWS = 60, 8
LEVELS = {"early": 0.1, "rl_early": 0.3, "base": 0.4, "rl": 0.8}


@pytest.fixture
def four(judge: Any) -> Arms:  # noqa: ANN401  a judge of tests
    """Return two starts and what was made of them."""
    return Arms(judge, Source(task="sums", arm="", baseline="", draws=DRAWS), NAMES)


def gains(four: Arms) -> tuple[Quantity, Quantity]:
    """Return what was gained on either start."""
    q = {name: four[name].pass_at(1) for name in NAMES}
    return q["rl"] - q["base"], q["rl_early"] - q["early"]


def notes(
    claim: Claim, drawn: Callable[..., Any], levels: Mapping[str, float],
    policy: Policy | None = None, looks: Sequence[int] = (DRAWS,),
) -> list[str]:  # fmt: skip
    """Decide a claim on draws of arms of these skills, and return what is told of its starts."""
    draws = drawn({name: np.full(ITEMS, skill) for name, skill in levels.items()}, DRAWS, 1)
    trial = Trial(
        terms=claim.terms, question=claim.question, policy=policy or Policy(),
        looks=tuple(Look(draws=count) for count in looks),
    )  # fmt: skip
    _, figures = trial.hear(draws.tally)
    return list(unequal_starts(trial, figures))


@pytest.mark.parametrize(
    "write",
    [
        lambda late, early: late > early,
        lambda late, early: early < late - 0.1,
        lambda late, early: late - early > 0.1,
        lambda late, early: 0.5 * late - 0.5 * early > 0.0,
        lambda late, early: no_evidence(early > late),
    ],
    ids=["greater", "less", "difference", "halves", "alarm"],
)
def test_unequal_starts_are_told(
    four: Arms, drawn: Callable[..., Any], write: Callable[..., Claim]
) -> None:
    """However it is written, a comparison of two gains says from where they start."""
    (note,) = notes(write(*gains(four)), drawn, LEVELS)
    assert note.startswith("the gains start from different levels, ")
    assert note.endswith(": what is gained may reflect the room that was left")
    assert "early.pass@1 0.096" in note
    assert "base.pass@1 0.385" in note
    assert "rl" not in note.replace("early", "")


def test_starts_are_told_under_each_policy(four: Arms, drawn: Callable[..., Any]) -> None:
    """Bets, fixed items and planned looks decide by the draws that the claim itself has."""
    late, early = gains(four)
    for policy in (Policy(method="anytime"), Policy(items="these"), Policy(method="sign-flip")):
        assert len(notes(late > early, drawn, LEVELS, policy)) == 1
    assert len(notes(late > early, drawn, LEVELS, looks=(2, 4, 8))) == 1


def test_starts_that_are_not_told_apart_raise_no_doubt(
    four: Arms, drawn: Callable[..., Any]
) -> None:  # fmt: skip
    """A difference of the starts that is not shown is none to speak of; alpha decides."""
    late, early = gains(four)
    near = {**LEVELS, "early": 0.42}
    assert not notes(late > early, drawn, near)
    assert notes(late > early, drawn, near, Policy(alpha=0.49))


def test_other_claims_have_no_starts(four: Arms, drawn: Callable[..., Any]) -> None:
    """One gain, two metrics, three arms and unequal weights are no difference in differences."""
    late, early = gains(four)
    q = {name: four[name].pass_at(1) for name in NAMES}
    for claim in (
        late > 0.0,
        late > q["rl_early"] - four["early"].mean(),
        late > q["early"] - q["base"],
        late > 0.5 * early,
        four["rl"].g_pass_at(4, 0.5) - four["base"].g_pass_at(4, 0.5)
        > four["rl_early"].g_pass_at(4, 0.75) - four["early"].g_pass_at(4, 0.75),
        q["rl"] + q["base"] > q["rl_early"] + q["early"] - 0.9,
    ):
        assert not notes(claim, drawn, LEVELS)


def test_the_seeds_of_a_recipe_are_one_quantity(four: Arms, drawn: Callable[..., Any]) -> None:
    """Terms of one name count together, at their mean."""

    @dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
    class Seed(Source):
        def __str__(self) -> str:
            return "recipe"

    late, early = gains(four)
    seeds = [
        Statistic(source=Seed(**dataclasses.asdict(four[name].source)), kind="pass_at")
        for name in ("base", "rl_early")
    ]
    trained = Quantity(late.judge, tuple((0.5, one) for one in seeds), 0.0, "recipe.pass@1")
    claim = four["rl"].pass_at(1) - trained > early
    draws = drawn({name: np.full(ITEMS, skill) for name, skill in LEVELS.items()}, DRAWS, 1)
    looks = (Look(draws=DRAWS),)
    trial = Trial(terms=claim.terms, question=claim.question, policy=Policy(), looks=looks)
    _, figures = trial.hear(
        lambda one, look: draws.tally(
            dataclasses.replace(one, source=four[one.source.arm].source), look
        )
    )
    (note,) = unequal_starts(trial, figures)
    assert "recipe.pass@1 0.3" in note


MORE = """\
  late: {engine: python, function: "models_of_this_test:strong", revision: "1"}
  far: {engine: python, function: "models_of_this_test:strong", revision: "1"}
  twin: """


def test_the_note_comes_with_the_verdict(courts: Callable[..., Judge]) -> None:
    """It stands among the warnings of the decision, and is stored with it; a bend has none."""
    four = "series: {four: [base, rl, late, far]}\n"
    judge = courts(("  twin: ", MORE), ("arms:\n", f"{four}arms:\n"))
    arms = judge.arms("sums", 4, ())
    q = {name: arms[name].pass_at(1) for name in ("base", "rl", "late", "far")}
    assert q["rl"] - q["base"] > q["far"] - q["late"]
    told = judge.docket.rulings[0].decision.warnings[-1]
    assert told.startswith("the gains start from different levels, base.pass@1 0.")
    (stored,) = judge.record.news["verdicts"].values()
    assert told in stored["decision"]["warnings"]
    assert arms.series("four").pass_at(1).bend() > 0.0
    assert not any("start" in text for text in judge.docket.rulings[1].decision.warnings)
