"""What RL changes beside the skill: the format, and how much can be solved with more tries."""

import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums", where={"split": ["id", "hard"]})


def test_format_alone_is_no_skill(arms):
    base, format_only = arms["base"], arms["format_only"]

    assert format_only.pass_at(1) > base.pass_at(1) + 0.05
    assert format_only.pass_at(1, metric="lenient") < base.pass_at(1, metric="lenient") + 0.02


def test_one_example_teaches_only_the_format(arms):
    base, one_example = arms["base"], arms["one_example"]

    assert one_example.rate(in_a_box) > base.rate(in_a_box) + 0.02
    assert one_example.pass_at(1, metric="lenient") < base.pass_at(1, metric="lenient") + 0.02


def in_a_box(completion):
    return completion.endswith("]")


@pytest.mark.harness(draws=64, where={"split": "hard"})
def test_hot_rl_solves_more_at_the_first_try(arms):
    assert arms["hot"].pass_at(1) > arms["base"].pass_at(1) + 0.05


@pytest.mark.harness(draws=64, where={"split": "hard"}, effect=0.15)
def test_hot_rl_narrows_what_can_be_solved(arms):
    assert arms["hot"].pass_at(64) < arms["base"].pass_at(64) - 0.02
