"""Did RL move the needle, and did what should not move it stay still?"""

import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums", where={"split": ["id", "hard"]})


def test_rl_moves_the_needle(arms):
    rl, base, placebo = arms["rl"], arms["base"], arms["random_reward"]

    assert rl.pass_at(1) > base.pass_at(1) + 0.30
    assert rl.pass_at(1) > placebo.pass_at(1) + 0.30


def test_rl_gains_beyond_the_format(arms):
    rl, base = arms["rl"], arms["base"]

    assert rl.pass_at(1, metric="lenient") > base.pass_at(1, metric="lenient") + 0.05


def test_random_rewards_do_not_help(arms):
    assert arms["random_reward"].pass_at(1) < arms["base"].pass_at(1) + 0.02


def test_a_no_op_is_a_no_op(arms):
    assert -0.04 < arms["base"].pass_at(1) - arms["base_again"].pass_at(1) < 0.04


def test_the_ruler_has_not_changed(arms, baseline):
    assert -0.04 < arms["base"].pass_at(1) - baseline["base"].pass_at(1) < 0.04


def test_no_regression(arms, baseline):
    assert arms["rl"].pass_at(1) > baseline["rl"].pass_at(1) - 0.04
