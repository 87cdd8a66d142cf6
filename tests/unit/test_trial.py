"""A claim's trial: each look a fixed prefix of the draws, in order, until it is decided."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ClaimError
from harness.records import Decision, Look, Policy, Question, Terms, Verdict
from harness.stats.bets import FLAT
from harness.trial import Trial, looks_of

MakeDraws = Callable[..., Any]
GREATER = Question(direction="greater", threshold=0.0)
POLICY = Policy(effect=0.1)


def trial(terms: Terms, draws: int = 16, *, auto: bool = True, **changes: Any) -> Trial:  # noqa: ANN401  any field
    """Make the trial of a claim."""
    fields: dict[str, Any] = {"question": GREATER, "policy": POLICY, **changes}
    looks = looks_of(terms, fields["policy"], draws, auto=auto)
    return Trial(**{"terms": terms, "looks": looks, **fields})


def heard(found: Trial, draws: Any) -> Decision:  # noqa: ANN401  the fixture's class
    """Hear a trial to its decision."""
    decision, _ = found.hear(draws.tally)
    return decision


def skills(seed: int, gain: float, count: int = 100) -> dict[str, npt.NDArray[np.float64]]:
    """Make U-shaped skills of two arms, one better than the other on average, not everywhere."""
    rng = np.random.default_rng(seed)
    base = rng.beta(0.5, 0.5, count) * (1 - abs(gain)) + max(-gain, 0.0)
    return {"base": base, "rl": base + gain}


def test_a_fixed_size_uses_exactly_its_draws(drawn: MakeDraws, gain: Terms) -> None:
    """Without looks the draws 0..n-1 are tallied once for each arm, and nothing else is."""
    draws = drawn(skills(1, 0.1), most=64, seed=1)
    found = heard(trial(gain, 16, auto=False), draws)
    assert draws.asked == [("rl", Look(draws=16)), ("base", Look(draws=16))]
    mean = draws.scores["rl"][:, :16].mean() - draws.scores["base"][:, :16].mean()
    assert found.effect == pytest.approx(mean)
    assert (found.draws, found.stage) == (16, None)


def test_looks_are_taken_in_order_until_one_decides(drawn: MakeDraws, gain: Terms) -> None:
    """A clear claim asks for no more than the look that decides it."""
    draws = drawn(skills(2, 0.4), most=64, seed=2)
    found = heard(trial(gain, 64), draws)
    asked = [look.draws for name, look in draws.asked if name == "rl"]
    assert asked == [2, 4, 8][: len(asked)]
    assert found.stage is not None
    assert (found.verdict, found.draws, found.stage.number) == ("supported", asked[-1], len(asked))
    mean = draws.scores["rl"][:, : asked[-1]].mean() - draws.scores["base"][:, : asked[-1]].mean()
    assert found.effect == pytest.approx(mean)


@given(st.integers(0, 5_000), st.sampled_from([-0.1, -0.03, 0.0, 0.05, 0.15]), st.integers(0, 48))
def test_what_others_drew_never_changes_a_verdict(
    drawn: MakeDraws, gain: Terms, seed: int, effect: float, more: int
) -> None:
    """Draws beyond a claim's cap, whoever asked for them, don't enter its decision."""
    draws = drawn(skills(seed, effect, 40), most=16 + more, seed=seed)
    found = heard(trial(gain), draws)
    for scores in draws.scores.values():
        scores[:, found.draws :] = ~scores[:, found.draws :]  # had they come out the other way
    assert heard(trial(gain), draws) == found


@given(st.integers(0, 5_000), st.sampled_from([-0.3, 0.3]))
def test_auto_and_fixed_agree_on_clear_cases(
    drawn: MakeDraws, gain: Terms, seed: int, effect: float
) -> None:
    """A large gain is supported and a large loss refuted, with looks and without."""
    draws = drawn(skills(seed, effect), most=16, seed=seed)
    verdict: Verdict = "supported" if effect > 0 else "refuted"
    auto, fixed = (heard(trial(gain, auto=auto), draws) for auto in (True, False))
    assert auto.verdict == fixed.verdict == verdict
    assert auto.draws < fixed.draws


def rates(drawn: MakeDraws, terms: Terms, effect: float, repeats: int) -> list[Decision]:
    """Decide many claims on models that differ item by item, by so much on average."""
    found = []
    for seed in range(repeats):
        rng = np.random.default_rng([seed, 9])
        base = np.clip(rng.normal(0.5, 0.15, 60), 0.25, 0.75)
        rl = base + effect + rng.choice([-0.2, 0.2], 60)
        draws = drawn({"base": base, "rl": rl}, most=16, seed=seed)
        found.append(heard(trial(terms), draws))
    return found


def test_looks_keep_the_error(drawn: MakeDraws, gain: Terms) -> None:
    """Without a gain on average, planned looks support one in 5% of trials, or less."""
    found = rates(drawn, gain, 0.0, 600)
    assert 0.01 < np.mean([one.verdict == "supported" for one in found]) < 0.07
    assert np.mean([one.verdict == "refuted" for one in found]) < 0.07


def test_looks_save_draws(drawn: MakeDraws, gain: Terms) -> None:
    """With a gain and without, looks draw less on average than the cap, and still find it."""
    found, none = rates(drawn, gain, 0.12, 150), rates(drawn, gain, -0.05, 150)
    assert np.mean([one.verdict == "supported" for one in found]) > 0.75
    assert np.mean([one.draws for one in found]) < 12
    assert np.mean([one.draws for one in none]) < 12


def test_looks_at_items_take_the_first_of_them(drawn: MakeDraws, gain: Terms) -> None:
    """Single draws are looked at item by item: each look sees all that the one before saw."""
    draws = drawn(skills(3, 0.3, 80), most=1, seed=3)
    found = heard(trial(gain, 1), draws)
    shares = [look.share for name, look in draws.asked if name == "rl"]
    assert all(before < after for before, after in pairwise(shares))
    assert found.items == 80 * shares[-1]
    assert found.items < 80


def test_clusters_are_the_units_of_a_trial(drawn: MakeDraws, gain: Terms) -> None:
    """What the items' clusters are reaches the decision."""
    draws = drawn(skills(4, 0.2, 48), most=16, seed=4)
    clusters = {f"{row:04d}": f"text {row // 4}" for row in range(48)}
    found = heard(trial(gain, auto=False, clusters=clusters), draws)
    assert found.method.endswith(" over clusters")


def test_bets_on_these_items_go_by_rounds(drawn: MakeDraws, gain: Terms) -> None:
    """A round is one draw of every item: the bets on the rounds' means decide."""
    draws = drawn(skills(5, 0.15, 30), most=12, seed=5)
    policy = Policy(items="these", method="anytime")
    found = heard(trial(gain, 12, policy=policy), draws)
    rounds = (draws.scores["rl"].astype(float) - draws.scores["base"]).mean(axis=0)
    lambdas, weights = np.array(FLAT.lambdas), np.array(FLAT.weights)
    wealth = np.cumprod(1 + lambdas * rounds[:, None], axis=0) @ weights
    assert found.method == "betting e-process"
    assert found.p == pytest.approx(1 / wealth.max())
    assert found.effect == pytest.approx(rounds.mean())


def test_a_stored_baseline_has_no_rounds(drawn: MakeDraws, statistic: Callable[..., Any]) -> None:
    """Bets by rounds refuse a side whose draws are stored only as sums."""
    source = statistic("rl").source
    stored = type(source)(task="sums", arm="rl", baseline="baseline", draws=8)
    terms = ((1.0, statistic("rl")), (-1.0, statistic(source=stored)))
    scores = {"rl": np.full(10, 0.5), "baseline[rl]": np.full(10, 0.5)}
    policy = Policy(items="these", method="anytime")
    with pytest.raises(ClaimError, match=r"baseline\[rl\]\.pass@1 does not come in rounds"):
        heard(trial(terms, 4, policy=policy), drawn(scores, most=4, seed=0))
