"""Recipes: claims that rest on several training seeds, from the config to the report."""

from __future__ import annotations

import re

import pytest

from .conftest import Project

MODELS = """
def strong2(prompt, seed):
    return _answer(prompt, seed, 0.76)

def strong3(prompt, seed):
    return _answer(prompt, seed, 0.84)

def lucky(prompt, seed):
    return _answer(prompt, seed, 0.9)
"""
ARMS = """\
  rl2: {engine: python, function: "models:strong2", training: {lr: 1, seed: 2}}
  rl3: {engine: python, function: "models:strong3"}
  lucky: {engine: python, function: "models:lucky"}
  recipe: {seeds: [rl, rl2, rl3]}
  wild: {seeds: [again, lucky]}
"""
GAIN = "    assert arms['recipe'].pass_at(1) > arms['base'].pass_at(1) + 0.1\n"


@pytest.fixture
def seeded(project: Project) -> Project:
    """Return a project with a recipe whose seeds agree, and one whose seeds don't."""
    models = (project.path / "models.py").read_text(encoding="utf-8")
    project.write("models.py", models + MODELS)
    config = (project.path / "evals/harness.yaml").read_text(encoding="utf-8") + ARMS
    project.write("evals/harness.yaml", config.replace(
        '"models:strong"}', '"models:strong", training: {lr: 1, seed: 1}}'))  # fmt: skip
    return project


def test_claims_rest_on_training_seeds(seeded: Project, workers: tuple[str, ...]) -> None:
    """The verdict names its seeds and what it takes as it is, and so does the run."""
    seeded.evals(
        f"def test_it(arms):\n{GAIN}\n"
        "def test_wild(arms):\n    assert arms['wild'].mean() > arms['base'].mean() + 0.1\n\n"
        "def test_one(arms):\n    assert arms['rl2'].pass_at(1) > arms['base'].pass_at(1)\n"
    )
    result = seeded.run(*workers)
    assert result.ret == 1
    result.stdout.fnmatch_lines([
        "inconclusive: wild.mean(correct) > base.mean(correct) + 0.1",
        "  from:   wild.mean(correct) = 0.* (0.*, 0.*), base.mean(correct) = 0.*",
        "  seeds:  rests on 2 training seeds of wild; base as one checkpoint",
        "  data:   60 items of sums, 8 draws each; p = *, t-floor over 2 seeds",
        "  needs:  more training seeds of wild*",
        "training seeds that claims rest on: 3 of recipe, 2 of wild",
        "about one checkpoint each, not other training seeds: claims on rl2",
    ])  # fmt: skip
    assert seeded.verdicts() == ["supported", "inconclusive", "supported"]
    first = seeded.stored["claims"][0]
    assert first["effect_text"] == "recipe.pass@1 - base.pass@1"
    assert [figure["name"] for figure in first["figures"]] == ["recipe.pass@1", "base.pass@1"]
    assert len(first["figures"][0]["seeds"]) == 3
    assert {term["recipe"] for term in first["terms"]} == {"recipe", ""}
    assert seeded.stored["settings"]["recipes"]["recipe"] == {"seeds": ["rl", "rl2", "rl3"]}


def test_a_recipe_is_held_to_its_baselines(seeded: Project) -> None:
    """A recipe's baseline is that of each seed; one that lacks it is named, and all are taken."""
    held = "    assert arms['recipe'].mean() > baseline['recipe'].mean() - 0.1\n"
    seeded.evals(f"def test_it(arms, baseline):\n{held}")
    result = seeded.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*sums/rl.jsonl: missing: there is no baseline*"])
    assert seeded.run("--harness-update-baseline").ret == 0
    names = sorted(path.stem for path in (seeded.path / "evals/baselines/sums").glob("*.jsonl"))
    assert names == ["rl", "rl2", "rl3"]
    assert seeded.run("--harness-fresh").ret == 0
    planned = seeded.run("--harness-plan")
    assert "is not known before" not in planned.stdout.str()
    next(iter((seeded.path / "evals/baselines/sums").glob("rl3*"))).unlink()
    result = seeded.run("--harness-fresh")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*sums/rl3.jsonl: missing*"])


def test_the_chance_of_a_recipe_is_not_made_up(seeded: Project) -> None:
    """Without baselines a plan says that what seeds differ by is unknown, and claims no chance."""
    seeded.evals(f"def test_it(arms):\n{GAIN}")
    planned = seeded.run("--harness-write-plan")
    text = " ".join(planned.stdout.str().split())
    assert "what its training seeds differ by is not known before their baselines" in text
    (claim,) = seeded.plan["claims"]
    assert claim["text"] == "recipe.pass@1 - base.pass@1 > 0.1"
    assert claim["forecast"]["chance"] is None
    result = seeded.run("--harness-draws", "auto", "--harness-fresh")
    assert result.ret == 0
    (ruled,) = seeded.stored["claims"]
    assert len(ruled["looks"]) == 1


def test_a_gain_of_a_recipe_needs_a_control(seeded: Project) -> None:
    """Its seeds' controls count, and those that are recipes; without one the eval fails."""
    seeded.edit("evals/harness.yaml", "{effect: 0.1}", "{effect: 0.1, require_control: true}")
    seeded.evals(f"def test_it(arms):\n{GAIN}")
    result = seeded.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*lacks a control: arm 'recipe' has none*of: recipe*"])
    seeded.edit("evals/harness.yaml", "loud: {engine: python,",
                "loud: {control: {of: rl, kind: placebo}, engine: python,")  # fmt: skip
    assert seeded.run("--harness-fresh").ret == 0
    claims = [claim["text"] for claim in seeded.stored["claims"]]
    assert claims[1:] == ["recipe.pass@1 > loud.pass@1 (placebo)"]
    seeded.edit("evals/harness.yaml", "[again, lucky]", "[again, loud]")
    seeded.edit("evals/harness.yaml", "[again, loud]}",
                "[again, loud], control: {of: recipe, kind: placebo}}")  # fmt: skip
    seeded.run("--harness-fresh")
    (_, net) = seeded.stored["claims"]
    assert net["text"] == "recipe.pass@1 > wild.pass@1 (placebo)"
    assert net["decision"]["method"] == "t-floor over 3 and 2 seeds"
    seeded.edit("evals/harness.yaml", "require_control: true", "require_control: false")
    more = "\ndef test_more(arms):\n    assert arms['wild'].mean() < 0.9\n"
    seeded.evals(f"def test_it(arms):\n{GAIN}{more}")
    seeded.run("--harness-fresh")
    assert any(re.match(r"net of wild.pass@1 \(placebo\): recipe.pass@1 \+0", note)
               for note in seeded.stored["readings"])  # fmt: skip


def test_overrides_of_recipes(seeded: Project) -> None:
    """A seed can run something else, a recipe can't; one model twice is one seed."""
    seeded.evals(f"def test_it(arms):\n{GAIN}")
    result = seeded.run("--harness-arm", "recipe=base")
    assert result.ret == 4
    assert "'recipe' is a recipe, of rl, rl2, rl3; replace one of them" in result.stderr.str()
    assert seeded.run("--harness-arm", "rl=lucky").ret == 0
    result = seeded.run("--harness-arm", "rl3=rl2")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*'rl2' and 'rl3' run on one model: they are one training seed*"])
