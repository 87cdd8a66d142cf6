"""Planned looks: how many, what each may spend, when to give up, and what is then said."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from harness.decide import both, decide, decide_at, next_stage, planned_looks
from harness.records import Decision, Direction, Look, Part, Policy, Question, Sample, Stage, Terms
from harness.stats.sequential import efficacy_bounds
from harness.trial import Trial, looks_of

GREATER = Question(direction="greater", threshold=0.0)
LOSS = Question(direction="less", threshold=0.0, alarm=True)
POLICY = Policy(effect=0.1)


def counts(looks: tuple[Look, ...]) -> list[int]:
    """Return the draws of each look."""
    return [look.draws for look in looks]


def shares(looks: tuple[Look, ...]) -> list[float]:
    """Return the share of the items that each look sees."""
    return [look.share for look in looks]


@pytest.mark.parametrize(
    ("draws", "k", "expected"),
    [
        (16, 1, [2, 4, 6, 8, 10, 12, 14, 16]),
        (64, 1, [2, 4, 8, 16, 24, 32, 40, 48, 56, 64]),
        (20, 1, [2, 4, 5, 8, 10, 12, 15, 18, 20]),
    ],
)
def test_looks_add_draws(draws: int, k: int, expected: list[int]) -> None:
    """Looks are at 2, 4 and each eighth of the cap, from the first that tells its own noise."""
    looks = planned_looks(draws, k)
    assert counts(looks) == expected
    assert set(shares(looks)) == {1.0}


@pytest.mark.parametrize(
    ("draws", "k", "expected"),
    [
        (4, 1, [(2, 0.25), (2, 0.5), (2, 0.75), (2, 1.0), (3, 1.0), (4, 1.0)]),
        (16, 4, [(8, 0.25), (8, 0.5), (8, 0.75), (8, 1), (10, 1), (12, 1), (14, 1), (16, 1)]),
        (256, 64, [(128, 0.25), (128, 0.5), (128, 0.75), (128, 1), (160, 1), (192, 1), (224, 1),
                   (256, 1)]),
    ],
)  # fmt: skip
def test_early_looks_add_items_until_all_tell_their_noise(
    draws: int, k: int, expected: list[tuple[int, float]]
) -> None:
    """Where the first look at all items would come late, earlier ones take some of the items."""
    looks = planned_looks(draws, k)
    assert [(look.draws, look.share) for look in looks] == expected


@pytest.mark.parametrize(("draws", "k"), [(1, 1), (2, 1), (16, 8), (16, 16), (7, 4)])
def test_looks_add_items_where_draws_cannot_be_split(draws: int, k: int) -> None:
    """Single draws, or too few for an early look at pass@k: looks add items instead."""
    looks = planned_looks(draws, k)
    assert set(counts(looks)) == {draws}
    assert shares(looks) == [2 / 8, 3 / 8, 4 / 8, 5 / 8, 6 / 8, 7 / 8, 1.0]


@given(draws=st.integers(1, 300), k=st.integers(1, 64), items_only=st.booleans())
def test_looks_always_end_with_everything(draws: int, k: int, *, items_only: bool) -> None:
    """Each look sees more than the one before, and the last one sees all."""
    looks = planned_looks(draws, k, items_only=items_only)
    assert (looks[-1].draws, looks[-1].share) == (draws, 1.0)
    seen = [(look.draws, look.share) for look in looks]
    assert seen == sorted(set(seen))
    assert all(look.draws >= min(2 * k, draws) for look in looks)


@pytest.mark.parametrize("draws", [1, 2, 4, 16])
def test_claims_about_these_items_always_see_all_of_them(gain: Terms, draws: int) -> None:
    """Some of these items are others than these: no look of such a claim leaves any out."""
    looks = looks_of(gain, Policy(items="these"), draws, auto=True)
    assert set(shares(looks)) == {1.0}
    assert counts(looks)[-1] == draws


def test_a_design_of_fixed_size_has_one_look(gain: Terms) -> None:
    """Without auto there is one look; bets by rounds have one, too, and by items several."""
    assert looks_of(gain, Policy(), 16, auto=False) == (Look(draws=16),)
    assert len(looks_of(gain, Policy(), 16, auto=True)) > 1
    rounds = Policy(method="anytime", items="these")
    assert looks_of(gain, rounds, 16, auto=True) == (Look(draws=16),)
    bets = looks_of(gain, Policy(method="anytime"), 16, auto=False)
    assert len(bets) > 1
    assert set(counts(bets)) == {16}


def prefix(share: float, mean: float = 0.0, width: float = 0.3, count: int = 120) -> Sample:
    """Make what a look at a share of the items sees: values spread evenly around a mean."""
    seen = round(count * share)
    values = np.linspace(mean - width, mean + width, seen)
    part = Part(values=values, half_range=1.0, noise=0.01, growing=0.01, growing_at_cap=0.01)
    return Sample(parts=(part,), draws=8, low=-1.0, high=1.0, share=share)


def of_draws(draws: int, cap: int, between: float = 0.02, within: float = 0.3) -> Sample:
    """Make what a look at some of the draws sees: variance between items, and of the draws."""
    spread = np.linspace(-1, 1, 100)
    values = spread * np.sqrt((between + within / draws) / spread.var(ddof=1))
    part = Part(
        values=values, half_range=1.0, noise=within / draws, growing=within / draws,
        growing_at_cap=within / cap,
    )  # fmt: skip
    return Sample(parts=(part,), draws=draws, low=-1.0, high=1.0)


def staged(
    samples: list[Sample], question: Question = GREATER, policy: Policy = POLICY
) -> list[Stage]:
    """Return the stage of each look."""
    stages: list[Stage] = []
    for sample in samples:
        stages.append(next_stage(sample, question, policy, most=len(samples), past=stages))
    return stages


@pytest.mark.parametrize("alpha", [0.05, 0.025, 0.005])
def test_each_look_spends_its_share_of_alpha(alpha: float) -> None:
    """At a quarter of the items each, levels are those of O'Brien and Fleming's spending."""
    stages = staged([prefix(share) for share in (0.25, 0.5, 0.75, 1.0)], policy=Policy(alpha=alpha))
    assert [stage.fraction for stage in stages] == [0.25, 0.5, 0.75, 1.0]
    bounds = efficacy_bounds((0.25, 0.5, 0.75, 1.0), alpha)
    assert [stage.level for stage in stages] == pytest.approx(
        special.ndtr(-np.array(bounds)).tolist(), rel=1e-6, abs=1e-11
    )
    assert [stage.number for stage in stages] == [1, 2, 3, 4]


def test_the_fraction_is_the_variance_at_the_cap_over_that_now() -> None:
    """Information is told from the look's own variance parts: items' and draws'."""
    stages = staged([of_draws(draws, 16) for draws in (2, 4, 8, 16)])
    at_cap = 0.02 + 0.3 / 16
    expected = [np.floor(100 * at_cap / (0.02 + 0.3 / draws)) / 100 for draws in (2, 4, 8)]
    assert [stage.fraction for stage in stages[:-1]] == pytest.approx(expected)
    assert stages[-1].fraction == 1.0


@given(
    st.lists(st.tuples(st.floats(0, 0.1), st.floats(0, 0.4)), min_size=2, max_size=8),
    st.sampled_from([0.1, 0.05, 0.001]), st.sampled_from([None, 0.02, 0.3]),
)  # fmt: skip
@settings(max_examples=100)
def test_stages_go_one_way(
    variances: list[tuple[float, float]], alpha: float, effect: float | None
) -> None:
    """Whatever the looks see, information only grows, reaches 1 at the last, and spends alpha."""
    cap = 2 ** len(variances)
    samples = [
        of_draws(2 ** (step + 1), cap, between, within)
        for step, (between, within) in enumerate(variances)
    ]
    stages = staged(samples, policy=Policy(alpha=alpha, effect=effect))
    fractions = [stage.fraction for stage in stages]
    assert all(before < after for before, after in pairwise(fractions))
    assert fractions[0] > 0
    assert fractions[-1] == 1.0
    assert all(0 < stage.level < alpha * (1 + 1e-6) for stage in stages)
    assert stages[-1].futility is None


def test_nothing_seen_to_vary_is_nothing_known() -> None:
    """Where no item differs yet, a look knows next to nothing and may show next to nothing."""
    sample = dataclasses.replace(prefix(1.0, width=0.0), parts=(
        Part(values=np.zeros(60), half_range=1.0, noise=0.0, growing=0.0, growing_at_cap=0.0),
    ))  # fmt: skip
    stage = next_stage(sample, GREATER, POLICY, most=3, past=[])
    assert stage.fraction == pytest.approx(0.01)
    assert stage.level < 1e-9


@pytest.mark.parametrize(
    ("question", "policy", "futile"),
    [
        (GREATER, Policy(), False),
        (LOSS, Policy(), False),
        (GREATER, POLICY, True),
        (LOSS, POLICY, True),
        (Question(direction="greater", threshold=-0.05), Policy(), True),
    ],
    ids=["gain, no effect", "alarm, no effect", "gain", "alarm", "non-inferiority"],
)
def test_without_an_effect_nothing_is_futile(
    question: Question, policy: Policy, *, futile: bool
) -> None:
    """Only a claim that was planned for some effect can be far from it."""
    first, *_ = staged([prefix(0.5), prefix(1.0)], question, policy)
    assert (first.futility is not None) is futile


def test_anytime_spends_the_whole_alpha_at_each_look() -> None:
    """A bet is valid whenever one looks: no look costs anything, and none is futile."""
    stages = staged([prefix(0.5), prefix(1.0)], policy=Policy(effect=0.1, method="anytime"))
    assert [(stage.level, stage.futility) for stage in stages] == [(0.05, None), (0.05, None)]


def decided(
    sample: Sample, question: Question = GREATER, policy: Policy = POLICY
) -> Decision | None:
    """Decide at the first of two looks."""
    return decide_at(
        sample, question, policy, next_stage(sample, question, policy, most=2, past=[])
    )


def test_an_early_look_goes_on_unless_it_is_clear() -> None:
    """What would do for a fixed design is not enough for an early look."""
    close = prefix(0.5, mean=0.06, width=0.35)
    assert decide(close, GREATER, POLICY).verdict == "supported"
    assert decided(close) is None


def test_an_early_look_shows_what_is_clear() -> None:
    """A large effect ends a claim early; the note says that it may be overstated."""
    found = decided(prefix(0.5, mean=0.4))
    assert found is not None
    assert (found.verdict, found.alpha) == ("supported", 0.05)
    assert found.level < 0.05
    assert found.warnings[-1].startswith("stopped at look 1 of 2: the effect may be overstated")


def test_an_early_look_refutes_what_is_clearly_wrong() -> None:
    """Refuting has a sequence of its own."""
    found = decided(prefix(0.5, mean=-0.4))
    assert found is not None
    assert found.verdict == "refuted"


def test_giving_up_is_inconclusive() -> None:
    """Where the planned effect is out of reach a claim ends as futile, its threshold inside."""
    found = decided(prefix(0.75, mean=-0.04))
    assert found is not None
    assert found.verdict == "inconclusive"
    assert found.reason == "futile: an effect 0.1 beyond the threshold is out of reach"
    assert found.low < 0 < found.high


def test_an_alarm_is_quiet_early_where_it_could_have_seen() -> None:
    """An alarm far from ringing is quiet before the last look, if its last look sees enough."""
    found = decided(prefix(0.75, mean=0.04), LOSS)
    assert found is not None
    assert (found.verdict, found.reason[:5]) == ("supported", "quiet")
    assert found.detectable is not None
    assert found.detectable <= 0.1


def blind(share: float, mean: float) -> Sample:
    """Make twenty items, which an effect of .1 can't be seen on."""
    values = np.clip(prefix(share, mean=mean, width=0.6, count=20).parts[0].values, -1, 1)
    part = Part(values=values, half_range=1.0, noise=0.01, growing=0.01, growing_at_cap=0.01)
    return Sample(parts=(part,), draws=8, low=-1.0, high=1.0, share=share)


@pytest.mark.parametrize("mean", [-0.02, 0.02])
def test_a_blind_alarm_is_never_quiet(mean: float) -> None:
    """An alarm that could not ring, and whose effect is not ruled out, stays open to the end."""
    assert decided(blind(0.75, mean), LOSS) is None  # what the last look will see is a guess
    stages = staged([blind(0.75, mean), blind(1.0, mean)], LOSS)
    found = decide_at(blind(1.0, mean), LOSS, POLICY, stages[-1])
    assert found is not None
    assert (found.verdict, found.reason) == (
        "inconclusive", "blind: it could not see an effect of 0.1",
    )  # fmt: skip


@pytest.mark.parametrize("mean", [0.3, 0.9])
def test_what_is_ruled_out_needs_no_eyes(mean: float) -> None:
    """An alarm of few items is quiet where the interval leaves out the effect it is for."""
    found = decided(blind(0.75, mean), LOSS)
    assert found is not None
    assert (found.verdict, found.reason) == (
        "supported", "quiet: no evidence, and an effect of 0.1 is ruled out",
    )  # fmt: skip
    assert found.low > -0.1
    gain = dataclasses.replace(LOSS, direction="greater")
    turned = decided(blind(0.75, -mean), gain)
    assert turned is not None
    assert turned.reason == found.reason
    assert turned.high < 0.1


def test_looks_make_no_alarm_blind_that_sees(drawn: Callable[..., Any], gain: Terms) -> None:
    """A loss-free arm whose alarm is quiet on all draws is quiet with looks, too."""
    looks = looks_of(gain, POLICY, 16, auto=True)
    for seed in range(20):
        draws = drawn({"rl": np.full(60, 0.7), "base": np.full(60, 0.4)}, 16, seed)
        found = [
            Trial(terms=gain, question=LOSS, policy=POLICY, looks=some).hear(draws.tally)[0]
            for some in (looks, looks[-1:])
        ]
        assert [one.verdict for one in found] == ["supported", "supported"]


def test_a_look_at_clusters_sees_what_a_fixed_size_does() -> None:
    """The last look has the verdict's own floor, one item: a whole cluster would see far less."""
    values = np.tile([0.1, 0.9], 10).repeat(2)
    part = Part(
        values=values, half_range=1.0, noise=0.02, growing=0.02, growing_at_cap=0.02,
        clusters=np.arange(20).repeat(2),
    )  # fmt: skip
    sample = Sample(parts=(part,), draws=16, low=-1.0, high=1.0)
    stage = next_stage(sample, LOSS, POLICY, most=1, past=())
    assert stage.detectable == pytest.approx(decide(sample, LOSS, POLICY).detectable)


def test_an_alarm_without_an_effect_is_never_quiet_early() -> None:
    """Without an effect of interest no evidence is a matter of the last look alone."""
    assert decided(prefix(0.75, mean=0.04), LOSS, Policy()) is None
    last = next_stage(prefix(1.0, mean=0.04), LOSS, Policy(), most=1, past=[])
    found = decide_at(prefix(1.0, mean=0.04), LOSS, Policy(), last)
    assert found is not None
    assert found.verdict == "supported"


def test_an_alarm_rings_early() -> None:
    """Clear evidence for what should not be rings at the look that finds it."""
    found = decided(prefix(0.5, mean=-0.4), LOSS)
    assert found is not None
    assert (found.verdict, found.reason[:14]) == ("refuted", "the alarm rang")


def test_few_items_wait_for_the_others() -> None:
    """A look at four items goes on; a whole task of four is too small at any look."""
    few = prefix(0.5, mean=0.9, width=0.05, count=8)
    assert decided(few) is None
    found = decided(prefix(1.0, mean=0.9, width=0.05, count=4))
    assert found is not None
    assert found.reason == "4 items are too few to decide on"


def agrees(decision: Decision, question: Question) -> bool:
    """Say whether verdict, interval and p-value tell one story at the level that decided."""
    low, high = decision.low - question.threshold, decision.high - question.threshold
    shown, denied = (low > 0, high < 0) if question.direction == "greater" else (high < 0, low > 0)
    if abs(decision.p - decision.level) > 1e-9 and (decision.p < decision.level) != shown:
        return False
    if question.alarm:
        return (decision.verdict == "refuted") == shown
    return decision.verdict == ("supported" if shown else "refuted" if denied else "inconclusive")


@given(
    seed=st.integers(0, 10_000), items=st.integers(5, 80), cap=st.integers(1, 20),
    shift=st.floats(-0.4, 0.4), threshold=st.sampled_from([-0.1, 0.0, 0.05, 0.2]),
    direction=st.sampled_from(["greater", "less"]), alarm=st.booleans(),
    policy=st.builds(
        Policy, alpha=st.sampled_from([0.05, 0.01]), effect=st.sampled_from([None, 0.05, 0.3]),
        method=st.sampled_from(["auto", "t-floor", "anytime"]),
    ),
)  # fmt: skip
@settings(max_examples=150)
def test_no_interval_contradicts_its_verdict_at_any_look(  # noqa: PLR0913, PLR0917  all of a claim
    drawn: Callable[..., Any], gain: Terms, seed: int, items: int, cap: int, shift: float,
    threshold: float, direction: Direction, policy: Policy, *, alarm: bool,
) -> None:  # fmt: skip
    """Wherever a claim stops: verdict, interval and p-value tell one story."""
    skills = np.random.default_rng(seed).beta(0.6, 0.6, items)
    draws = drawn({"rl": np.clip(skills + shift, 0, 1), "base": skills}, cap, seed)
    question = Question(direction=direction, threshold=threshold, alarm=alarm)
    looks = looks_of(gain, policy, cap, auto=True)
    trial = Trial(terms=gain, question=question, policy=policy, looks=looks)
    decision, _ = trial.hear(draws.tally)
    assert decision.stage is not None
    assert decision.low <= decision.effect <= decision.high
    assert "too few" in decision.reason or agrees(decision, question)
    if decision.stage.number == decision.stage.most:
        assert decision.items == items


def test_no_interval_contradicts_an_equivalence(drawn: Callable[..., Any], gain: Terms) -> None:
    """Halves that stop at different looks make one interval within both margins."""
    looks = looks_of(gain, POLICY, 16, auto=True)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        skills = rng.beta(0.7, 0.7, 100)
        shifted = np.clip(skills + rng.uniform(-0.08, 0.08), 0, 1)
        draws = drawn({"rl": shifted, "base": skills}, 16, seed)
        halves = [
            Trial(terms=gain, question=question, policy=POLICY, looks=looks).hear(draws.tally)[0]
            for question in (
                Question(direction="greater", threshold=-0.12),
                Question(direction="less", threshold=0.12),
            )
        ]
        found = both(halves[0], halves[1])
        inside = -0.12 < found.low <= found.high < 0.12
        assert found.verdict != "supported" or inside
        assert found.verdict != "supported" or found.low <= found.effect <= found.high
