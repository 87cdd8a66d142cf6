"""What is known of a variance before anything is drawn: from stored draws, or assumed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from harness.planning import outlooks
from harness.planning.outlook import PartOutlook
from harness.records import Look, Source, Statistic, Tally, Terms

MakeDraws = Callable[..., Any]
COUNT = 400


def ids(source: Source) -> list[str]:
    """Return the items of a source: all, or one half where it is narrowed."""
    every = [f"{row:04d}" for row in range(COUNT)]
    return every if not source.narrowed else every[: COUNT // 2]


def outlook(
    terms: Terms, stored: Mapping[str, Tally] | None = None, models: Mapping[str, str] | None = None
) -> PartOutlook:
    """Return the outlook of a claim on one set of items."""
    (found,) = outlooks(
        terms,
        ids,
        lambda source: (stored or {}).get(source.arm),
        lambda source: (models or {}).get(source.arm, source.arm),
    )
    return found


@pytest.fixture(scope="session")
def stored(drawn: MakeDraws, statistic: Callable[..., Statistic]) -> Callable[..., Tally]:
    """Return a maker of stored tallies of an arm with given skills."""

    def make(skills: npt.ArrayLike, draws: int = 64, seed: int = 0) -> Tally:
        made = drawn({"rl": skills}, most=draws, seed=seed)
        found: Tally = made.tally(statistic("rl"), Look(draws=draws))
        return found

    return make


def test_without_a_baseline_skills_are_spread_evenly(gain: Terms) -> None:
    """Assumed are even skills, correlated .7 between two arms: 2 (1 - .7) / 12, and 1/6 a draw."""
    found = outlook(gain)
    assert (found.items, found.half_range, found.basis) == (COUNT, 1.0, "assumed")
    assert found.between == pytest.approx(0.05)
    assert found.growing(8) == pytest.approx(2 / 6 / 8)
    assert found.variance(8) == pytest.approx(0.05 + 2 / 6 / 8)


def test_what_is_assumed_is_what_such_skills_have(drawn: MakeDraws, gain: Terms) -> None:
    """The assumed variance is that of a simulation of such arms."""
    rng = np.random.default_rng(1)
    normal = rng.multivariate_normal([0, 0], [[1, 0.717], [0.717, 1]], 20_000)
    even = np.argsort(np.argsort(normal, axis=0), axis=0) / 20_000  # correlated .7 as ranks
    made = drawn({"rl": even[:, 0], "base": even[:, 1]}, most=4, seed=2)
    difference = made.scores["rl"].mean(axis=1) - made.scores["base"].mean(axis=1)
    assert outlook(gain).variance(4) == pytest.approx(difference.var(), rel=0.05)


def test_one_arm_has_the_variance_of_one(statistic: Callable[..., Statistic]) -> None:
    """A claim on one arm has even skills: 1/12, and 1/6 a draw."""
    found = outlook(((1.0, statistic()),))
    assert found.between == pytest.approx(1 / 12)
    assert found.growing(1) == pytest.approx(1 / 6)


def test_two_arms_on_one_model_have_the_same_skills(gain: Terms) -> None:
    """A no-op compared with its model differs by draws alone."""
    found = outlook(gain, models={"rl": "m", "base": "m"})
    assert found.between == pytest.approx(0)
    assert found.growing(8) == pytest.approx(2 / 6 / 8)


def test_baselines_of_all_arms_tell_both_parts(gain: Terms, stored: Callable[..., Tally]) -> None:
    """From stored draws: the variance of the true differences, and p (1 - p) of each arm."""
    rng = np.random.default_rng(3)
    base = rng.uniform(0.1, 0.7, COUNT)
    rl = base + rng.choice([0.0, 0.3], COUNT)
    found = outlook(gain, {"rl": stored(rl, seed=4), "base": stored(base, seed=5)})
    within = float((rl * (1 - rl) + base * (1 - base)).mean())
    assert found.basis == "baseline"
    assert found.between == pytest.approx((rl - base).var(ddof=1), abs=0.003)
    assert found.growing(16) == pytest.approx(within / 16, rel=0.03)


def test_a_baseline_of_one_side_stands_for_both(gain: Terms, stored: Callable[..., Tally]) -> None:
    """What is known of one arm is taken for the other, correlated .7 with it over items."""
    base = np.random.default_rng(6).uniform(0.2, 0.4, COUNT)
    found = outlook(gain, {"base": stored(base, seed=7)})
    assert found.basis == "baseline of one side"
    assert found.between == pytest.approx(2 * 0.3 * base.var(ddof=1), abs=0.001)
    assert found.growing(16) == pytest.approx(2 * (base * (1 - base)).mean() / 16, rel=0.03)


def test_a_stored_side_takes_no_more_draws(
    statistic: Callable[..., Statistic], stored: Callable[..., Tally]
) -> None:
    """Of a claim on a baseline the stored side's noise is fixed, at the draws that it has."""
    skill = np.full(COUNT, 0.5)
    now = statistic("rl")
    then = statistic(source=Source(task="sums", arm="rl", baseline="baseline", draws=8))
    found = outlook(((1.0, now), (-1.0, then)), {"rl": stored(skill, draws=32, seed=8)})
    assert found.fixed == pytest.approx(0.25 / 32, rel=0.05)
    assert found.growing(8) == pytest.approx(0.25 / 8, rel=0.05)


def test_what_is_stored_may_not_give_the_statistic(
    statistic: Callable[..., Statistic], stored: Callable[..., Tally]
) -> None:
    """A k beyond the stored draws, a metric or answers that are not stored, are assumed."""
    tally = {"rl": stored(np.full(COUNT, 0.5), draws=4)}
    silent = {"rl": dataclasses.replace(tally["rl"], answers=({},) * COUNT)}
    for kind in ("distinct_at", "g_pass_at"):
        one = ((1.0, statistic(kind=kind, k=2, metric="correct")),)
        assert outlook(one, tally).basis == "baseline"
        assert outlook(one, silent).basis == ("baseline" if kind == "g_pass_at" else "assumed")
    assert outlook(((1.0, statistic(k=8)),), tally).basis == "assumed"
    assert outlook(((1.0, statistic(metric="boxed")),), tally).basis == "assumed"
    assert outlook(((1.0, statistic(k=2)),), tally).basis == "baseline"


def test_disjoint_items_have_an_outlook_each(statistic: Callable[..., Statistic]) -> None:
    """A claim across two sets of items has a part for each, with half the range."""
    narrowed = Source(task="sums", arm="base", baseline="", draws=8, narrowed=(("split", ("x",)),))
    terms = ((1.0, statistic("rl")), (-1.0, statistic(source=narrowed)))
    found = outlooks(terms, ids, lambda _: None, lambda source: source.arm)
    assert [(part.items, part.half_range) for part in found] == [(COUNT, 0.5), (COUNT // 2, 0.5)]
