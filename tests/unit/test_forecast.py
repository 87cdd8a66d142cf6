"""Forecasts: what is refused as out of reach, and chances that a simulation confirms."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

from harness.decide import decide
from harness.errors import PlanError
from harness.planning import chance_of_green, forecast
from harness.planning.outlook import PartOutlook
from harness.records import Direction, Part, Policy, Question, Sample, Statistic, Terms
from harness.trial import Trial, looks_of

MakeDraws = Callable[..., Any]
GREATER = Question(direction="greater", threshold=0.0)


def part(items: int, between: float = 0.04, within: float = 0.4, **changes: Any) -> PartOutlook:  # noqa: ANN401  any field
    """Make what is known of a set of items."""
    return PartOutlook(**{
        "items": items, "between": between, "fixed": 0.0, "growing": lambda draws: within / draws,
        "half_range": 1.0, "basis": "assumed", **changes,
    })  # fmt: skip


def trial(
    terms: Terms, question: Question = GREATER, policy: Policy | None = None, *,
    draws: int = 16, auto: bool = False,
) -> Trial:  # fmt: skip
    """Make the trial of a claim."""
    policy = policy or Policy(effect=0.1)
    looks = looks_of(terms, policy, draws, auto=auto)
    return Trial(terms=terms, question=question, policy=policy, looks=looks)


def margin(size: float, direction: Direction = "greater") -> Question:
    """Claim that nothing is lost, or gained, beyond a margin."""
    return Question(direction=direction, threshold=-size if direction == "greater" else size)


def test_pairs_of_twins_are_counted_as_pairs(gain: Terms) -> None:
    """Their number is no number of items, of which there are twice as many."""
    claim = trial(gain, margin(0.02), Policy(method="t-floor"))
    claim = dataclasses.replace(claim, twins={"a": "pair", "b": "pair"})
    with pytest.raises(PlanError, match=r"shown on 40 pairs of twins: .* take 84 pairs of twins"):
        forecast(claim, [part(40)])


@pytest.mark.parametrize(("size", "items"), [(0.01, 166), (0.02, 84), (0.03, 57)])
@pytest.mark.parametrize("direction", ["greater", "less"])
def test_the_margins_that_the_t_floor_reaches(
    gain: Terms, size: float, items: int, direction: Direction
) -> None:
    """Identical arms need 166 items for a margin of .01, 84 for .02 and 57 for .03."""
    claim = trial(gain, margin(size, direction), Policy(method="t-floor"))
    assert forecast(claim, [part(items)]).items == items
    with pytest.raises(
        PlanError,
        match=f"margin of {size:g} can't be shown on {items - 1} items: .* take {items} i",
    ):
        forecast(claim, [part(items - 1)])


@pytest.mark.parametrize("size", [0.02, 0.05, 0.2])
@pytest.mark.parametrize("method", ["auto", "t-floor"])
def test_out_of_reach_is_what_no_data_show(
    gain: Terms, size: float, method: Literal["auto", "t-floor"]
) -> None:
    """A margin is refused exactly if not even identical arms would support the claim."""
    policy = Policy(method=method)
    claim = trial(gain, margin(size), policy)
    for items in (6, 14, 15, 20, 35, 58, 59, 60, 61, 84, 100, 150, 200):
        nothing = Part(values=np.zeros(items), half_range=1.0, noise=0.0, growing=0.0)
        same = Sample(parts=(nothing,), draws=16, low=-1.0, high=1.0)
        shown = decide(same, claim.question, policy).verdict == "supported"
        if shown:
            assert forecast(claim, [part(items)]).items == items
        else:
            with pytest.raises(PlanError, match=rf"can't be shown on {items} items"):
                forecast(claim, [part(items)])


@pytest.mark.parametrize("direction", ["greater", "less"])
@pytest.mark.parametrize("bar", [0.5, 0.9, 0.94, 0.945, 0.99])
def test_bars_that_cannot_be_reached(
    statistic: Callable[..., Statistic], direction: Direction, bar: float
) -> None:
    """A bar is refused exactly if not even an arm that is always right, or wrong, would pass."""
    threshold = bar if direction == "greater" else 1 - bar
    terms = ((1.0, statistic()),)
    claim = trial(terms, Question(direction=direction, threshold=threshold), Policy())
    best = Part(values=np.full(50, float(direction == "greater")), half_range=0.5, noise=0.0)
    perfect = Sample(parts=(best,), draws=16, low=0.0, high=1.0)
    if decide(perfect, claim.question, claim.policy).verdict == "supported":
        assert forecast(claim, [part(50, half_range=0.5)]).items == 50
    else:
        word = "right" if direction == "greater" else "wrong"
        with pytest.raises(PlanError, match=rf"can't be shown on 50 items: with every draw {word}"):
            forecast(claim, [part(50, half_range=0.5)])


@pytest.mark.parametrize(
    ("question", "policy"),
    [
        (margin(0.01), Policy(items="these")),
        (Question(direction="less", threshold=0.0, alarm=True), Policy(effect=0.1)),
        (Question(direction="greater", threshold=0.05), Policy(effect=0.1)),
    ],
    ids=["these items", "an alarm", "a gain"],
)
def test_what_has_no_margin_to_reach_is_planned(
    gain: Terms, question: Question, policy: Policy
) -> None:
    """For these items, alarms and gains no margin is out of reach for want of items."""
    assert forecast(trial(gain, question, policy), [part(20)]).items == 20


def in_clusters(claim: Trial, sizes: list[int]) -> Trial:
    """Let the items of a claim stand in clusters of these sizes."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return dataclasses.replace(
        claim, clusters={str(item): str(label) for item, label in enumerate(labels)}
    )


def test_clusters_are_what_a_margin_takes(gain: Terms) -> None:
    """In clusters of 5 a margin takes as many clusters as it takes items that stand alone."""
    claim = trial(gain, margin(0.05), Policy())
    with pytest.raises(PlanError, match=r"on 20 items: .*; take 59 items, "):
        forecast(claim, [part(20)])
    with pytest.raises(PlanError, match=r"on 20 clusters: .*; take 59 clusters, "):
        forecast(in_clusters(claim, [5] * 20), [part(100)])
    assert forecast(in_clusters(claim, [5] * 59), [part(295)]).items == 295


def test_clusters_of_unlike_sizes_take_more(gain: Terms) -> None:
    """One large cluster among many small ones could break, so that a margin takes more."""
    claim = trial(gain, margin(0.05), Policy())
    with pytest.raises(PlanError, match="can't be shown on 60 clusters"):
        forecast(in_clusters(claim, [1, 2, 4, 13] * 15), [part(300)])


def test_a_bar_out_of_reach_says_how_many_items_it_takes(
    statistic: Callable[..., Statistic],
) -> None:
    """With as many items as the hint says the bar is within reach, and with one less it is not."""
    claim = trial(((1.0, statistic()),), Question(direction="greater", threshold=0.97), Policy())
    with pytest.raises(PlanError) as refused:
        forecast(claim, [part(30, half_range=0.5)])
    enough = int(str(refused.value).partition("; take ")[2].split()[0])
    assert forecast(claim, [part(enough, half_range=0.5)]).items == enough
    with pytest.raises(PlanError, match="or another bar"):
        forecast(claim, [part(enough - 1, half_range=0.5)])


def test_advice_on_clusters_is_in_clusters(gain: Terms) -> None:
    """What is missing is said in the units that would help."""
    claim = trial(gain, policy=Policy(effect=0.05))
    alone = forecast(claim, [part(100)]).advice
    grouped = forecast(in_clusters(claim, [5] * 20), [part(100)]).advice
    assert "more items" in alone
    assert "more clusters" in grouped


def test_more_items_and_draws_see_more(gain: Terms) -> None:
    """The smallest effect seen falls with items and draws; the chance of a given one rises."""
    claim = trial(gain)
    few, many = forecast(claim, [part(50)]), forecast(claim, [part(100)])
    more = forecast(trial(gain, draws=64), [part(50)])
    assert few.detectable > many.detectable
    assert few.detectable > more.detectable
    assert few.chance is not None
    assert many.chance is not None
    assert few.chance < many.chance
    assert (few.draws_expected, few.draws_without_effect) == (16, 16)


def test_the_detectable_effect_has_the_power(gain: Terms) -> None:
    """A claim planned for just the smallest detectable effect has just the policy's power."""
    found = forecast(trial(gain), [part(80)])
    same = trial(gain, policy=Policy(effect=found.detectable))
    assert forecast(same, [part(80)]).chance == pytest.approx(0.9)


def test_without_an_effect_there_is_no_chance(gain: Terms) -> None:
    """A claim without an effect of interest has no chance to speak of, and no advice."""
    found = forecast(trial(gain, policy=Policy()), [part(80)])
    assert (found.chance, found.advice) == (None, "")
    assert forecast(trial(gain, margin(0.1), Policy()), [part(80)]).chance is not None


def test_what_is_too_small_gets_advice(gain: Terms) -> None:
    """Below the policy's power the forecast says how many more items or draws would do."""
    assert "more items" in forecast(trial(gain), [part(30)]).advice
    assert forecast(trial(gain), [part(300)]).advice == ""


def test_an_alarm_is_hoped_to_be_quiet(gain: Terms) -> None:
    """An alarm stays quiet with chance 1 - alpha, and never if it is blind."""
    question = Question(direction="less", threshold=0.0, alarm=True)
    assert forecast(trial(gain, question), [part(200)]).chance == 0.95
    assert forecast(trial(gain, question), [part(20)]).chance == 0.0
    shared = Policy(alpha=0.01, effect=0.1)
    assert forecast(trial(gain, question, shared), [part(200)]).chance == 0.99


def test_planned_looks_are_forecast_to_save(gain: Terms) -> None:
    """Looks cost a little chance, and save draws with an effect and without."""
    fixed, auto = (forecast(trial(gain, auto=auto), [part(80)]) for auto in (False, True))
    assert fixed.chance is not None
    assert auto.chance is not None
    assert fixed.chance - 0.05 < auto.chance < fixed.chance
    assert auto.draws_expected < 12
    assert auto.draws_without_effect < 14
    assert auto.detectable == fixed.detectable


def test_the_noise_of_a_baseline_stays(gain: Terms) -> None:
    """Draws don't lessen what the stored side adds."""
    known = part(80, fixed=0.1)
    assert forecast(trial(gain), [known]).variance == pytest.approx(0.04 + 0.1 + 0.4 / 16)


def test_these_items_have_no_variance_between_them(gain: Terms) -> None:
    """For these items alone only the draws are noise."""
    these = Policy(effect=0.1, items="these")
    near, far = (forecast(trial(gain, policy=these), [part(80, between=b)]) for b in (0.0, 0.5))
    assert near.detectable == far.detectable
    se = math.sqrt(0.4 / 16 / 80 + 1 / 16 / 80**2)
    assert near.detectable == pytest.approx((1.6448536 + 1.2815516) * se, rel=1e-6)


@pytest.mark.parametrize(("effect", "auto"), [(0.1, False), (0.07, False), (0.1, True)])
def test_a_simulation_confirms_the_forecast(
    drawn: MakeDraws, gain: Terms, effect: float, *, auto: bool
) -> None:
    """Chance and expected draws are those of trials on new items, within Monte Carlo error."""
    claim = trial(gain, policy=Policy(effect=effect), auto=auto)
    count, repeats = 80, 240
    # Items differ by +-.2 around the effect; p (1 - p) of both arms at skills of about a half.
    known = part(count, between=0.04, within=2 * 0.25 - 2 * 0.06**2 - 0.02 - 0.02)
    expected = forecast(claim, [known])
    outcomes: dict[float, list[Any]] = {effect: [], 0.0: []}
    for true, decisions in outcomes.items():
        for seed in range(repeats):
            rng = np.random.default_rng([seed, int(100 * true), 77])
            centre = rng.normal(0.5, 0.06, count)
            half = (true + rng.choice([-0.2, 0.2], count)) / 2
            draws = drawn({"rl": centre + half, "base": centre - half}, most=16, seed=seed)
            decisions.append(claim.hear(draws.tally)[0])
    supported = np.mean([one.verdict == "supported" for one in outcomes[effect]])
    assert expected.chance is not None
    error = math.sqrt(expected.chance * (1 - expected.chance) / repeats)
    assert supported == pytest.approx(expected.chance, abs=3 * error)
    for true, draws_of in ((effect, expected.draws_expected), (0.0, expected.draws_without_effect)):
        taken = np.array([one.draws for one in outcomes[true]])
        assert taken.mean() == pytest.approx(
            draws_of, abs=3 * taken.std() / math.sqrt(repeats) + 0.5
        )


@pytest.mark.parametrize(("items", "draws"), [("population", 16), ("these", 32), ("these", 64)])
def test_a_simulation_confirms_the_forecast_of_bets(
    drawn: MakeDraws, gain: Terms, items: Literal["population", "these"], draws: int
) -> None:
    """A bet wins on the smallest effect that it is said to see with about the policy's power."""
    policy = Policy(effect=0.1, method="anytime", items=items)
    known = part(80, within=0.4528)
    expected = forecast(trial(gain, policy=policy, draws=draws), [known])
    effect = expected.detectable
    assert expected.chance is None
    question = dataclasses.replace(GREATER, variance=known.variance(draws))
    claim = trial(gain, question, dataclasses.replace(policy, effect=effect), draws=draws)
    won = 0
    for seed in range(60):
        half = (effect + np.random.default_rng(seed).permutation([-0.2, 0.2] * 40)) / 2
        made = drawn({"rl": 0.5 + half, "base": 0.5 - half}, most=draws, seed=seed)
        won += claim.hear(made.tally)[0].verdict == "supported"
    assert won / 60 > 0.75


def test_clusters_are_the_units_of_a_forecast(gain: Terms) -> None:
    """Items that hang together see less than as many that do not."""
    claim = trial(gain)
    clusters = {f"{row:04d}": f"text {row // 10}" for row in range(80)}
    apart = forecast(claim, [part(80)])
    together = forecast(dataclasses.replace(claim, clusters=clusters), [part(80)])
    assert together.detectable > apart.detectable


def test_ten_good_claims_are_seldom_all_green(gain: Terms) -> None:
    """Ten claims at a chance of .9 all come out in 35% of builds, and in none for sure."""
    one = dataclasses.replace(forecast(trial(gain), [part(200)]), chance=0.9)
    independent, least = chance_of_green([one] * 10)
    assert independent == pytest.approx(0.9**10)
    assert least == pytest.approx(0.0)
    independent, least = chance_of_green([dataclasses.replace(one, chance=0.99)] * 10)
    assert independent == pytest.approx(0.99**10)
    assert least == pytest.approx(0.9)


def test_an_unknown_chance_leaves_the_whole_unknown(gain: Terms) -> None:
    """One claim without an effect of interest, and nothing is promised of the build."""
    known = forecast(trial(gain), [part(200)])
    unknown = dataclasses.replace(known, chance=None)
    assert chance_of_green([known, unknown]) == (None, None)
    assert chance_of_green([]) == (1, 1)
