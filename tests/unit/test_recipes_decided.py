"""Claims about recipes are decided on items and training seeds, each a random sample."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.decide import decide
from harness.estimate import Prospect, sample
from harness.records import (
    Decision,
    Direction,
    Look,
    Part,
    Policy,
    Question,
    Sample,
    SeedMeans,
    Source,
    Statistic,
    Tally,
    Terms,
)
from harness.stats.mean import t_floor
from harness.trial import looks_of

Method = Literal["auto", "t-floor", "t", "sign-flip", "bootstrap-t"]
ITEMS = 40


def term(weight: float, arm: str, recipe: str = "", **changes: Any) -> tuple[float, Statistic]:  # noqa: ANN401  any field
    """Make a term of pass@1."""
    baseline = changes.pop("baseline", "")
    source = Source(task="sums", arm=arm, baseline=baseline, draws=8, recipe=recipe)
    return weight, Statistic(**{"source": source, "kind": "pass_at", **changes})


def tally(arm: str, skill: float, seed: int) -> Tally:
    """Draw 8 completions of each item, from skills around that of the arm."""
    rng = np.random.default_rng([seed, len(arm), int(1000 * skill)])
    right = rng.binomial(8, (skill + np.linspace(-0.15, 0.15, ITEMS)).clip(0, 1))
    sums = right.astype(np.float64)[:, None]
    return Tally(
        ids=tuple(f"{row:03d}" for row in range(ITEMS)), draws=np.full(ITEMS, 8),
        metrics=("correct",), sums=sums, products=sums[:, :, None],
        answers=({"a": 1, "b": 1},) * ITEMS,
    )  # fmt: skip


def taken(terms: Terms, skills: dict[str, float], seed: int = 0) -> Sample:
    """Make the data of a claim from the skills of its arms."""
    known = {arm: tally(arm, skill, seed) for arm, skill in skills.items()}

    def tally_of(statistic: Statistic, look: Look) -> Tally:
        del look
        return known[f"{statistic.source.baseline}{statistic.source.arm}"]

    found, _ = sample(terms, tally_of, Look(draws=8), Prospect(cap=8))
    return found


def thirds(weight: float = 1.0, **changes: Any) -> list[tuple[float, Statistic]]:  # noqa: ANN401  any field
    """Make the terms of a recipe of three seeds."""
    return [term(weight / 3, f"s{number}", "recipe", **changes) for number in (1, 2, 3)]


SKILLS = {"s1": 0.6, "s2": 0.7, "s3": 0.5, "base": 0.4}


def test_each_seed_has_its_own_part_of_the_effect() -> None:
    """The seeds' values are their own means; their mean is what the recipe has in the effect."""
    found = taken((*thirds(), term(-1.0, "base")), SKILLS)
    (seeds,) = found.seeds
    own = [float(tally(arm, SKILLS[arm], 0).sums.mean() / 8) for arm in ("s1", "s2", "s3")]
    base = float(tally("base", 0.4, 0).sums.mean() / 8)
    assert seeds.means == pytest.approx(own)
    assert (found.low, found.high) == (-1.0, 1.0)
    assert found.parts[0].values.mean() == pytest.approx(np.mean(own) - base)
    assert 0 < found.parts[0].of_seeds < found.parts[0].noise


def test_several_terms_of_a_recipe_vary_together() -> None:
    """In a difference of k, and to a baseline, what varies is each seed's own difference."""
    k = taken((*thirds(kind="pass_at", k=4), *thirds(-1.0)), SKILLS)
    held = {f"baseline{arm}": skill - 0.1 for arm, skill in SKILLS.items()}
    gain = taken((*thirds(), *thirds(-1.0, baseline="baseline")), SKILLS | held)
    for found in (k, gain):
        assert len(found.seeds) == 1
        assert found.seeds[0].means.mean() == pytest.approx(found.parts[0].values.mean())
    now, before = (
        [float(tally(arm, skills[arm], 0).sums.mean() / 8) for arm in names]
        for skills, names in ((SKILLS, ("s1", "s2", "s3")),
                              (held, ("baselines1", "baselines2", "baselines3")))
    )  # fmt: skip
    own = [
        float(tally(arm, skill, 0).sums.mean() / 8)
        for arm, skill in held.items()
        if arm != "baselinebase"
    ]
    assert before == own
    assert gain.seeds[0].means == pytest.approx(np.subtract(now, before))


def test_recipes_of_one_claim_are_apart() -> None:
    """Two recipes have seeds of their own, the second one's with its sign."""
    terms = (*thirds(), term(-0.5, "c1", "chance"), term(-0.5, "c2", "chance"))
    found = taken(terms, SKILLS | {"c1": 0.3, "c2": 0.4})
    assert [one.recipe for one in found.seeds] == ["recipe", "chance"]
    assert [len(one.means) for one in found.seeds] == [3, 2]
    total = sum(one.means.mean() for one in found.seeds)
    assert total == pytest.approx(found.parts[0].values.mean())


def made(
    values: npt.ArrayLike, *seeds: Sequence[float], clusters: npt.ArrayLike | None = None,
    **changes: Any,  # noqa: ANN401  any field
) -> Sample:  # fmt: skip
    """Make the data of a claim: items' values, and what each seed of each recipe has in them."""
    number = None if clusters is None else np.asarray(clusters)
    part = Part(values=np.asarray(values, dtype=np.float64), half_range=1.0, noise=0.02,
                of_seeds=0.01, growing=0.02, clusters=number)  # fmt: skip
    found = tuple(SeedMeans(recipe=f"r{at}", means=np.array(own)) for at, own in enumerate(seeds))
    return Sample(
        **{"parts": (part,), "draws": 8, "low": -1.0, "high": 1.0, "seeds": found, **changes}
    )


def asked(threshold: float, direction: Direction = "greater") -> Question:
    """Ask about an effect."""
    return Question(direction=direction, threshold=threshold)


def test_bounds_are_those_of_items_and_seeds_together() -> None:
    """By hand: the distances of both bounds, squared and added, each at its own degrees."""
    values = np.linspace(0.05, 0.55, 60)
    own = [0.25, 0.31, 0.34]
    found = decide(made(values, own), asked(0.0), Policy(method="t-floor"))
    items, se = t_floor(values, 1.0), np.std(own, ddof=1) / math.sqrt(3)
    reach = math.hypot(
        float(stats.t.ppf(0.95, 59)) * items.se, float(stats.t.ppf(0.95, 2)) * float(se)
    )
    assert found.low == pytest.approx(values.mean() - reach)
    assert found.high == pytest.approx(values.mean() + reach)
    assert found.method == "uncorrected t-floor over 3 seeds"


def test_recipes_on_these_items_are_compared_as_by_welch() -> None:
    """With `items: these` seeds alone are random: scipy's Welch test, but for a floor."""
    first, second = [0.5, 0.62, 0.55], [0.3, 0.41, 0.36]
    gain = float(np.mean(first) - np.mean(second))
    data = made(np.full(4000, gain), first, [-one for one in second])
    part = dataclasses.replace(data.parts[0], noise=0.02, of_seeds=0.02)
    found = decide(dataclasses.replace(data, parts=(part,)), asked(0.0), Policy(items="these"))
    oracle = stats.ttest_ind(first, second, equal_var=False, alternative="greater")
    assert found.low == pytest.approx(oracle.confidence_interval(0.95).low, abs=1e-4)
    # Below 5% Welch's test of so few is too sure: both recipes count at their own degrees.
    reach = gain / math.hypot(*(float(stats.sem(one)) for one in (first, second)))
    assert found.p == pytest.approx(float(stats.t.sf(reach, 2)), rel=1e-3)
    assert found.p > 2 * oracle.pvalue
    assert found.method == "z over draws and 3 and 3 seeds"


shares = st.lists(st.floats(-1, 1), min_size=8, max_size=60)
few = st.lists(st.floats(-0.2, 0.2), min_size=2, max_size=5)


@given(
    values=shares,
    seeds=st.lists(few, min_size=1, max_size=2),
    threshold=st.floats(-0.9, 0.9),
    direction=st.sampled_from(["greater", "less"]),
    method=st.sampled_from(["auto", "t-floor", "sign-flip"]),
    these=st.booleans(),
    split=st.booleans(),
)
def test_no_claim_about_a_recipe_is_surer_than_about_its_checkpoints(  # noqa: PLR0913, PLR0917  what data can be
    values: list[float], seeds: list[list[float]], threshold: float, direction: Direction,
    method: Method, these: bool, split: bool,  # noqa: FBT001  drawn
) -> None:  # fmt: skip
    """The interval is as wide or wider, p as large, and neither contradicts the verdict."""
    clusters = None if not split or these else np.arange(len(values)) // 2
    data = made(values, *seeds, clusters=clusters)
    policy = Policy(items="these") if these else Policy(method=method)
    question = asked(threshold, direction)
    found = decide(data, question, policy)
    alone = decide(dataclasses.replace(data, seeds=()), question, policy)
    _check_wider(found, alone)
    beyond = found.low > threshold if direction == "greater" else found.high < threshold
    short = found.high < threshold if direction == "greater" else found.low > threshold
    if "too few" not in found.reason:
        assert found.verdict == ("supported" if beyond else "refuted" if short else "inconclusive")
        assert found.verdict != "supported" or found.p < found.alpha


def _check_wider(found: Decision, alone: Decision) -> None:
    rounding = 1e-9
    assert found.low <= alone.low + rounding
    assert found.high >= alone.high - rounding
    assert found.effect == pytest.approx(alone.effect)
    if alone.p < 0.5:
        assert found.p >= alone.p - 1e-6
    if alone.verdict == "inconclusive":
        assert found.verdict == "inconclusive"


def test_what_kind_of_data_it_is_still_decides_the_method() -> None:
    """A bar, clusters, disjoint items and single draws keep their method, over seeds."""
    rng = np.random.default_rng(3)
    own = [0.1, 0.12]
    values = rng.normal(0.1, 0.2, 60).clip(-1, 1)
    other = made(values, own).parts[0]
    cases = {
        "t-floor over 2 seeds": made(values, own),
        "t-floor over clusters and 2 seeds": made(values, own, clusters=np.arange(60) // 3),
        "Welch t-floor over 2 seeds": made(values, own, parts=(other, other)),
        "Korn-Graubard over 2 seeds": made(np.abs(values), own, low=0.0),
        "Tango over 2 seeds": made(np.sign(values), own, draws=1),
    }
    for method, data in cases.items():
        found = decide(data, asked(0.05), Policy(effect=0.1))
        alone = decide(dataclasses.replace(data, seeds=()), asked(0.05), Policy(effect=0.1))
        assert found.method == method
        assert found.low < alone.low
        assert not found.checks


def test_seeds_that_agree_add_nothing() -> None:
    """Where all checkpoints score the same the bounds are those of the items."""
    values = np.linspace(0.0, 0.4, 50)
    found = decide(made(values, [0.2, 0.2, 0.2]), asked(0.0), Policy())
    alone = decide(made(values), asked(0.0), Policy())
    assert (found.low, found.high, found.p) == (alone.low, alone.high, alone.p)
    assert found.method == "t-floor over 3 seeds"


@pytest.mark.parametrize(
    ("spread", "count", "goal", "needed"),
    [
        (0.08, 400, 0.1, "more training seeds of r0 (more items or draws alone would not do)"),
        (0.001, 30, 0.1, "more items (more training seeds alone would not do)"),
        (0.02, 120, 0.1, "more training seeds of r0, or about "),
        (0.08, 30, 0.02, "more training seeds of r0 and more items or draws: neither alone"),
        (0.08, 400, None, "more training seeds of r0: what they differ by is most of the error"),
        (0.001, 30, None, ""),
    ],
    ids=["seeds", "items", "either", "both", "seeds, no effect", "items, no effect"],
)  # fmt: skip
def test_what_an_open_claim_needs(
    spread: float, count: int, goal: float | None, needed: str
) -> None:
    """More seeds where these make most of the error, more items where those do."""
    values = 0.03 + np.linspace(-0.6, 0.6, count)
    data = made(values, [0.03 - spread, 0.03, 0.03 + spread])
    found = decide(data, asked(0.0), Policy(effect=goal))
    assert found.verdict == "inconclusive"
    assert needed in found.needs
    assert bool(needed) == bool(found.needs)


def test_these_items_need_seeds_or_draws() -> None:
    """Of these items alone there are no more, only more draws."""
    data = made(np.full(40, 0.05), [0.0, 0.05, 0.1])
    found = decide(data, asked(0.0), Policy(items="these", effect=0.08))
    assert "more training seeds of r0 (more draws alone would not do)" in found.needs
    noisy = dataclasses.replace(data.parts[0], noise=0.3, of_seeds=0.0)
    data = dataclasses.replace(made(np.full(40, 0.05), [0.049, 0.05, 0.051]), parts=(noisy,))
    found = decide(data, asked(0.0), Policy(items="these", effect=0.08))
    assert "draws per item instead of 8 (more training seeds alone would not do)" in found.needs


@pytest.mark.parametrize("items", ["population", "these"])
def test_a_recipe_is_looked_at_once(items: Literal["population", "these"]) -> None:
    """Under `draws: auto` others have looks; of seeds more draws don't tell more."""
    policy = Policy(items=items)
    assert looks_of(tuple(thirds()), policy, 64, auto=True) == (Look(draws=64),)
    assert len(looks_of((term(1.0, "base"),), policy, 64, auto=True)) > 1


@pytest.mark.parametrize("seeds", [2, 3])
def test_errors_are_as_rare_as_alpha_says(seeds: int) -> None:
    """Where the truth is no gain a recipe's claims hold alpha; about its checkpoints they don't."""
    rng, tries = np.random.default_rng(seeds), 300
    wrong = {"recipe": 0, "checkpoints": 0}
    for _ in range(tries):
        own = rng.normal(0, 0.05, (seeds, 1)) + rng.normal(0, 0.1, (seeds, 200))
        data = made(own.mean(axis=0).clip(-1, 1), own.mean(axis=1).tolist())
        alone = dataclasses.replace(data, seeds=())
        for name, one in (("recipe", data), ("checkpoints", alone)):
            wrong[name] += decide(one, asked(0.0), Policy()).verdict == "supported"
    assert wrong["recipe"] / tries < 0.05 + 3 * math.sqrt(0.05 * 0.95 / tries)
    assert wrong["checkpoints"] / tries > 0.25
