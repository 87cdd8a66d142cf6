"""What each look may spend, when to give up, and what is then said."""

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

from harness.decide import both, decide, next_stage
from harness.records import Decision, Direction, Part, Policy, Question, Terms
from harness.stats.sequential import efficacy_bounds
from harness.trial import Trial, looks_of
from tests.unit.decide.looks import GREATER, LOSS, POLICY, decided, of_draws, prefix, staged


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
