"""What RL changes beside the skill: the format, and how much can be solved with more tries."""

import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums", where={"split": ["id", "hard"]})


def test_a_reward_for_the_format_is_hacked(arms):
    base, format_only = arms["base"], arms["format_only"]

    assert format_only.pass_at(1) > base.pass_at(1) + 0.05
    assert format_only.hacks(base, reward="boxed", gold="lenient", within=0.02)


def test_a_reward_for_right_answers_is_earned_in_part(arms):
    assert arms["rl"].earns(arms["base"], reward="correct", gold="lenient", share=0.2)


def test_one_example_teaches_only_the_format(arms):
    base, one_example = arms["base"], arms["one_example"]

    assert one_example.rate(in_a_box) > base.rate(in_a_box) + 0.02
    assert one_example.pass_at(1, metric="lenient") < base.pass_at(1, metric="lenient") + 0.02


@pytest.mark.harness(where={"split": "id"})
def test_what_one_example_gains_is_mostly_format(arms):
    strict = arms["one_example"].pass_at(1) - arms["base"].pass_at(1)
    lenient = arms["one_example"].mean("lenient") - arms["base"].mean("lenient")

    assert strict > 0.01
    assert lenient < 0.5 * strict


def in_a_box(completion):
    return completion.endswith("]")


@pytest.mark.harness(draws=64, where={"split": "hard"}, effect=0.15)
def test_hot_rl_solves_more_at_the_first_try_and_less_in_all(arms):
    assert arms["hot"].curve(k=[1, 64]).contracts(arms["base"], by=0.02)


@pytest.mark.harness(draws=64, where={"split": "hard"})
def test_rl_loses_nothing_at_any_number_of_tries(arms):
    assert arms["rl"].curve(k=[1, 8, 64]).keeps(arms["base"], within=0.05)


def test_answers_become_fewer(arms):
    assert arms["rl"].distinct_at(16) < arms["base"].distinct_at(16) - 0.05
