"""Controls: who is one of whom, whether it was trained alike, and which gains need one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.claims import Arms, Quantity, gain_of, held_to_controls, no_evidence
from harness.config import load_config, replace_arms
from harness.errors import ConfigError
from harness.judge import Controls, Judge
from harness.records import ArmSpec, Config, Control

Write = Callable[[str, str | bytes], Path]
Courts = Callable[..., Judge]

TEXT = """\
schema: 1
policy: {require_control: true}
arms:
  base: {engine: python, function: "m:f"}
  rl:
    engine: python
    function: "m:f"
    training: {lr: 1e-5, steps: 200, reward: strict, resumed: false}
  placebo:
    engine: python
    function: "m:f"
    control: {of: rl, kind: placebo, varies: [reward]}
    training: {lr: 0.00001, steps: 200, reward: coin, resumed: false}
"""


@pytest.fixture
def config(write: Write) -> Config:
    """Return a config in which `placebo` is a control of `rl`."""
    return load_config(write("evals/harness.yaml", TEXT))


def trained(config: Config, name: str, **training: str | float) -> dict[str, ArmSpec]:
    """Return the arms, of which one was trained otherwise."""
    arm = config.arms[name]
    kept = {key: value for key, value in arm.training.items() if key not in training}
    added = {key: value for key, value in training.items() if value != ""}
    return {**config.arms, name: dataclasses.replace(arm, training=kept | added)}


def test_a_control_is_read(config: Config) -> None:
    """Control and training land in the arm, and in none of its options."""
    placebo = config.arms["placebo"]
    assert placebo.control == Control(of="rl", kind="placebo", varies=("reward",))
    assert (placebo.training["steps"], placebo.training["reward"]) == (200, "coin")
    assert placebo.options == config.arms["base"].options
    assert config.policy.require_control


def test_what_runs_in_an_arm_brings_its_training_and_no_role(config: Config) -> None:
    """Under --harness-arm a name keeps its role, and takes the training of what it runs."""
    arms = replace_arms(config, ["rl=placebo", "placebo=base"]).arms
    assert (arms["rl"].control, arms["rl"].training["reward"]) == (None, "coin")
    assert arms["placebo"].control == config.arms["placebo"].control
    assert not arms["placebo"].training


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("of: rl", "of: rll", ":12: arms.placebo.control.of: no arm 'rll'; did you mean 'rl'?"),
        ("of: rl", "of: placebo", ":12: arms.placebo.control.of: 'placebo' is a control of itself"),
        ("    training: {lr: 1e-5", "    control: {of: placebo, kind: x}\n    training: {lr: 1e-5",
         ": arms.rl.control.of: a circle of controls: rl of placebo of rl"),
        ("[reward]", "[rewrad]", "'rl' tells 'rewrad' in its `training:`; did you mean 'reward'?"),
        ("kind: placebo, ", "", ":12: arms.placebo.control: needs 'kind'"),
        ("kind: placebo", "kind: a b", ":12: arms.placebo.control.kind: 'a b' does not match"),
        ("steps: 200, reward: coin", "steps: [200]",
         ":13: arms.placebo.training.steps: [200] is not of type 'string', 'number', 'boolean'"),
        ("require_control: true", "require_control: 1", ":2: policy.require_control: 1 is not of"),
    ],
    ids=["unknown arm", "itself", "circle", "unknown field", "no kind", "odd kind", "nested",
         "number for a switch"],
)  # fmt: skip
def test_mistakes_are_named(write: Write, old: str, new: str, message: str) -> None:
    """What a control can't be is refused in one line, with its place and the next step."""
    assert old in TEXT
    path = write("evals/harness.yaml", TEXT.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_control_shares_the_settings(config: Config) -> None:
    """All fields count but what it varies, however a number is spelt; what differs is named."""
    assert [arm.name for arm in Controls(config.arms).of("rl")] == ["placebo"]
    assert not list(Controls(config.arms).notes())
    controls = Controls(trained(config, "placebo", lr=1e-4, steps="", resumed=0, batch=8))
    assert not controls.of("rl")
    (note,) = controls.notes()
    assert note == (
        "'placebo' (placebo of 'rl') was trained otherwise: lr is 0.0001, and 1e-5 in 'rl', "
        "resumed is 0, and false in 'rl', batch is 8, and not told in 'rl', "
        "steps is not told, and 200 in 'rl': it counts as no control"
    )


@pytest.mark.parametrize("silent", ["rl", "placebo"])
def test_without_training_nothing_is_checked(config: Config, silent: str) -> None:
    """A control counts where one of the two tells no training, and that is told."""
    arm = dataclasses.replace(config.arms[silent], training={})
    controls = Controls({**config.arms, silent: arm})
    assert [one.name for one in controls.of("rl")] == ["placebo"]
    (note,) = controls.notes()
    assert note.endswith(f"is not checked; declare `training:` in {silent!r}")


def rl_on_base(arms: Arms) -> tuple[Quantity, Quantity]:
    """Return the quantities that most claims compare."""
    return arms["rl"].pass_at(1), arms["base"].pass_at(1)


def test_gains_are_told_from_other_claims(arms: Arms) -> None:
    """A gain is a difference of two arms that lies beyond 0, whichever side it is written on."""
    rl, base = rl_on_base(arms)
    stored = Arms(arms.judge, dataclasses.replace(arms.source, baseline="baseline"), arms.known)
    gains = {
        "plain": rl > base,
        "margin": rl > base + 0.1,
        "difference": 2 * rl - 2 * base > 0.1,
        "turned": base < rl - 0.1,
        "on its baseline": rl > stored["rl"].pass_at(1) + 0.02,
    }
    for name, claim in gains.items():
        gain = gain_of(claim.terms, claim.question)
        assert gain is not None, name
        assert (gain.arm, gain.turned) == ("rl", name == "turned")
    others = {
        "non-inferiority": rl > base - 0.1,
        "loss is spared": rl < base + 0.02,
        "a level": rl > 0.5,
        "an alarm": no_evidence(rl > base),
        "two selections": arms["rl"].where(a="b").pass_at(1) > rl,
        "of what is stored": stored["rl"].pass_at(1) > base,
        "three arms": rl > 0.5 * base + 0.5 * arms["placebo"].pass_at(1),
        "no contrast": rl > 0.5 * base,
    }
    for name, claim in others.items():
        assert gain_of(claim.terms, claim.question) is None, name


def test_each_gain_is_held_against_each_control_once(arms: Arms, config: Config) -> None:
    """The companion is of the same statistic, beyond 0, and at the place of the gain."""
    rl, base = rl_on_base(arms)
    lenient = arms["rl"].pass_at(1, metric="lenient") > base
    ruled = [(rl > base + 0.1, "a:1"), (base < rl, "a:2"), (lenient, "a:3"), (rl < base, "a:4")]
    found = list(held_to_controls(ruled, Controls(config.arms).of))
    assert [(one.text, one.normal_form, one.place) for one in found] == [
        ("rl.pass@1 > placebo.pass@1 (placebo)", "rl.pass@1 - placebo.pass@1 > 0", "a:1"),
        ("rl.pass@1[lenient] > placebo.pass@1[lenient] (placebo)",
         "rl.pass@1[lenient] - placebo.pass@1[lenient] > 0", "a:3"),
    ]  # fmt: skip


def test_what_is_claimed_by_hand_is_not_claimed_again(arms: Arms, config: Config) -> None:
    """A gain on a control asks for none, and stands for the policy's claim on it."""
    rl, base = rl_on_base(arms)
    by_hand = rl > arms["placebo"].pass_at(1) + 0.1
    of = Controls(config.arms).of
    assert not list(held_to_controls([(by_hand, "a:1")], of))
    assert not list(held_to_controls([(rl > base, "a:1"), (by_hand, "a:2")], of))
    spared = rl > arms["placebo"].pass_at(1) - 0.1  # no gain: it does not stand for one
    assert len(list(held_to_controls([(rl > base, "a:1"), (spared, "a:2")], of))) == 1


def test_what_a_gain_lacks_is_named(arms: Arms, config: Config) -> None:
    """No control, and none that was trained alike, are told with the next step."""
    rl, base = rl_on_base(arms)
    controls = Controls(config.arms)
    assert controls.lack(rl > base, "a:1") is None
    assert controls.lack(arms["placebo"].pass_at(1) > base, "a:1") is None
    assert controls.lack(rl < base, "a:1") is None
    assert str(controls.lack(base > rl, "a:1")) == (
        "a:1: base.pass@1 > rl.pass@1 lacks a control: arm 'base' has none; "
        "declare one in another arm: `control: {of: base, kind: placebo}`"
    )
    other = Controls(trained(config, "placebo", steps=300))
    assert str(other.lack(rl > base + 0.1, "a:1")) == (
        "a:1: rl.pass@1 > base.pass@1 + 0.1 lacks a control: 'placebo' (placebo of 'rl') was "
        "trained otherwise: steps is 300, and 200 in 'rl'; "
        "train it alike, or name under `varies` what differs by intention"
    )


SHAM = """\
  sham:
    engine: python
    function: "models_of_this_test:weak"
    revision: "1"
    control: {of: rl, kind: placebo}
  loose:"""


def test_the_policy_adds_claims_on_controls(courts: Courts) -> None:
    """They are decided as any other claim; without the policy there are none."""
    for policy, verdicts in (("true", ["supported"] * 2), ("false", ["supported"])):
        judge = courts(
            ("  loose:", SHAM), ("effect: 0.1", f"effect: 0.1, require_control: {policy}")
        )
        arms = judge.arms("sums", 4, ())
        assert arms["rl"].pass_at(1) > arms["base"].pass_at(1) + 0.1
        judge.hold_to_policy()
        assert [one.decision.verdict for one in judge.docket.rulings] == verdicts
        assert not judge.docket.unmet
        if policy == "true":
            assert judge.docket.rulings[1].text == "rl.pass@1 > sham.pass@1 (placebo)"


def test_controls_change_no_draws_and_no_verdict_key(courts: Courts) -> None:
    """What identifies draws and stored verdicts knows nothing of controls, training and policy."""
    plain, controlled = (
        courts(),
        courts(
            ("effect: 0.1", "effect: 0.1, require_control: true"),
            ('strong", revision: "1"', 'strong", revision: "1", training: {lr: 1}'),
            ('weak", revision: "1"}', 'weak", revision: "1", control: {of: rl, kind: x}}'),
        ),
    )
    for judge in (plain, controlled):
        arms = judge.arms("sums", 4, ())
        assert arms["rl"].pass_at(1) > arms["base"].pass_at(1)
    assert plain.record.news == controlled.record.news
    assert plain.record.news["verdicts"]
