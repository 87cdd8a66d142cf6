"""Does it reach items that no training saw, and such as say the same in other words?"""

import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums")


@pytest.mark.harness(where={"split": "unseen"}, effect=0.2)
def test_rl_helps_on_kinds_that_no_training_saw(arms):
    assert arms["rl"].pass_at(1) > arms["base"].pass_at(1)


def test_it_helps_most_on_what_training_drew_from(arms):
    gain = arms["rl"].pass_at(1) - arms["base"].pass_at(1)

    assert gain.where(split="id") - gain.where(split="unseen") > 0.0


@pytest.mark.harness(task="twins")
def test_the_order_of_a_sum_does_not_matter(arms):
    gain = arms["rl"].pass_at(1) - arms["base"].pass_at(1)

    assert gain.where(order="swapped") > 0.15
    assert -0.06 < gain.where(order="plain") - gain.where(order="swapped") < 0.06
