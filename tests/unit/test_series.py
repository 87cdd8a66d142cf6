"""Series of arms: what is declared, and what is claimed along them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.claims import Arms, Baselines, Claim, JointClaim, Series, no_evidence
from harness.config import load_config
from harness.errors import ClaimError, ConfigError
from harness.estimate import Prospect, sample
from harness.judge import Again, Judge
from harness.pytest_plugin.along import along_series
from harness.records import Look, Plan, Roster, Ruling, SeriesSpec, Statistic, Tally, Term
from harness.report.measured import Measured

Write = Callable[[str, str | bytes], Path]
Courts = Callable[..., Judge]
DOSE = SeriesSpec(name="dose", arms=("base", "rl", "placebo"), at=(0.0, 1.0, 3.0))
TEXT = """\
schema: 1
arms:
  base: {engine: python, function: "m:f"}
  gentle: {engine: python, function: "m:f"}
  rl: {engine: python, function: "m:f"}
series:
  training: [base, rl]
  dose: {arms: [base, gentle, rl], at: [0, 1e-4, 3.0e-4]}
"""


@pytest.fixture
def dose(arms: Arms) -> Series:
    """Return a series of three arms, unevenly spaced."""
    return dataclasses.replace(arms, ordered={"dose": DOSE}).series("dose")


def test_series_are_read(write: Write) -> None:
    """A list stands at 0, 1, 2 ...; a number is one however it is spelt."""
    series = load_config(write("evals/harness.yaml", TEXT)).series
    assert series["training"] == SeriesSpec(name="training", arms=("base", "rl"), at=(0.0, 1.0))
    assert series["dose"].at == (0.0, 1e-4, 3e-4)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[base, rl]", "[base, rll]", ":7: series.training.1: no arm 'rll'; did you mean 'rl'?"),
        ("[base, gentle, rl]", "[base, gentle, gentel]",
         ":8: series.dose.arms.2: no arm 'gentel'; did you mean 'gentle'?"),
        ("[base, rl]", "[base]", ":7: series.training: a series takes two arms or more"),
        ("[base, rl]", "[rl, base, rl]", ":7: series.training.2: arm 'rl' stands twice in this"),
        ("[base, rl]", "base", ":7: series.training: 'base' is not of type 'array',"),
        ("[base, rl]", "{at: [1, 2]}", ":7: series.training: needs 'arms'"),
        ("at: [0", "ta: [0", ":8: series.dose.ta: unknown key; known: arms, at"),
        ("[0, 1e-4, 3.0e-4]", "[0, 1]", ":8: series.dose.at: 2 places for 3 arms; give one number"),
        ("1e-4", "4e-4", ":8: series.dose.at.2: 0.0003 ('rl') does not lie above 0.0004"),
        ("1e-4", "0.0", ":8: series.dose.at.1: 0 ('gentle') does not lie above 0 ('base')"),
        ("1e-4", "many", ":8: series.dose.at.1: 'many' is no finite number; write it as 0.0001"),
        ("1e-4", "1" * 400, ":8: series.dose.at.1: '11111"),
        ("1e-4", ".nan", ":8: series.dose.at.1: nan is no finite number"),
    ],
)  # fmt: skip
def test_mistakes_are_named(write: Write, old: str, new: str, message: str) -> None:
    """What a series can't be is refused in one line, with its place and the next step."""
    assert old in TEXT
    path = write("evals/harness.yaml", TEXT.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}{message}")
    assert "\n" not in str(caught.value)


def test_an_unknown_series_is_named(arms: Arms) -> None:
    """A slip is told from a project that declares none, and baselines have none."""
    ordered = dataclasses.replace(arms, ordered={"dose": DOSE})
    with pytest.raises(ConfigError, match="there is no series 'doze'; did you mean 'dose'"):
        ordered.series("doze")
    with pytest.raises(ConfigError, match="there is no series 'dose'; declare it in the config"):
        arms.series("dose")
    source = dataclasses.replace(arms.source, baseline="baseline")
    stored = Baselines(arms.judge, source, arms.known, {"dose": DOSE})
    with pytest.raises(ClaimError, match=r"baselines are no series.*; write arms.series\('dose'\)"):
        stored.series("dose")


def test_a_trend_weighs_the_arms_under_a_short_name(dose: Series) -> None:
    """The claim reads as its name, and holds what that stands for."""
    claim = dose.pass_at(1).trend() > 0.05
    assert claim.text == claim.normal_form == "trend of pass@1 over dose > 0.05"
    assert [str(statistic) for _, statistic in claim.terms] == [
        "base.pass@1", "rl.pass@1", "placebo.pass@1",
    ]  # fmt: skip
    weights = [weight for weight, _ in claim.terms]
    assert weights == pytest.approx([-6 / 7, -3 / 14, 15 / 14])
    assert claim.defined == tuple((weight, str(one)) for weight, one in claim.terms)
    alarm = no_evidence(dose.pass_at(1).trend() < 0.0)
    assert alarm.normal_form == "no_evidence(trend of pass@1 over dose < 0)"
    assert alarm.defined == claim.defined


def test_numbers_leave_a_name_alone(dose: Series) -> None:
    """However a trend is held against a number, it is the same claim by the same name."""
    trend = dose.pass_at(1).trend()
    for claim in (trend > 0.05, trend - 0.05 > 0, 0.1 + trend > 0.15, +trend + 0.1 - 0.05 > 0.1):
        assert claim.normal_form == "trend of pass@1 over dose > 0.05"


def test_what_is_no_longer_the_trend_is_written_out(dose: Series, arms: Arms) -> None:
    """A multiple, its negative, and a sum with a quantity lose the name."""
    trend = dose.pass_at(1).trend()
    for claim in (-trend < 0.1, 2 * trend > 0.1, trend - arms["rl"].mean() > 0.1,
                  arms["rl"].mean() > trend):  # fmt: skip
        assert "trend" not in claim.effect_text
        assert claim.defined == ()


def test_the_name_tells_statistic_and_items(dose: Series) -> None:
    """Two claims of one name are about the same: metric, k, kind and selection are in it."""
    hard = dose.where(split="hard")
    assert [
        course.trend().text
        for course in (
            dose.pass_at(4, metric="lenient"), hard.pass_at(1), dose.mean("length"),
            dose.pass_hat(2), dose.majority_at(8), dose.rate(str.isdigit),
        )
    ] == [
        "trend of pass@4[lenient] over dose", "trend of pass@1 over dose(split=hard)",
        "trend of mean(length) over dose", "trend of pass^2 over dose",
        "trend of majority@8 over dose", "trend of rate(isdigit) over dose",
    ]  # fmt: skip
    assert {one.source.narrowed for _, one in hard.pass_at(1).trend().terms} == {
        (("split", ("hard",)),)
    }


def test_a_bend_takes_three_arms(dose: Series) -> None:
    """Two points have no bend; of three, the one in the middle counts against the others."""
    claim = dose.pass_at(1).bend() > 0.0
    assert claim.normal_form == "bend of pass@1 over dose > 0"
    assert [weight > 0 for weight, _ in claim.terms] == [False, True, False]
    two = dataclasses.replace(dose, arms=dose.arms[:2], at=dose.at[:2])
    with pytest.raises(ClaimError, match="pass@1 over dose has 2 arms, and a bend takes three"):
        two.pass_at(1).bend()


@pytest.mark.parametrize(
    "misuse",
    [bool, lambda course: course > 0.1, lambda course: course >= 0.1, lambda course: course == 1],
    ids=["truth", "above", "below", "equal"],
)
def test_what_goes_along_is_no_claim(dose: Series, misuse: Callable[[object], object]) -> None:
    """It is refused with what can be claimed, and never passes for true."""
    with pytest.raises(ClaimError, match=r"pass@1 over dose .*; claim .trend\(\) > 0.05, .rises"):
        misuse(dose.pass_at(1))


def _texts(claim: JointClaim) -> list[str]:
    return [one.normal_form for one in claim.claims]


def test_each_step_is_a_claim(dose: Series) -> None:
    """Monotone is each step; within a margin, no step loses it."""
    course = dose.pass_at(1)
    assert _texts(course.rises()) == [
        "rl.pass@1 - base.pass@1 > 0", "placebo.pass@1 - rl.pass@1 > 0",
    ]  # fmt: skip
    assert _texts(course.falls(by=0.02))[0] == "rl.pass@1 - base.pass@1 < -0.02"
    assert _texts(course.keeps(within=0.02))[1] == "placebo.pass@1 - rl.pass@1 > -0.02"
    assert course.rises(by=0.1).claims[0].text == "rl.pass@1 > base.pass@1 + 0.1 (rises)"
    assert repr(course.rises()) == "<claim pass@1 over dose rises>"
    for margin in (-0.1, 1.5, float("nan")):
        with pytest.raises(ClaimError, match="is no margin"):
            course.rises(by=margin)


@pytest.mark.parametrize("truth", [True, False])
def test_steps_are_decided_all(dose: Series, judge: Any, *, truth: bool) -> None:  # noqa: ANN401
    """One that fails does not hide the others, and it takes all of them."""
    judge.truth = truth
    assert bool(dose.pass_at(1).falls()) is truth
    assert len(judge.ruled) == 2


def test_an_item_of_a_trend_moves_as_far_as_its_weights(
    dose: Series, tally: Callable[..., Tally]
) -> None:
    """The phantom's size is the most that one item can have, and no effect is in the middle."""
    scores: Mapping[str, list[list[float]]] = {
        "base": [[0.0], [1.0], [0.0], [1.0]],
        "rl": [[0.0], [1.0], [1.0], [0.0]],
        "placebo": [[1.0], [0.0], [1.0], [0.0]],
    }
    terms = (dose.pass_at(1).trend() > 0.0).terms

    def tally_of(statistic: Statistic, look: Look) -> Tally:
        del look
        return tally(scores[statistic.source.arm])

    data, _ = sample(terms, tally_of, Look(draws=1), Prospect(cap=1))
    (part,) = data.parts
    assert part.half_range == pytest.approx(15 / 14)
    assert part.values[:2] == pytest.approx([part.half_range, -part.half_range])
    assert (data.low, data.high) == pytest.approx((-15 / 14, 15 / 14))
    assert data.contrast
    slopes = np.polyfit(DOSE.at, np.array([scores[arm] for arm in DOSE.arms])[:, :, 0], 1)[0]
    assert part.values == pytest.approx(3 * slopes)


def _court(courts: Courts, at: str, **options: Any) -> Judge:  # noqa: ANN401  of a court
    arms = "arms: [base, rl, loose]"
    return courts(("arms:\n", f"series: {{dose: {{{arms}, at: {at}}}}}\narms:\n"), **options)


def _trend(judge: Judge) -> Claim:
    return judge.arms("sums", 4, ()).series("dose").pass_at(1).trend() > 0.1


def test_a_redeclared_series_is_not_as_planned(
    courts: Courts, planned: Callable[..., Any]
) -> None:  # fmt: skip
    """A name that stands for other weights than when it was planned is exploratory."""
    judge = _court(courts, "[0, 1, 2]")
    claim = _trend(judge)
    plan = Plan(
        claims=(
            planned(
                nodeid="evals/test_it.py::test_it", text=claim.normal_form, draws=4,
                effect_text=claim.effect_text, low_margin=0.1,
                measure=judge.clerk.measure(claim.sources, claim.defined),
            ),
        ),
        policy={"alpha": 0.05, "power": 0.9}, seed=0,
    )  # fmt: skip
    for at, reason in (("[0, 1, 2]", ""), ("[0, 2, 3]", "items, selection, series or scorer are")):
        judge = _court(courts, at, plan=plan)
        assert _trend(judge)
        (ruling,) = judge.docket.rulings
        assert ruling.exploratory.startswith(reason)
        assert bool(ruling.exploratory) == bool(reason)


def test_a_redeclared_series_was_claimed_after_its_draws(courts: Courts) -> None:
    """A run that is decided again knows by the weights whether a name means the same."""
    judge = _court(courts, "[0, 1, 2]")
    assert _trend(judge)
    (ruling,) = judge.docket.rulings
    row = dataclasses.asdict(ruling)
    row["terms"] = [dataclasses.asdict(term) for term in ruling.terms]
    data = {"settings": {"plan": None}, "samples": [], "claims": [row]}
    again = Again(path="run.json", data=data)
    seen = ["it was claimed after its draws were seen"]
    for at, doubts in (("[0, 1, 2]", []), ("[0, 2, 3]", seen)):
        other = _court(courts, at)
        nodeid = "evals/test_it.py::test_it"
        found = again.doubts(_trend(other), judge.config.policy, nodeid, other.clerk, None)
        assert list(found) == doubts


def test_seeds_of_a_recipe_are_no_steps_of_a_series(ruling: Callable[..., Ruling]) -> None:
    """A claim about a recipe compares no two of its seeds, though a series names them."""
    ids = tuple(f"{row:02d}" for row in range(20))
    sums = np.full((20, 1), 2.0)
    read = Tally(ids=ids, draws=np.full(20, 4), metrics=("correct",), sums=sums,
                 products=sums[:, :, None], answers=({},) * 20)  # fmt: skip
    found = Measured(
        rosters={"sums": Roster(ids=ids, tags={}, clusters=(None,) * 20)},
        tallies={("sums", arm): read for arm in ("base", "rl")},
    )
    seed = Term(weight=0.5, task="sums", arm="base", baseline="", where={}, kind="pass_at",
                metric="correct", k=1, recipe="both")  # fmt: skip
    terms = (seed, dataclasses.replace(seed, arm="rl"))
    spec = SeriesSpec(name="training", arms=("base", "rl"), at=(0.0, 1.0))
    assert not list(along_series(found, [ruling(terms=terms)], [spec]))
    apart = tuple(dataclasses.replace(term, recipe="") for term in terms)
    assert len(list(along_series(found, [ruling(terms=apart)], [spec]))) == 1
