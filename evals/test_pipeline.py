"""Earlier in the pipeline: what pretraining leaves to gain, and what a random reward does."""

import pytest

pytestmark = pytest.mark.harness(task="letters_and_sums", where={"split": ["id", "hard"]})


def test_a_gentle_random_reward_hardly_moves_the_model(arms):
    assert -0.07 < arms["random_reward_gentle"].pass_at(1) - arms["base"].pass_at(1) < 0.07


def test_more_of_a_random_reward_harms_more(arms):
    dose = arms.series("random_reward_dose")

    assert dose.pass_at(1).falls()
    assert dose.pass_at(1, metric="lenient").trend() < -0.15


def test_pretraining_teaches_what_it_trains_on(arms):
    assert arms.series("pretraining").pass_at(1).rises(by=0.15)


@pytest.mark.harness(where={"split": "id"})
def test_rl_gains_more_from_a_late_base(arms):
    # The starts differ, and so does the room that is left above them: the report says so.
    late, early = gains(arms, "correct")

    assert late > early + 0.15


@pytest.mark.harness(where={"split": "id"}, draws=64)
def test_but_for_the_format_as_much_from_an_early_one(arms):
    late, early = gains(arms, "lenient")

    assert -0.1 < late - early < 0.1


@pytest.mark.harness(where={"split": "unseen"})
def test_on_unseen_kinds_no_start_is_far_better(arms):
    # Here the starts are alike.
    late, early = gains(arms, "correct")

    assert -0.3 < late - early < 0.3


def gains(arms, metric):
    base, rl, early, rl_early = (
        arms[name].pass_at(1, metric=metric) for name in ("base", "rl", "early", "rl_early")
    )
    return rl - base, rl_early - early
