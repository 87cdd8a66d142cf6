"""Drift is what a claim on the same scores would find."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from harness.acceptance import drift
from harness.baseline import Baseline, Origin
from harness.records import Policy, Tally
from harness.stats.mean import t_mean

IDENTITY = {"scorer": "0", "sampling": {}, "prompting": {}}
ITEMS, DRAWS = 200, 16


def baseline(skills: np.ndarray[tuple[int], np.dtype[np.float64]], seed: int) -> Baseline:
    """Make a baseline of items that are answered right so often."""
    sums = np.random.default_rng(seed).binomial(DRAWS, skills).astype(np.float64)[:, None]
    origin = Origin(epoch=1, taken="2026-01-02", model="")
    ids = tuple(f"{number:016x}" for number in range(len(skills)))
    tally = Tally(
        ids=ids, draws=np.full(len(ids), DRAWS), metrics=("correct",), sums=sums,
        products=sums[:, :, None], answers=({},) * len(ids),
    )  # fmt: skip
    return Baseline(
        task="sums", arm="rl", identity=IDENTITY, seed=0, origins=(origin,) * len(ids),
        prompts=("",) * len(ids), tally=tally,
    )  # fmt: skip


BEFORE = baseline(np.linspace(0.2, 0.9, ITEMS), 1)
AFTER = baseline(np.linspace(0.15, 0.85, ITEMS), 2)


def test_it_is_paired_with_the_noise_of_both() -> None:
    """Mean and interval are those of the paired t test over items, or a little wider."""
    found = drift(BEFORE, AFTER, Policy(alpha=0.05))
    assert found is not None
    values = (AFTER.tally.sums - BEFORE.tally.sums)[:, 0] / DRAWS
    plain = t_mean(values)
    assert found.effect == pytest.approx(values.mean())
    assert found.after - found.before == pytest.approx(values.mean())
    assert plain.lower(0.05) - 0.004 < found.low <= plain.lower(0.05)
    assert plain.upper(0.05) <= found.high < plain.upper(0.05) + 0.004
    assert (found.metric, found.level, found.items) == ("correct", 0.9, ITEMS)


def test_back_is_the_opposite_of_forth() -> None:
    """Exchanged, the interval is mirrored."""
    there, back = drift(BEFORE, AFTER, Policy()), drift(AFTER, BEFORE, Policy())
    assert there is not None
    assert back is not None
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


def test_it_is_of_common_items() -> None:
    """Items that one of them lacks do not enter; with fewer than two there is none."""
    some = AFTER.kept(AFTER.tally.ids[:50])
    found = drift(BEFORE, some, Policy())
    assert found is not None
    assert found.items == 50
    assert found == drift(BEFORE.kept(AFTER.tally.ids[:50]), some, Policy())
    assert drift(BEFORE.kept(BEFORE.tally.ids[:1]), AFTER, Policy()) is None


@pytest.mark.parametrize(
    "change", [{"scorer": "1"}, {"sampling": {"temperature": 2}}, {"prompting": {"system": "Hm."}}]
)
def test_what_was_measured_otherwise_has_none(change: dict[str, object]) -> None:
    """Another scorer, other sampling or other prompts: a difference would not be the model's."""
    assert drift(BEFORE, dataclasses.replace(AFTER, identity={**IDENTITY, **change}), Policy()) is (
        None
    )
