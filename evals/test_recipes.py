"""Is it the recipe that helps, or one lucky seed? Each recipe was trained from three."""

import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums", where={"split": ["id", "hard"]})


def test_the_recipe_helps(arms):
    rl, base, placebo = arms["rl_recipe"], arms["base"], arms["random_recipe"]

    assert rl.pass_at(1) > base.pass_at(1) + 0.30
    assert rl.pass_at(1) > placebo.pass_at(1) + 0.30
    assert rl.pass_at(1, metric="lenient") > base.pass_at(1, metric="lenient") + 0.05


def test_random_rewards_harm_whatever_the_seed(arms):
    placebo, base = arms["random_recipe"], arms["base"]

    assert placebo.pass_at(1, metric="lenient") < base.pass_at(1, metric="lenient") - 0.10
