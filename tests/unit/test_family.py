"""Alarms that share one error rate: Holm's procedure only ever names more of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.decide import named_by_holm
from harness.records import Ruling, Stage
from harness.stats.multiple import holm

MakeRuling = Callable[..., Ruling]


def alarms(ruling: MakeRuling, p: list[float], weights: list[float]) -> list[Ruling]:
    """Make alarms that were decided at their share of .05, by a test of fixed size."""
    return [
        ruling(
            kind="alarm", low_margin=None, high_margin=0.0, p=value, alpha=0.05 * weight,
            verdict="refuted" if value <= 0.05 * weight else "supported",
        )
        for value, weight in zip(p, weights, strict=True)
    ]  # fmt: skip


def rung(rulings: list[Ruling]) -> set[int]:
    """Return the places of the alarms that rang by themselves."""
    return {place for place, ruling in enumerate(rulings) if ruling.decision.verdict == "refuted"}


def test_no_alarms_name_none() -> None:
    """Without alarms there is nothing to share."""
    assert named_by_holm([], {}, 0.05) == ()


def test_the_printed_example(ruling: MakeRuling) -> None:
    """Of seven equal alarms Holm names those whose adjusted p-value is below .05."""
    p = [0.001, 0.008, 0.012, 0.03, 0.04, 0.2, 0.6]
    weights = [1 / 7] * 7
    rulings = alarms(ruling, p, weights)
    shares = dict(enumerate(weights))
    assert rung(rulings) == {0}
    assert named_by_holm(rulings, shares, 0.05) == (0, 1)
    assert named_by_holm(rulings, shares, 0.1201) == (0, 1, 2, 3, 4)


def test_an_alarm_that_rang_leaves_its_share(ruling: MakeRuling) -> None:
    """What has rung gives its weight to the others, which may then be named too."""
    rulings = alarms(ruling, [0.001, 0.04], [0.5, 0.5])
    assert rung(rulings) == {0}
    assert named_by_holm(rulings, {0: 0.5, 1: 0.5}, 0.05) == (0, 1)


def test_what_did_not_run_keeps_its_share(ruling: MakeRuling) -> None:
    """Weights of a selection add up to less than 1: the rest is not handed out."""
    rulings = alarms(ruling, [0.001, 0.04], [0.25, 0.25])
    assert named_by_holm(rulings, {0: 0.25, 1: 0.25}, 0.05) == (0,)


families = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 1)), min_size=1, max_size=8)


@given(families, st.floats(0.2, 1))
def test_holm_never_changes_the_first_step(
    ruling: MakeRuling, family: list[tuple[float, float]], spent: float
) -> None:
    """All that rang by themselves are named, and nothing is named unless something rang."""
    whole = sum(weight for _, weight in family) / spent
    weights = [weight / whole for _, weight in family]
    rulings = alarms(ruling, [p for p, _ in family], weights)
    named = set(named_by_holm(rulings, dict(enumerate(weights)), 0.05))
    assert rung(rulings) <= named
    assert bool(named) == bool(rung(rulings))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_it_is_holms_procedure(ruling: MakeRuling, p: list[float]) -> None:
    """With equal weights the alarms named are those of the adjusted p-values."""
    weights = [1 / len(p)] * len(p)
    named = named_by_holm(alarms(ruling, p, weights), dict(enumerate(weights)), 0.05)
    assert named == tuple(np.flatnonzero(holm(np.array(p)) <= 0.05))


def test_an_alarm_that_was_quiet_at_its_looks_rings_for_nobody(ruling: MakeRuling) -> None:
    """A p-value of a planned look is held against the look's level, by Holm as by the look."""
    stage = Stage(number=8, most=8, fraction=1.0, level=0.019, futility=None, detectable=0.04)
    quiet = ruling(kind="alarm", verdict="supported", p=0.022, alpha=0.025, stage=stage)
    other = ruling(kind="alarm", verdict="supported", p=0.9, alpha=0.025)
    assert named_by_holm([quiet, other], {0: 0.5, 1: 0.5}, 0.05) == ()
