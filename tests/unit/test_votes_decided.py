"""Claims on majority@k: decided, looked at, planned, recalled, and refused where they must be."""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest

from harness.claims import Claim
from harness.decide import both
from harness.errors import ClaimError
from harness.estimate import figure
from harness.judge import Judge
from harness.judge.votes import check_votes
from harness.ledger import Ledger
from harness.planning import forecast, outlooks
from harness.records import (
    Decision,
    Look,
    MetricSpec,
    Policy,
    Question,
    Statistic,
    Tally,
    Task,
    Terms,
)
from harness.stats.proportion import korn_graubard
from harness.trial import Trial, looks_of

MakeStatistic = Callable[..., Statistic]
Courts = Callable[..., Judge]
K = 5


class Answers:
    """Arms that gave their answers in advance, "r" the right one; a look sees the first of them."""

    def __init__(self, skills: Mapping[str, npt.ArrayLike], most: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.given = {}
        for name, skill in skills.items():
            chances = np.asarray(skill)[:, None]
            wrong = rng.choice(list("wx"), (len(chances), most))
            self.given[name] = np.where(rng.random(wrong.shape) < chances, "r", wrong)
        self.asked: list[tuple[str, Look]] = []

    def tally(self, statistic: Statistic, look: Look) -> Tally:
        """Tally what a look sees of an arm."""
        name = str(statistic.source)
        self.asked.append((name, look))
        given = self.given[name]
        seen = given[: math.ceil(look.share * len(given)), : look.draws]
        sums = (seen == "r").sum(axis=1).astype(np.float64)[:, None]
        return Tally(
            ids=tuple(f"{row:04d}" for row in range(len(seen))),
            draws=np.full(len(seen), look.draws, dtype=np.int64),
            metrics=("correct",),
            sums=sums,
            products=sums[:, :, None],
            answers=tuple(Counter(row.tolist()) for row in seen),
            right=("r",) * len(seen),
        )


def skills(gain: float, count: int = 120, seed: int = 1) -> dict[str, npt.NDArray[np.float64]]:
    """Make skills of two arms, one better than the other by as much on each item."""
    base = np.random.default_rng(seed).uniform(0.2, 0.5, count)
    return {"base": base, "rl": base + gain}


@pytest.fixture
def level(statistic: MakeStatistic) -> Terms:
    """Return the effect rl.majority@5."""
    return ((1.0, statistic("rl", kind="majority_at", k=K)),)


@pytest.fixture
def gain(statistic: MakeStatistic, level: Terms) -> Terms:
    """Return the effect rl.majority@5 - base.majority@5."""
    return (*level, (-1.0, statistic("base", kind="majority_at", k=K)))


def heard(  # noqa: PLR0913  a claim, and how it is decided
    terms: Terms, data: Answers, threshold: float, draws: int = 10, *, auto: bool = False,
    direction: Literal["greater", "less"] = "greater",
) -> Decision:  # fmt: skip
    """Decide a claim at up to so many draws."""
    policy = Policy(effect=0.1)
    question = Question(direction=direction, threshold=threshold)
    looks = looks_of(terms, policy, draws, auto=auto)
    decision, _ = Trial(terms=terms, question=question, policy=policy, looks=looks).hear(data.tally)
    return decision


@pytest.mark.parametrize("auto", [False, True])
def test_a_gain_in_votes_is_decided(gain: Terms, *, auto: bool) -> None:
    """A clear gain is supported and a clear loss refuted, at a fixed size and by looks."""
    data = Answers(skills(0.3), most=10, seed=2)
    better = heard(gain, data, 0.1, auto=auto)
    assert (better.verdict, better.draws) == ("supported", 10)
    assert better.method == "t-floor"
    assert heard(gain, data, 0.1, auto=auto, direction="less").verdict == "refuted"


def test_looks_at_votes_add_items(gain: Terms) -> None:
    """Planned looks see all draws of more and more items, as their noise is not known."""
    data = Answers(skills(0.35), most=40, seed=3)
    found = heard(gain, data, 0.1, draws=40, auto=True)
    asked = [look for name, look in data.asked if name == "rl"]
    assert {look.draws for look in asked} == {40}
    assert [look.share for look in asked] == [0.25, 0.375, 0.5][: len(asked)]
    assert found.stage is not None
    assert found.stage.fraction == asked[-1].share
    assert found.items == 120 * asked[-1].share


def test_looks_at_votes_keep_the_error(gain: Terms) -> None:
    """Arms that vote alike on average are called better in 5% of trials, or less."""
    rng = np.random.default_rng(4)
    wins = 0
    for seed in range(400):
        data = Answers(dict(zip(("base", "rl"), rng.uniform(0.1, 0.8, (2, 40)), strict=True)),
                       most=10, seed=seed)  # fmt: skip
        wins += heard(gain, data, 0.0, auto=True).verdict == "supported"
    assert 0.01 < wins / 400 < 0.075


@pytest.mark.parametrize("auto", [False, True])
def test_votes_can_be_equivalent(gain: Terms, *, auto: bool) -> None:
    """Two one-sided tests show that arms of one skill vote alike within a margin."""
    data = Answers(skills(0.0, 400), most=10, seed=5)
    above = heard(gain, data, -0.1, auto=auto)
    below = heard(gain, data, 0.1, auto=auto, direction="less")
    assert both(above, below).verdict == "supported"


def test_k_draws_are_one_trial_against_a_bar(level: Terms) -> None:
    """Korn and Graubard's bound on votes has no more trials than the draws make votes."""
    data = Answers({"rl": np.full(50, 0.4)}, most=40, seed=6)
    found = heard(level, data, 0.3, 40)
    values = figure(level[0][1], data.tally(level[0][1], Look(draws=40))).values
    assert (found.method, found.draws) == ("Korn-Graubard", 40)
    votes, draws = (korn_graubard(values, count, 0.05).lower(0.05) for count in (40 // K, 40))
    assert found.low == pytest.approx(votes)
    assert votes < draws - 0.001


def test_what_is_stored_tells_the_variance_of_votes(gain: Terms) -> None:
    """At the stored draws the forecast variance is what was seen; fewer draws add assumed noise."""
    data = Answers(
        dict(zip(("base", "rl"), np.random.default_rng(7).uniform(0, 1, (2, 300)), strict=True)),
        most=40,
        seed=8,
    )
    stored = {term.source: data.tally(term, Look(draws=40)) for _, term in gain}
    values = [figure(term, stored[term.source]).values for _, term in gain]
    ids = [f"{row:04d}" for row in range(300)]
    (part,) = outlooks(gain, lambda _: ids, stored.get, lambda one: one.arm)
    assert part.basis == "baseline"
    assert part.variance(40) == pytest.approx((values[0] - values[1]).var(ddof=1))
    assert part.variance(10) - part.variance(40) == pytest.approx(2 * (K / 10 - K / 40) / 6)


@pytest.mark.parametrize("auto", [False, True])
def test_votes_are_forecast_without_a_baseline(gain: Terms, *, auto: bool) -> None:
    """Where nothing is stored a vote's variance is assumed, and a chance is told."""
    ids = [str(n) for n in range(300)]
    policy = Policy(effect=0.1)
    looks = looks_of(gain, policy, 10, auto=auto)
    question = Question(direction="greater", threshold=0.0)
    trial = Trial(terms=gain, question=question, policy=policy, looks=looks)
    found = forecast(trial, outlooks(gain, lambda _: ids, lambda _: None, lambda one: one.arm))
    assert (found.items, found.basis) == (300, "assumed")
    assert found.chance is not None
    assert 0.5 < found.chance < 1
    assert (found.draws_expected < 10) is auto


@pytest.mark.parametrize("method", ["auto", "anytime"])
def test_these_items_have_no_votes(level: Terms, method: Literal["auto", "anytime"]) -> None:
    """`items: these` goes by the draws' noise, which a vote can't tell: the way out is named."""
    task = Task(name="sums", items=(), metrics=(EQUAL,), answer="correct")
    message = (
        "rl.majority@5 can't be decided for `items: these`: a vote's noise is unknown; "
        "use items: population, or compare pass_at, pass_hat or mean"
    )
    with pytest.raises(ClaimError, match=f"^{re.escape(message)}$"):
        check_votes(level, Policy(items="these", method=method), lambda _: task)


EQUAL = MetricSpec(name="correct", pattern="(.)", equals="reference")
BOXED = MetricSpec(name="boxed", pattern="(.)", equals=None)


@pytest.mark.parametrize(
    ("metrics", "hint"),
    [
        ((EQUAL, BOXED), "write `equals: reference` in metric 'boxed', or `answer: correct`"),
        ((BOXED,), "write `equals: reference` in metric 'boxed'"),
    ],
    ids=["another compares", "none does"],
)
def test_answers_must_be_compared(level: Terms, metrics: tuple[MetricSpec, ...], hint: str) -> None:
    """Where answers are not compared with references none is right: what to write is said."""
    task = Task(name="sums", items=(), metrics=metrics, answer="boxed")
    with pytest.raises(ClaimError) as caught:
        check_votes(level, Policy(), lambda _: task)
    assert str(caught.value) == (
        "tasks/sums.yaml: rl.majority@5 needs to know which answer is right, and metric 'boxed', "
        f"which captures the answers of task 'sums', does not compare them; {hint}"
    )
    mean = dataclasses.replace(level[0][1], kind="mean")
    check_votes(((1.0, mean),), Policy(items="these"), lambda _: task)


def claim(judge: Judge, k: int = 3) -> Claim:
    """Claim that votes over an arm's draws beat those of the base."""
    arms = judge.arms("sums", 4, ())
    return arms["rl"].majority_at(k) > arms["base"].majority_at(k) + 0.1


def test_a_court_decides_votes_and_recalls_them(courts: Courts) -> None:
    """A verdict on votes is stored, and given again on the same draws for the same k alone."""
    first = courts()
    assert claim(first)
    (ruling,) = first.docket.rulings
    assert ruling.text == "rl.majority@3 > base.majority@3 + 0.1"
    assert [figure.name for figure in ruling.figures] == ["rl.majority@3", "base.majority@3"]
    ledger = Ledger()
    ledger.update(first.record.news)
    again = courts(ledger=ledger)
    assert claim(again)
    assert again.docket.rulings[0].decision == ruling.decision
    assert again.record.recalled == 1
    bool(claim(again, 4))
    assert again.record.recalled == 1


def test_a_court_refuses_votes_on_these_items(courts: Courts) -> None:
    """What votes can't be decided on is refused before an arm is asked for a draw."""
    judge = courts(("effect: 0.1", "effect: 0.1, items: these"))
    with pytest.raises(ClaimError, match=r"rl\.majority@3 can't be decided for `items: these`"):
        bool(claim(judge))


def test_a_stored_baseline_knows_what_is_right(courts: Courts) -> None:
    """The right answers of stored draws are those of the task's items: the file does not say."""
    taken = courts(update=True)
    arm, stored = (of("sums", 4, ())["rl"] for of in (taken.arms, taken.baselines))
    assert arm.majority_at(3) > stored.majority_at(3) - 0.3
    (baseline,) = taken.clerk.shelf.updates.values()
    taken.clerk.shelf.sets["baseline"].save(baseline)
    read = courts()
    arm, stored = (of("sums", 4, ())["rl"] for of in (read.arms, read.baselines))
    assert arm.majority_at(3) > stored.majority_at(3) - 0.3
    assert read.docket.rulings[0].decision == taken.docket.rulings[0].decision
    now, then = read.docket.rulings[0].figures
    assert (now.name, then.name) == ("rl.majority@3", "baseline[rl].majority@3")
    assert then.value > 0.9
