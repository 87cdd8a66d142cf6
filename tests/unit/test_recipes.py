"""Recipes: which arms are their seeds, what a claim about one is made of, and what it is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.claims import Arms, Claim, Quantity, gain_of, held_to_controls
from harness.config import load_config, replace_arms
from harness.errors import ClaimError, ConfigError
from harness.judge import Controls, Judge
from harness.ledger import Ledger
from harness.records import Config, Plan, PlannedClaim, Source

Write = Callable[[str, str | bytes], Path]
Courts = Callable[..., Judge]

TEXT = """\
schema: 1
arms:
  base: {engine: python, function: "m:f"}
  rl:
    engine: python
    function: "m:f"
    training: {lr: 1e-5, reward: strict, seed: 1}
  rl2:
    engine: python
    function: "m:f"
    training: {lr: 0.00001, reward: strict, seed: 2}
  coin:
    engine: python
    function: "m:f"
    training: {lr: 1e-5, reward: coin, seed: 1}
  coin2: {engine: python, function: "m:f"}
  recipe: {seeds: [rl, rl2]}
  chance:
    seeds: [coin, coin2]
    control: {of: recipe, kind: placebo, varies: [reward]}
"""


@pytest.fixture
def config(write: Write) -> Config:
    """Return a config with two recipes of two seeds each."""
    return load_config(write("evals/harness.yaml", TEXT))


@pytest.fixture
def recipes(arms: Arms) -> Arms:
    """Return arms with a recipe of three seeds."""
    known = ("base", "s1", "s2", "s3")
    return dataclasses.replace(arms, known=known, recipes={"recipe": known[1:]})


def test_recipes_stand_beside_arms(config: Config) -> None:
    """A recipe is no arm; it has what its seeds tell alike, and what it is a control of."""
    assert list(config.arms) == ["base", "rl", "rl2", "coin", "coin2"]
    recipe, chance = config.recipes["recipe"], config.recipes["chance"]
    assert (recipe.seeds, recipe.control) == (("rl", "rl2"), None)
    assert dict(recipe.training) == {"lr": "1e-5", "reward": "strict"}
    assert chance.control is not None
    assert (chance.control.of, chance.training) == ("recipe", {})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[rl, rl2]", "[rl]", ":17: arms.recipe.seeds: ['rl'] is too short; a list of two"),
        ("[rl, rl2]", "[rl, rl]", ":17: arms.recipe.seeds: ['rl', 'rl'] has non-unique elements"),
        ("[rl, rl2]", "[rl, rl3]", ":17: arms.recipe.seeds.1: no arm 'rl3'; did you mean 'rl'"),
        ("[rl, rl2]", "[rl, chance]", "recipe.seeds.1: 'chance' is a recipe, and seeds are arms"),
        ("[rl, rl2]", "[rl, coin]", "'coin' were trained otherwise: reward is strict, and coin"),
        ("strict, seed: 2", "strict, seed: 1", "'rl' and 'rl2' were trained from one seed, 1"),
        ("{lr: 1e-5, reward: strict, seed: 1}\n  rl2", "{start: rl2}\n  rl2",
         "'rl2' is what 'rl' was trained from, and no other seed of it"),
        ("[rl, rl2]}", "[rl, rl2], control: {of: rl, kind: k}}",
         "'recipe' is a control of 'rl', and 'rl' is a seed of 'recipe'; name a control that"),
        ("[rl, rl2]}", "[rl, rl2], engine: python}", "arms.recipe.engine: unknown key"),
        ("of: recipe", "of: recipes", "arms.chance.control.of: no arm 'recipes'; did you mean"),
        ("of: recipe", "of: chance", "'chance' is a control of itself"),
        ("[reward]", "[rewrad]", "neither 'chance' nor 'recipe' tells 'rewrad'"),
    ],
    ids=["one arm", "twice", "unknown", "recipe of recipes", "trained otherwise", "one seed",
         "its start", "control of its seed", "engine", "control of none", "control of itself",
         "varies nothing"],
)  # fmt: skip
def test_mistakes_are_named(write: Write, old: str, new: str, message: str) -> None:
    """What can't be a recipe is refused in one line, with its place and the next step."""
    assert old in TEXT
    path = write("evals/harness.yaml", TEXT.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_overrides_replace_seeds_not_recipes(config: Config) -> None:
    """A seed may run something else, and stays one; a recipe is no single model, on either side."""
    replaced = replace_arms(config, ["rl=base"])
    assert replaced.recipes == config.recipes
    assert not replaced.arms["rl"].training
    for override, hint in (("recipe=base", "replace one of them"), ("rl=chance", "name one of")):
        with pytest.raises(ConfigError, match=f"is a recipe, of .*; {hint}"):
            replace_arms(config, [override])


def test_a_recipe_is_the_mean_of_its_seeds(recipes: Arms) -> None:
    """Each quantity has a term for each seed, of equal weights, and is named as one."""
    recipe, base = recipes["recipe"], recipes["base"]
    quantity = recipe.where(split="hard").pass_at(2) - base.pass_at(1)
    assert [round(weight, 6) for weight, _ in quantity.terms] == [0.333333] * 3 + [-1]
    assert [statistic.source.arm for _, statistic in quantity.terms] == ["s1", "s2", "s3", "base"]
    claim = 2 * quantity > 0.25
    assert claim.text == "2 * (recipe(split=hard).pass@2 - base.pass@1) > 0.25"
    assert claim.normal_form == "2 * recipe(split=hard).pass@2 - 2 * base.pass@1 > 0.25"
    assert repr(recipe) == "<arm recipe>"
    assert (list(recipes), "recipe" in recipes) == (["base", "s1", "s2", "s3", "recipe"], True)
    with pytest.raises(ConfigError, match="did you mean 'recipe'"):
        recipes["recpie"]


def test_curves_of_recipes_are_claimed_about(recipes: Arms) -> None:
    """What a curve does is claimed of recipes as of arms, at each k."""
    joint = recipes["recipe"].curve(k=[1, 8]).keeps(recipes["base"], within=0.02)
    assert joint.text == "recipe.curve(1, 8) keeps base"
    assert [claim.normal_form for claim in joint.claims] == [
        "recipe.pass@1 - base.pass@1 > -0.02", "recipe.pass@8 - base.pass@8 > -0.02",
    ]  # fmt: skip


def test_a_gain_of_a_recipe_is_one(recipes: Arms) -> None:
    """A recipe gains as an arm does; a loss that is spared, and two selections of one, are none."""
    recipe, base = recipes["recipe"], recipes["base"]
    claim = recipe.pass_at(1) > base.pass_at(1) + 0.1
    gain = gain_of(claim.terms, claim.question)
    assert gain is not None
    assert (gain.arm, str(gain.statistic), str(gain.reference)) == (
        "recipe", "recipe.pass@1", "base.pass@1",
    )  # fmt: skip
    turned = 2 * base.pass_at(1) < 2 * recipe.pass_at(1)
    found = gain_of(turned.terms, turned.question)
    assert found is not None
    assert (found.arm, found.turned, found.own) == ("recipe", True, gain.own)
    spared = recipe.pass_at(1) > base.pass_at(1) - 0.1
    within = recipe.where(split="a").pass_at(1) > recipe.where(split="b").pass_at(1)
    for none in (spared, within):
        assert gain_of(none.terms, none.question) is None


def test_controls_of_recipes_and_of_their_seeds(config: Config, recipes: Arms) -> None:
    """A recipe is held to its controls; those of its seeds count too, but not as parts of one."""
    controls = Controls(config.arms, config.recipes)
    assert [one.name for one in controls.of("recipe")] == ["chance"]
    assert [one.name for one in controls.of("rl")] == ["chance"]
    assert any("declare `training:` in the seeds of 'chance'" in line for line in controls.notes())
    arm = dataclasses.replace(config.arms["coin"], control=config.recipes["chance"].control)
    single = dataclasses.replace(arm.control, of="rl") if arm.control else None
    arms = {**config.arms, "coin": dataclasses.replace(arm, control=single)}
    both = Controls(arms, config.recipes)
    assert [one.name for one in both.of("recipe")] == ["chance"]
    assert [one.name for one in both.of("rl")] == ["coin"]
    alone = {"recipe": config.recipes["recipe"]}
    assert [one.name for one in Controls(arms, alone).of("recipe")] == ["coin"]
    unlike = dataclasses.replace(arms["coin"], training={"lr": 1, "reward": "coin", "seed": 1})
    found = Controls({**arms, "coin": unlike}, alone)
    assert not found.of("recipe")
    known = dataclasses.replace(recipes, known=("base",), recipes={"recipe": ("rl", "rl2")})
    claim = known["recipe"].pass_at(1) > known["base"].pass_at(1)
    assert "lr is 1, and 1e-5 in 'rl'" in str(found.lack(claim, ""))


def test_what_is_held_to_a_control_has_its_seeds(config: Config, arms: Arms) -> None:
    """The policy's claim sets a recipe against its control, each with a term for each seed."""
    seeds = {name: recipe.seeds for name, recipe in config.recipes.items()}
    both = dataclasses.replace(arms, known=tuple(config.arms), recipes=seeds)
    controls = Controls(config.arms, config.recipes)
    gain = both["recipe"].pass_at(1) > both["base"].pass_at(1) + 0.1
    (added,) = held_to_controls([(gain, "x:1")], controls.of)
    assert added.text == "recipe.pass@1 > chance.pass@1 (placebo)"
    assert [(weight, one.source.arm, one.source.recipe) for weight, one in added.terms] == [
        (0.5, "rl", "recipe"), (0.5, "rl2", "recipe"), (-0.5, "coin", "chance"),
        (-0.5, "coin2", "chance"),
    ]  # fmt: skip
    own = both["recipe"].pass_at(1) > both["chance"].pass_at(1) + 0.1
    assert not list(held_to_controls([(gain, "x:1"), (own, "x:2")], controls.of))
    placebo = both["chance"].pass_at(1) > both["base"].pass_at(1)
    assert controls.lack(placebo, "") is None
    assert controls.lack(both["rl"].pass_at(1) > both["base"].pass_at(1), "") is None


OTHER = "  other: {engine: python, function: 'models_of_this_test:strong', revision: '2'}\n"
SEEDS = ("  hot:", f"{OTHER}  recipe: {{seeds: [rl, other]}}\n  hot:")


def test_a_recipe_is_read_as_one_figure(courts: Courts) -> None:
    """A ruling has one reading for a recipe, with those of its seeds; its terms name both."""
    judge = courts(SEEDS)
    arms = judge.arms("sums", 4, ())
    assert arms["recipe"].pass_at(1) > arms["base"].pass_at(1) + 0.2
    (ruling,) = judge.docket.rulings
    recipe, base = ruling.figures
    assert (recipe.name, base.name, base.seeds) == ("recipe.pass@1", "base.pass@1", ())
    assert recipe.value == pytest.approx(sum(recipe.seeds) / 2)
    assert [(term.arm, term.recipe) for term in ruling.terms] == [
        ("rl", "recipe"), ("other", "recipe"), ("base", ""),
    ]  # fmt: skip
    assert ruling.decision.method.endswith("over 2 seeds")


def _refused(judge: Judge, claim: Callable[[Arms], object]) -> str:
    with pytest.raises(ClaimError) as caught:
        bool(claim(judge.arms("sums", 4, ())))
    return str(caught.value)


def _mean(arms: Arms, name: str) -> Quantity:
    return arms[name].mean()


@pytest.mark.parametrize(
    ("edits", "claim", "message"),
    [
        ((), lambda arms: _mean(arms, "recipe") > _mean(arms, "rl"),
         "arm 'rl' stands for 'recipe' and for itself"),
        ((("revision: '2'", "revision: '1'"),), lambda arms: _mean(arms, "recipe") > 0.1,
         "'rl' and 'other' run on one model: they are one training seed"),
        ((("{effect: 0.1}", "{method: anytime}"),), lambda arms: _mean(arms, "recipe") > 0.1,
         "method 'anytime' can't decide on 'recipe'"),
        ((("revision: '2'}", "revision: '2', sampling: {temperature: 2}}"),),
         lambda arms: _mean(arms, "recipe") > 0.1, "incomparable: temperature"),
    ],
    ids=["and itself", "one model", "anytime", "other sampling"],
)  # fmt: skip
def test_what_is_no_claim_about_a_recipe(
    courts: Courts,
    edits: tuple[tuple[str, str], ...],
    claim: Callable[[Arms], object],
    message: str,
) -> None:
    """Claims that can't be decided are refused before anything is drawn, and say what to do."""
    error = _refused(courts(SEEDS, *edits), claim)
    assert message in error
    assert "; " in error


def test_an_override_may_leave_no_recipe(courts: Courts) -> None:
    """Where seeds tell after an override that they were trained otherwise, claims are refused."""
    trained = "revision: '2', training: {lr: 1}}"
    judge = courts(SEEDS, ("revision: '2'}", trained))
    arms = {**judge.config.arms}
    arms["rl"] = dataclasses.replace(arms["rl"], training={"lr": 2})
    judge.config = dataclasses.replace(judge.config, arms=arms)
    error = _refused(judge, lambda arms: _mean(arms, "recipe") > 0.1)
    assert "'recipe' is no recipe: 'rl' and 'other' were trained otherwise: lr is 2, and 1" in error


def test_seeds_other_than_planned_are_exploratory(
    courts: Courts, planned: Callable[..., PlannedClaim]
) -> None:
    """Who adds a seed, or takes another one, after the plan was written is told so."""
    third = ("[rl, other]", "[rl, other, loose]")
    claim = gain(first := courts(SEEDS))
    text = {
        "text": claim.normal_form,
        "effect_text": claim.effect_text,
        "nodeid": first.docket.nodeid,
    }
    measure = first.clerk.measure(claim.sources)
    plan = Plan(
        claims=(planned(**text, draws=4, low_margin=0.1, measure=measure),),
        policy={"alpha": 0.05, "power": 0.9}, seed=0,
    )  # fmt: skip
    for edits, reason in (
        ((), ""),
        ((third,), "items, selection, training seeds or scorer are not as planned"),
        (
            (("[rl, other]", "[rl, loose]"),),
            "items, selection, training seeds or scorer are not as",
        ),
    ):
        judge = judge_of(courts(SEEDS, *edits, plan=plan), gain)
        (ruling,) = judge.docket.rulings
        assert ruling.exploratory.startswith(reason)
        assert bool(ruling.exploratory) == bool(reason)


def test_a_verdict_on_a_recipe_is_returned(courts: Courts) -> None:
    """On the same draws of pinned seeds the stored verdict comes back, with what each seed had."""
    ledger = Ledger()
    ledger.update(judge_of(courts(SEEDS), gain).record.news)
    again = judge_of(courts(SEEDS, ledger=ledger), gain)
    assert again.record.recalled == 1
    assert again.docket.rulings[0].figures[0].seeds


def gain(judge: Judge) -> Claim:
    """Claim that a recipe gains on the base."""
    arms = judge.arms("sums", 4, ())
    return arms["recipe"].pass_at(1) > arms["base"].pass_at(1) + 0.1


def judge_of(judge: Judge, claim_of: Callable[[Judge], Claim]) -> Judge:
    """Let a judge support a claim."""
    assert bool(claim_of(judge))
    return judge


def test_a_source_is_named_by_its_recipe() -> None:
    """A checkpoint that stands for a recipe goes by the recipe's name, and so does its baseline."""
    source = Source(task="sums", arm="s1", baseline="", draws=1, recipe="recipe")
    assert (str(source), source.name) == ("recipe", "recipe")
    assert str(dataclasses.replace(source, baseline="anchor")) == "anchor[recipe]"
