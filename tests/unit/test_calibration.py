"""Replaying a suite on stored draws: false alarms at their rate, and refusals with their reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from harness.calibration import Rate, Replay, Suite, replay
from harness.calibration.stage import Stage, _expected
from harness.claims import Claim
from harness.errors import ClaimError
from harness.estimate import Figure, TallyOf
from harness.judge import Intent
from harness.records import (
    Decision,
    Look,
    PlannedClaim,
    Policy,
    Question,
    Source,
    Statistic,
    Tally,
    Terms,
)
from harness.trial import Trial, looks_of

MakeDraws = Callable[..., Any]
MakePlanned = Callable[..., PlannedClaim]
MakeIntent = Callable[..., Intent]
Stored = Callable[[Source], Tally]
GREATER = Question(direction="greater", threshold=0.0)
ALARM = Question(direction="less", threshold=0.0, alarm=True)
COUNT = 60


@pytest.fixture(scope="session")
def stored(drawn: MakeDraws, statistic: Callable[..., Statistic]) -> Stored:
    """Return the stored draws of one arm with U-shaped skills: 64 of each item."""
    skills = np.random.default_rng(1).beta(0.5, 0.5, COUNT)
    tally: Tally = drawn({"rl": skills}, most=64, seed=2).tally(statistic("rl"), Look(draws=64))

    def of(source: Source) -> Tally:
        half = COUNT // 2
        rows = slice(0, half) if source.narrowed else slice(None)
        return dataclasses.replace(
            tally, ids=tally.ids[rows], draws=tally.draws[rows], sums=tally.sums[rows],
            products=tally.products[rows], answers=tally.answers[rows],
        )  # fmt: skip

    return of


@pytest.fixture
def intent(
    planned: MakePlanned, gain: Terms, judge: Any  # noqa: ANN401  the fixture's class
) -> MakeIntent:  # fmt: skip
    """Return a maker of intended claims."""

    def make(
        question: Question = GREATER, policy: Policy | None = None, *, terms: Terms = gain,
        draws: int = 8, auto: bool = False,
    ) -> Intent:  # fmt: skip
        policy = policy or Policy(effect=0.1)
        looks = looks_of(terms, policy, draws, auto=auto)
        claim = Claim(judge=judge, text="", terms=terms, effect_text="", question=question)
        greater = question.direction == "greater"
        fields: dict[str, Any] = {
            "kind": "alarm" if question.alarm else "claim",
            "low_margin": question.threshold if greater else None,
            "high_margin": None if greater else question.threshold,
        }
        return Intent(
            planned=planned(**fields),
            trial=Trial(terms=terms, question=question, policy=policy, looks=looks),
            claim=claim,
            place="x.py:1",
        )

    return make


def played(stored: Stored, *intents: Intent, repeats: int = 200) -> Suite:
    """Replay claims."""
    return replay(intents, stored, repeats, seed=5)


@pytest.mark.parametrize("auto", [False, True])
def test_an_alarm_rings_falsely_at_about_alpha(
    stored: Stored, intent: MakeIntent, *, auto: bool
) -> None:  # fmt: skip
    """Between identical models an alarm at .2 rings in about that share, with looks and without."""
    policy = Policy(alpha=0.2)
    found = played(stored, intent(ALARM, policy, auto=auto, draws=16), repeats=160)
    rate = found.false_alarm
    assert rate is not None
    assert 0.1 < rate.value < 0.25
    assert found.flips is not None
    assert found.flips.hits == rate.hits


def test_several_alarms_ring_more_often_than_one(stored: Stored, intent: MakeIntent) -> None:
    """Some alarm of four on different draws rings oftener than each of them."""
    policy = Policy(alpha=0.1)
    alarms = [intent(ALARM, policy, draws=4 + number) for number in range(4)]
    found = played(stored, *alarms)
    singles = [claim.rate("identical", "refuted") for claim in found.claims]
    assert found.false_alarm is not None
    assert all(one is not None and one.value < found.false_alarm.value for one in singles)


def test_an_effect_at_the_threshold_is_supported_at_alpha(
    stored: Stored, intent: MakeIntent
) -> None:  # fmt: skip
    """Where the effect is the threshold itself a claim is supported in alpha of replays at most."""
    question = Question(direction="greater", threshold=0.1)
    (claim,) = played(stored, intent(question, Policy(alpha=0.1), draws=16), repeats=300).claims
    edge = claim.rate("edge", "supported")
    assert edge is not None
    assert 0.01 < edge.value < 0.14


def test_the_planned_effect_is_found_with_its_chance(
    stored: Stored, intent: MakeIntent
) -> None:  # fmt: skip
    """A claim is mostly supported at a large planned effect, and less often at a small one."""
    strong, weak = (
        played(stored, intent(GREATER, Policy(effect=effect), draws=16)).power
        for effect in (0.25, 0.02)
    )
    assert strong is not None
    assert weak is not None
    assert strong.value > 0.9
    assert 0.05 < weak.value < 0.6


def test_a_gain_between_identical_models_is_a_false_green(
    stored: Stored, intent: MakeIntent
) -> None:  # fmt: skip
    """A claim of a gain is false of identical models: passing it is counted as such."""
    found = played(stored, intent(GREATER, Policy(alpha=0.2)), repeats=300)
    (claim,) = found.claims
    assert not claim.true_of_identical
    assert found.false_green is not None
    assert 0.1 < found.false_green.value < 0.27
    assert (found.flips, found.false_alarm) == (None, None)


def test_true_claims_flip_the_gate_when_they_are_not_proven(
    stored: Stored, intent: MakeIntent
) -> None:  # fmt: skip
    """Non-inferiority is true of identical models: whatever is not supported is a flip."""
    wide, narrow = (
        played(stored, intent(Question(direction="greater", threshold=-margin), draws=16))
        for margin in (0.3, 0.05)
    )
    for found in (wide, narrow):
        assert found.flips is not None
        assert found.false_green is None
        supported = found.claims[0].rate("identical", "supported")
        assert supported is not None
        assert found.flips.hits == found.repeats - supported.hits
    assert wide.flips is not None
    assert narrow.flips is not None
    assert wide.flips.value < 0.02
    assert narrow.flips.value > 0.3


def test_halves_of_an_equivalence_are_one_claim(stored: Stored, intent: MakeIntent) -> None:
    """Two sides on one line of one test take both to be supported."""
    low = intent(Question(direction="greater", threshold=-0.15), draws=16)
    high = intent(Question(direction="less", threshold=0.15), draws=16)
    (both,) = played(stored, low, high).claims
    apart = played(stored, low, dataclasses.replace(high, place="x.py:2")).claims
    assert both.kind == "equivalence"
    assert both.text == "-0.15 < rl.pass@1 - base.pass@1 < 0.15"
    assert [claim.kind for claim in apart] == ["claim", "claim"]
    rows = zip(*(claim.verdicts["identical"] for claim in apart), strict=True)
    together = ["supported" if set(row) == {"supported"} else "not" for row in rows]
    found = [
        "supported" if verdict == "supported" else "not" for verdict in both.verdicts["identical"]
    ]
    assert found == together


@pytest.mark.parametrize("margins", [[0.05, 0.1], [0.05, 0.1, 0.15]])
def test_one_side_twice_on_a_line_is_two_claims(
    stored: Stored, intent: MakeIntent, margins: list[float]
) -> None:  # fmt: skip
    """Claims of a loop, which stand on one line, are no halves of each other."""
    intents = [intent(Question(direction="greater", threshold=-margin)) for margin in margins]
    found = played(stored, *intents, repeats=3).claims
    assert [claim.kind for claim in found] == ["claim"] * len(margins)


def test_equivalences_of_a_loop_stay_apart(stored: Stored, intent: MakeIntent) -> None:
    """Two equivalences on one line are two."""
    intents = [
        half
        for margin in (0.1, 0.2)
        for half in (
            intent(Question(direction="greater", threshold=-margin)),
            intent(Question(direction="less", threshold=margin)),
        )
    ]
    found = played(stored, *intents, repeats=3).claims
    assert [claim.text.partition(" <")[0] for claim in found] == ["-0.1", "-0.2"]


def test_the_same_seed_is_the_same_replay(stored: Stored, intent: MakeIntent) -> None:
    """A replay depends on its seed alone, and on no other claim beside it."""
    claim, other = intent(GREATER, draws=8), intent(ALARM, draws=4)
    once = played(stored, claim, repeats=40)
    assert played(stored, claim, repeats=40) == once
    assert played(stored, other, claim, repeats=40).claims[1] == once.claims[0]
    assert replay([claim], stored, 40, seed=6) != once


def test_draws_are_dealt_out_without_replacement(stored: Stored, intent: MakeIntent) -> None:
    """With all stored draws dealt to two arms, what one has right the other has not."""
    trial = intent(GREATER, draws=32).trial
    seen: dict[str, npt.NDArray[np.float64]] = {}

    class Spy(Trial):
        def hear(self, tally_of: TallyOf) -> tuple[Decision, tuple[Figure, ...]]:
            for _, statistic in self.terms:
                tally = tally_of(statistic, self.looks[-1])
                seen[statistic.source.arm] = tally.sums[:, 0]
                assert set(tally.draws) == {32}
            return super().hear(tally_of)

    spy = Spy(**{name: getattr(trial, name) for name in Trial.__slots__})
    Stage(spy, stored).verdict("identical", 0.0, np.random.default_rng(3))
    whole = stored(Source(task="sums", arm="rl", baseline="baseline", draws=8)).sums[:, 0]
    assert (seen["rl"] + seen["base"] == whole).all()
    assert (seen["rl"] != seen["base"]).any()


def test_looks_are_prefixes_of_what_is_dealt(stored: Stored, intent: MakeIntent) -> None:
    """Each look of a replay adds to what the one before saw."""
    trial = intent(GREATER, draws=16, auto=True).trial
    sums: dict[int, npt.NDArray[np.float64]] = {}

    class Spy(Trial):
        def hear(self, tally_of: TallyOf) -> tuple[Decision, tuple[Figure, ...]]:
            for look in self.looks:
                sums[look.draws] = tally_of(self.terms[0][1], look).sums[:, 0]
            return super().hear(tally_of)

    spy = Spy(**{name: getattr(trial, name) for name in Trial.__slots__})
    Stage(spy, stored).verdict("identical", 0.0, np.random.default_rng(3))
    counts = sorted(sums)
    assert counts == [2, 4, 6, 8, 10, 12, 14, 16]
    for fewer, more in pairwise(counts):
        grown = sums[more] - sums[fewer]
        assert (grown >= 0).all()
        assert (grown <= more - fewer).all()


def test_too_few_stored_draws_cut_the_replay(stored: Stored, intent: MakeIntent) -> None:
    """Where half of the stored draws is less than the eval takes, it is said how many were used."""
    (fixed,) = played(stored, intent(GREATER, draws=48), repeats=5).claims
    assert (fixed.draws, fixed.refused) == (32, "")
    (auto,) = played(stored, intent(GREATER, draws=128, auto=True), repeats=5).claims
    assert auto.draws == 32


def test_far_too_few_stored_draws_are_refused(
    stored: Stored, intent: MakeIntent, statistic: Callable[..., Statistic]
) -> None:  # fmt: skip
    """A k beyond each side's share of the stored draws can't be replayed, and says why."""
    terms = ((1.0, statistic("rl", k=40)), (-1.0, statistic("base", k=40)))
    (claim,) = played(stored, intent(GREATER, terms=terms, draws=64), repeats=5).claims
    assert claim.refused == (
        "it takes 2 x 40 draws per item, and 64 are stored; take a baseline of more draws"
    )
    assert claim.verdicts == {}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "rate", "predicate": str.isdigit}, "a rate of the text can't be told"),
        ({"kind": "majority_at", "k": 3}, "rl.majority@3 is a vote over answers, which are not"),
        ({"kind": "distinct_at", "k": 3}, "rl.distinct@3 counts answers, which are not dealt"),
        ({"metric": "boxed"}, "boxed and correct of the same draws, which are not stored together"),
    ],
    ids=["rate", "vote", "distinct", "two metrics"],
)
def test_what_cannot_be_replayed_says_why(
    stored: Stored, intent: MakeIntent, statistic: Callable[..., Statistic],
    changes: dict[str, Any], reason: str,
) -> None:  # fmt: skip
    """Texts and joint metrics are not stored: such claims are named, and the others replayed."""
    terms = ((1.0, statistic("rl", **changes)), (-1.0, statistic("base")))
    refused, fine = played(stored, intent(terms=terms), intent(), repeats=5).claims
    assert reason in refused.refused
    assert fine.refused == ""


def test_g_pass_is_expected_at_each_rate(
    stored: Stored, intent: MakeIntent, statistic: Callable[..., Statistic]
) -> None:
    """An effect of G-Pass@k is found by the binomial distribution, and played at the threshold."""
    one, other = (statistic(arm, kind="g_pass_at", k=4, tau=0.5) for arm in ("rl", "base"))
    rates = np.linspace(0, 1, 9)
    assert _expected(one, rates) == pytest.approx(stats.binom.sf(1, 4, rates))
    (claim,) = played(stored, intent(terms=((1.0, one), (-1.0, other))), repeats=20).claims
    assert claim.refused == ""
    assert set(claim.verdicts) == {"identical", "edge", "design"}


def test_a_graded_metric_cannot_be_dealt_out(
    stored: Stored, intent: MakeIntent
) -> None:  # fmt: skip
    """Sums of graded scores don't tell the draws apart."""

    def graded(source: Source) -> Tally:
        tally: Tally = stored(source)
        return dataclasses.replace(tally, products=tally.products * 0.9)

    with pytest.raises(ClaimError, match="'correct' is graded, and its stored sums can't"):
        Stage(intent().trial, graded)


def test_an_arm_against_a_bar_has_no_identical_models(
    stored: Stored, intent: MakeIntent, statistic: Callable[..., Statistic]
) -> None:  # fmt: skip
    """A claim on one arm's level is played at its bar, and at the planned effect beyond it."""
    question = Question(direction="greater", threshold=0.4)
    terms = ((1.0, statistic("rl")),)
    found = played(stored, intent(question, Policy(effect=0.2), terms=terms), repeats=150)
    (claim,) = found.claims
    assert set(claim.verdicts) == {"edge", "design"}
    edge, design = claim.rate("edge", "supported"), claim.rate("design", "supported")
    assert edge is not None
    assert design is not None
    assert edge.value < 0.12
    assert design.value > 0.5
    assert claim.rate("identical", "supported") is None


def test_disjoint_items_are_dealt_apart(
    stored: Stored, intent: MakeIntent, statistic: Callable[..., Statistic]
) -> None:  # fmt: skip
    """Sources on other items have all of their items' draws to themselves."""
    narrowed = Source(task="sums", arm="rl", baseline="", draws=8, narrowed=(("x", ("y",)),))
    terms = ((1.0, statistic("rl")), (-1.0, statistic(source=narrowed)))
    with pytest.raises(ClaimError, match="compares different items"):
        Stage(intent(terms=terms).trial, stored).verdict("identical", 0.0, np.random.default_rng(0))


def test_a_rate_has_its_monte_carlo_error() -> None:
    """A share is printed with Wilson's interval: 0 of 20 may be up to 16%."""
    rate = Rate(hits=0, repeats=20)
    assert rate.value == 0.0
    assert rate.interval == pytest.approx((0.0, 0.16112516))


def test_a_suite_counts_replay_by_replay() -> None:
    """Green takes all claims in the same replay; an alarm is any of them."""
    alarm = Replay(
        nodeid="a", text="", kind="alarm", true_of_identical=True,
        verdicts={"identical": ("refuted", "supported", "supported", "supported")},
    )  # fmt: skip
    other = dataclasses.replace(
        alarm, verdicts={"identical": ("supported", "refuted", "inconclusive", "supported")}
    )
    gain = dataclasses.replace(
        alarm, kind="claim", true_of_identical=False,
        verdicts={"identical": ("supported",) * 4, "design": ("supported",) * 3 + ("refuted",)},
    )  # fmt: skip
    refused = Replay(nodeid="b", text="", kind="claim", refused="x")
    suite = Suite(claims=(alarm, other, gain, refused),
                  repeats=4)  # fmt: skip
    assert suite.false_alarm == Rate(hits=2, repeats=4)
    assert suite.flips == Rate(hits=3, repeats=4)
    assert suite.false_green == Rate(hits=1, repeats=4)
    assert suite.power == Rate(hits=3, repeats=4)


def test_progress_is_told(stored: Stored, intent: MakeIntent) -> None:
    """Who waits is told how far it is."""
    told: list[tuple[int, int]] = []
    replay([intent(draws=2), intent(draws=4)], stored, 2, 0, lambda *done: told.append(done))
    assert told == [(0, 2), (1, 2), (2, 2)]
