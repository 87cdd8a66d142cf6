"""Error rates, power and cost of the program's own decisions, on simulated draws.

A small part of the study in bench/calibration. Bounds leave room for Monte Carlo error: by chance
alone a test here fails in less than one of ten thousand runs, and the seeds are fixed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from bench.calibration.cells import POLICY, SPREAD, UNEQUAL
from bench.calibration.families import BUILDS, KINDS, play
from bench.calibration.trials import Cell, both_sides, decisions, simulate
from bench.calibration.worlds import (
    beta,
    clustered,
    fixed,
    four,
    gains,
    loses,
    loses_clusters,
    of_mean,
    sharp,
    two_points,
    weak,
)
from harness.records import Decision
from harness.stats.proportion import clopper_pearson

REPEATS = 1_500
LIMIT = 0.065
SURE = 5e-5


@pytest.fixture(autouse=True)
def _untraced() -> Iterator[None]:
    """Simulate without the tracing of coverage, which would take as long as the simulating."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


def cell(name: str, **changes: object) -> Cell:
    """Make a cell of 50 items with 16 draws of each."""
    fields = {"items": 50, "draws": 16, "policy": POLICY, **changes}
    return Cell(name=name, **fields)  # type: ignore[arg-type]


ASYMMETRIC = weak((19, 1), (0.95, 0.05))
NULLS = (
    cell("same skills, U-shaped", world=sharp(beta(0.3, 0.3))),
    cell("same skills, single draws", world=sharp(beta(1, 1)), draws=1),
    cell("linked skills", world=weak(SPREAD, SPREAD)),
    cell("ceiling", world=sharp(beta(19, 1)), items=100),
    cell("asymmetric ceiling", world=ASYMMETRIC),
    cell("asymmetric ceiling, more items", world=ASYMMETRIC, items=200),
    cell("pass@8", world=weak((0.3, 0.9), (0.3, 0.9)), items=100, k=8),
    cell("difference in differences", world=four(SPREAD), draws=4, claim="did"),
    cell("disjoint items", world=weak(SPREAD, SPREAD), items=100, claim="disjoint", share=0.8),
    cell("a bar", world=sharp(beta(*of_mean(0.9, 2))), items=100, claim="bar", threshold=0.9),
    cell("these items", world=fixed((2, 2), 0.2), policy=replace(POLICY, items="these")),
    cell("loses items", world=loses(0.03, 1.0, two_points(1.0)), items=200, threshold=-0.03),
    cell("loses items, single draws", world=loses(0.05, 1.0, two_points(1.0)), items=100, draws=1,
         threshold=-0.05),
    cell("clusters", world=clustered(SPREAD, UNEQUAL), items=100, draws=4, sizes=UNEQUAL),
    cell("loses clusters", world=loses_clusters(0.05, UNEQUAL, beta(0.3, 0.3)), items=500, draws=4,
         sizes=UNEQUAL, threshold=-0.05),
)  # fmt: skip
LOSES = cell(
    "loses items of few", world=loses(0.05, 1.0, two_points(1.0)), items=100, threshold=-0.05
)
LOOKS = (
    cell("same skills, single draws", world=sharp(beta(1, 1)), draws=1),
    cell("linked skills, few draws", world=weak(SPREAD, SPREAD), draws=4),
    cell("linked skills", world=weak(SPREAD, SPREAD)),
    cell("asymmetric ceiling", world=ASYMMETRIC, items=200),
    cell("loses items", world=loses(0.05, 1.0, beta(0.3, 0.3)), threshold=-0.05),
    cell("pass@8", world=weak((0.3, 0.9), (0.3, 0.9)), draws=32, k=8),
    cell("these items", world=fixed((2, 2), 0.2), policy=replace(POLICY, items="these")),
)


def rate(found: list[Decision], verdict: str) -> int:
    """Count the decisions that came out so."""
    return sum(one.verdict == verdict for one in found)


def may_be(hits: int, repeats: int, limit: float) -> bool:
    """Say whether a rate of at most `limit` can have given so many hits."""
    return clopper_pearson(hits, repeats, SURE)[0] <= limit


def seeded(one: Cell) -> np.random.Generator:
    """Return random numbers of a cell's own."""
    return np.random.default_rng([*one.name.encode()])


@pytest.mark.parametrize("null", NULLS, ids=lambda one: one.name)
def test_defaults_keep_their_error(null: Cell) -> None:
    """Where the effect is the threshold, it is rarely said to be on either side of it."""
    found = decisions(null, seeded(null), REPEATS)
    assert may_be(rate(found, "supported"), REPEATS, LIMIT)
    assert may_be(rate(found, "refuted"), REPEATS, LIMIT)


@pytest.mark.parametrize(
    ("method", "null"),
    [("t", NULLS[4]), ("sign-flip", NULLS[4]), ("t-floor", LOSES)],
    ids=["t", "sign-flip", "t-floor"],
)
def test_uncorrected_methods_do_not(method: str, null: Cell) -> None:
    """The bound tells: methods that are not corrected for skewness break it, in the same cells."""
    uncorrected = replace(null, policy=replace(POLICY, method=method))  # type: ignore[arg-type]
    found = decisions(uncorrected, seeded(null), REPEATS)
    assert not may_be(rate(found, "supported"), REPEATS, LIMIT)


@pytest.mark.parametrize("null", LOOKS, ids=lambda one: one.name)
def test_planned_looks_keep_the_error(null: Cell) -> None:
    """So do a claim and its mirror image over all of their looks."""
    looked = replace(null, auto=True)
    assert len(looked.looks) > 1
    for found in both_sides(looked, seeded(null), REPEATS // 2):
        assert may_be(rate(found, "supported"), REPEATS // 2, LIMIT)


def test_peeking_does_not() -> None:
    """The bound tells: a verdict of full size at each of the same looks errs more often."""
    looked = cell("peeked at", world=sharp(beta(2, 2)), items=200, auto=True)
    trial = looked.trial("greater")
    peeks = [replace(trial, looks=(look,)) for look in looked.looks]
    wrong = sum(
        any(peek.hear(draws.tally)[0].verdict == "supported" for peek in peeks)
        for draws in simulate(looked, seeded(looked), REPEATS)
    )
    assert not may_be(wrong, REPEATS, LIMIT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("auto", [False, True], ids=["fixed", "looks"])
def test_whole_builds_keep_the_error(kind: str, *, auto: bool) -> None:
    """Several claims on the same draws: alarms together, and a build that is green in error."""
    place = next(
        place for place, build in enumerate(BUILDS)
        if (build.kind, build.auto, build.draws) == (kind, auto, 1)
    )  # fmt: skip
    outcome = play((place, 400))
    assert may_be(outcome.wrong, 400, LIMIT)
    assert may_be(outcome.worst, 400, LIMIT)


def test_looks_cost_less_and_see_as_much() -> None:
    """Planned looks of a cap a fifth higher take fewer draws, and see the effect as often."""
    gain = cell("a gain", world=gains(0.1, beta(1, 1), 0.5), items=100, draws=5)
    found = decisions(gain, seeded(gain), 800)
    looked = decisions(replace(gain, auto=True, draws=6), seeded(gain), 800)
    taken = np.mean([one.draws * one.items for one in looked]) / (5 * 100)
    assert taken < 0.8
    assert rate(looked, "supported") > rate(found, "supported") - 40
    assert rate(found, "supported") > 0.85 * 800
