"""Alarms at planned looks: when they ring, are quiet, or are blind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from harness.decide import decide, decide_at, next_stage
from harness.records import Part, Policy, Sample, Terms
from harness.trial import Trial, looks_of
from tests.unit.decide.looks import LOSS, POLICY, decided, prefix, staged


def test_an_alarm_is_quiet_early_where_it_could_have_seen() -> None:
    """An alarm far from ringing is quiet before the last look, if its last look sees enough."""
    found = decided(prefix(0.75, mean=0.04), LOSS)
    assert found is not None
    assert (found.verdict, found.reason[:5]) == ("supported", "quiet")
    assert found.detectable is not None
    assert found.detectable <= 0.1


def blind(share: float, mean: float) -> Sample:
    """Make twenty items, which an effect of .1 can't be seen on."""
    values = np.clip(prefix(share, mean=mean, width=0.6, count=20).parts[0].values, -1, 1)
    part = Part(values=values, half_range=1.0, noise=0.01, growing=0.01, growing_at_cap=0.01)
    return Sample(parts=(part,), draws=8, low=-1.0, high=1.0, share=share)


@pytest.mark.parametrize("mean", [-0.02, 0.02])
def test_a_blind_alarm_is_never_quiet(mean: float) -> None:
    """An alarm that could not ring, and whose effect is not ruled out, stays open to the end."""
    assert decided(blind(0.75, mean), LOSS) is None  # what the last look will see is a guess
    stages = staged([blind(0.75, mean), blind(1.0, mean)], LOSS)
    found = decide_at(blind(1.0, mean), LOSS, POLICY, stages[-1])
    assert found is not None
    assert (found.verdict, found.reason) == (
        "inconclusive", "blind: it could not see an effect of 0.1",
    )  # fmt: skip


@pytest.mark.parametrize("mean", [0.3, 0.9])
def test_what_is_ruled_out_needs_no_eyes(mean: float) -> None:
    """An alarm of few items is quiet where the interval leaves out the effect it is for."""
    found = decided(blind(0.75, mean), LOSS)
    assert found is not None
    assert (found.verdict, found.reason) == (
        "supported", "quiet: no evidence, and an effect of 0.1 is ruled out",
    )  # fmt: skip
    assert found.low > -0.1
    gain = dataclasses.replace(LOSS, direction="greater")
    turned = decided(blind(0.75, -mean), gain)
    assert turned is not None
    assert turned.reason == found.reason
    assert turned.high < 0.1


def test_looks_make_no_alarm_blind_that_sees(drawn: Callable[..., Any], gain: Terms) -> None:
    """A loss-free arm whose alarm is quiet on all draws is quiet with looks, too."""
    looks = looks_of(gain, POLICY, 16, auto=True)
    for seed in range(20):
        draws = drawn({"rl": np.full(60, 0.7), "base": np.full(60, 0.4)}, 16, seed)
        found = [
            Trial(terms=gain, question=LOSS, policy=POLICY, looks=some).hear(draws.tally)[0]
            for some in (looks, looks[-1:])
        ]
        assert [one.verdict for one in found] == ["supported", "supported"]


def test_a_look_at_clusters_sees_what_a_fixed_size_does() -> None:
    """The last look has the verdict's own floor, one item: a whole cluster would see far less."""
    values = np.tile([0.1, 0.9], 10).repeat(2)
    part = Part(
        values=values, half_range=1.0, noise=0.02, growing=0.02, growing_at_cap=0.02,
        clusters=np.arange(20).repeat(2),
    )  # fmt: skip
    sample = Sample(parts=(part,), draws=16, low=-1.0, high=1.0)
    stage = next_stage(sample, LOSS, POLICY, most=1, past=())
    assert stage.detectable == pytest.approx(decide(sample, LOSS, POLICY).detectable)


def test_an_alarm_without_an_effect_is_never_quiet_early() -> None:
    """Without an effect of interest no evidence is a matter of the last look alone."""
    assert decided(prefix(0.75, mean=0.04), LOSS, Policy()) is None
    last = next_stage(prefix(1.0, mean=0.04), LOSS, Policy(), most=1, past=[])
    found = decide_at(prefix(1.0, mean=0.04), LOSS, Policy(), last)
    assert found is not None
    assert found.verdict == "supported"


def test_an_alarm_rings_early() -> None:
    """Clear evidence for what should not be rings at the look that finds it."""
    found = decided(prefix(0.5, mean=-0.4), LOSS)
    assert found is not None
    assert (found.verdict, found.reason[:14]) == ("refuted", "the alarm rang")
