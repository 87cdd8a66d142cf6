"""From tallies to per-item values, checked by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ClaimError
from harness.estimate import Figure, Prospect, figure, sample
from harness.records import Look, Sample, Statistic, Tally, Terms

MakeTally = Callable[..., Tally]
MakeStatistic = Callable[..., Statistic]


def combined(
    terms: Terms, tally_of: Callable[[Statistic], Tally], clusters: Mapping[str, str] | None = None
) -> tuple[Sample, tuple[Figure, ...]]:
    """Combine the terms of a claim at a look that sees all."""
    prospect = Prospect(cap=8, clusters=clusters or {})
    return sample(terms, lambda statistic, _: tally_of(statistic), Look(draws=2), prospect)


def test_pass_at_k_of_each_item(statistic: MakeStatistic, tally: MakeTally) -> None:
    """pass@2 of 2 in 4 right is 1 - 1/6: one of the six pairs is wrong twice."""
    found = figure(statistic(k=2), tally([[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]))
    assert found.values.tolist() == pytest.approx([5 / 6, 0, 1])
    assert found.mean == pytest.approx(11 / 18)
    assert found.draws == 4


def test_pass_hat_k_of_each_item(statistic: MakeStatistic, tally: MakeTally) -> None:
    """pass^2 of 3 in 4 right is 3 of 6 pairs: both of a pair must be right."""
    found = figure(statistic(kind="pass_hat", k=2), tally([[1, 1, 1, 0], [1, 0, 0, 0], [1] * 4]))
    assert found.values.tolist() == pytest.approx([0.5, 0, 1])


def test_g_pass_at_k_of_each_item(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Two thirds of 3 draws are 2: of the four choices of 3 of 2 in 4 right, two hold both."""
    found = figure(
        statistic(kind="g_pass_at", k=3, tau=2 / 3), tally([[1, 1, 0, 0], [1, 0, 0, 0], [1] * 4])
    )
    assert found.values.tolist() == pytest.approx([0.5, 0, 1])
    assert not found.linear


@given(st.integers(1, 8), st.lists(st.integers(0, 8), min_size=1, max_size=5))
def test_the_ends_of_g_pass_at_k_are_pass_at_k_and_pass_hat_k(
    statistic: MakeStatistic, tally: MakeTally, k: int, correct: list[int]
) -> None:
    """One right draw of k is pass@k, all are pass^k, and what lies between falls in tau."""
    data = tally([[1] * c + [0] * (8 - c) for c in correct])
    shares = [
        figure(statistic(kind="g_pass_at", k=k, tau=least / k), data).values
        for least in range(1, k + 1)
    ]
    assert shares[0] == pytest.approx(figure(statistic(k=k), data).values)
    assert shares[-1] == pytest.approx(figure(statistic(kind="pass_hat", k=k), data).values)
    assert (np.diff(shares, axis=0) <= 1e-12).all()


def test_mean_of_a_graded_metric(statistic: MakeStatistic, tally: MakeTally) -> None:
    """A graded metric has a mean."""
    found = figure(statistic(kind="mean", metric="closeness"),
                   tally([[0.5, 1.0], [0.25, 0.25]], metric="closeness"))  # fmt: skip
    assert found.values.tolist() == [0.75, 0.25]


def test_the_fewest_draws_are_reported(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Items may differ in draws; the figure names the fewest."""
    assert figure(statistic(), tally([[1, 0, 1], [1, 0]])).draws == 2


def test_an_unknown_metric_suggests_one(statistic: MakeStatistic, tally: MakeTally) -> None:
    """A misspelt metric is answered with the likeliest one."""
    with pytest.raises(ClaimError, match="no metric 'corect'; did you mean 'correct'"):
        figure(statistic(metric="corect"), tally([[1]]))


@pytest.mark.parametrize("kind", ["pass_at", "pass_hat", "g_pass_at"])
def test_a_graded_metric_has_no_pass_at_k(
    statistic: MakeStatistic, tally: MakeTally, kind: str
) -> None:
    """pass@k of a graded metric is refused, with the mean as the way out."""
    with pytest.raises(ClaimError, match=r"'correct' is graded; use \.mean\('correct'\)"):
        figure(statistic(kind=kind), tally([[0.5, 1.0]]))


@pytest.mark.parametrize("kind", ["pass_at", "pass_hat", "g_pass_at"])
def test_k_takes_as_many_draws(statistic: MakeStatistic, tally: MakeTally, kind: str) -> None:
    """pass@k of fewer draws is refused, with the setting that gives enough."""
    with pytest.raises(ClaimError, match=r"at least 4 draws per item, and there are 3; .*draws=4"):
        figure(statistic(kind=kind, k=4), tally([[1, 0, 1, 1], [1, 0, 1]]))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_score_that_is_no_number_is_refused(
    statistic: MakeStatistic, tally: MakeTally, bad: float
) -> None:
    """NaN and infinity never reach a verdict."""
    with pytest.raises(ClaimError, match="not a finite number"):
        figure(statistic(kind="mean"), tally([[bad, 1.0], [0.5, 0.5]]))


def test_items_are_paired_by_id(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Arms may list their items in different orders; each item meets itself."""
    tallies = {
        "rl": tally([[1, 1], [1, 0], [0, 0]], ids="abc"),
        "base": tally([[0, 0], [0, 1], [0, 0]], ids="cab"),
    }
    terms = ((1.0, statistic("rl")), (-1.0, statistic("base")))
    found, figures = combined(terms, lambda term: tallies[term.source.arm])
    (paired,) = found.parts
    assert paired.values.tolist() == [0.5, 0.5, 0.0]
    assert paired.half_range == 1.0
    assert paired.noise == pytest.approx((0.25 + 0.25) / 3)
    assert (found.draws, found.low, found.high, found.contrast) == (2, -1.0, 1.0, True)
    assert [one.mean for one in figures] == pytest.approx([0.5, 1 / 6])


def test_coefficients_scale_range_and_noise(statistic: MakeStatistic, tally: MakeTally) -> None:
    """The half-range is half the sum of the coefficients' sizes; noise goes by their squares."""
    data = tally([[1, 0], [1, 1]])
    found, _ = combined(((1.0, statistic("rl")), (-0.9, statistic("base"))), lambda _: data)
    assert found.parts[0].half_range == pytest.approx(0.95)
    assert found.parts[0].noise == pytest.approx((1 + 0.81) * 0.25 / 2)
    assert (found.low, found.high, found.contrast) == (-0.9, 1.0, False)


def test_a_difference_of_differences_is_a_contrast(
    statistic: MakeStatistic, tally: MakeTally
) -> None:
    """Four terms whose coefficients cancel have a half-range of 2."""
    names = {"rl": 1.0, "base": -1.0, "rl_early": -1.0, "early": 1.0}
    terms = tuple((coefficient, statistic(name)) for name, coefficient in names.items())
    found, _ = combined(terms, lambda _: tally([[1, 0], [1, 1]]))
    assert (found.parts[0].half_range, found.low, found.high) == (2.0, -2.0, 2.0)
    assert found.contrast


def test_one_arm_is_no_contrast(statistic: MakeStatistic, tally: MakeTally) -> None:
    """A claim on one arm's level has a half-range of one half."""
    found, _ = combined(((1.0, statistic()),), lambda _: tally([[1, 0], [1, 1]]))
    assert (found.parts[0].half_range, found.low, found.high) == (0.5, 0.0, 1.0)
    assert not found.contrast


def test_disjoint_items_stand_apart(statistic: MakeStatistic, tally: MakeTally) -> None:
    """A claim across two sets of items has a part for each."""
    tallies = {"rl": tally([[1, 1], [1, 0]], ids="ab"), "base": tally([[0, 0], [0, 1]], ids="cd")}
    terms = ((1.0, statistic("rl")), (-1.0, statistic("base")))
    found, _ = combined(terms, lambda term: tallies[term.source.arm])
    assert [one.values.tolist() for one in found.parts] == [[1.0, 0.5], [0.0, -0.5]]
    assert [one.half_range for one in found.parts] == [0.5, 0.5]
    assert found.contrast


def test_overlapping_items_are_refused(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Sets that share some items, and not all, can be neither paired nor set apart."""
    tallies = {"rl": tally([[1], [1], [0]], ids="abc"), "base": tally([[0], [1]], ids="bc")}
    terms = ((1.0, statistic("rl")), (-1.0, statistic("base")))
    with pytest.raises(ClaimError, match="3 and 2 items, of which 2 are shared"):
        combined(terms, lambda term: tallies[term.source.arm])


def test_a_baseline_with_more_draws_reports_the_fewest(
    statistic: MakeStatistic, tally: MakeTally
) -> None:
    """A comparison names the draws of the side that has fewer."""
    now = statistic()
    then = dataclasses.replace(now, source=dataclasses.replace(now.source, baseline="baseline"))
    found, _ = combined(((1.0, now), (-1.0, then)),
                        lambda term: tally([[1] * (8 if term.source.baseline else 2)]))  # fmt: skip
    assert found.draws == 2


def test_a_stored_baseline_takes_no_more_draws(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Of a comparison with a baseline, only the sampled side's noise grows less with draws."""
    now = statistic()
    then = dataclasses.replace(now, source=dataclasses.replace(now.source, baseline="baseline"))
    found, _ = combined(((1.0, now), (-1.0, then)), lambda _: tally([[1, 0], [0, 1]]))
    (part,) = found.parts
    assert part.noise == pytest.approx(0.25 + 0.25)
    assert part.growing == pytest.approx(0.25)
    assert part.growing_at_cap == pytest.approx(0.5 / 8)


def test_items_stand_in_the_order_of_their_ids(statistic: MakeStatistic, tally: MakeTally) -> None:
    """The order of the items is that of their hashes, whatever the task's: looks are a prefix."""
    data = tally([[1, 1], [0, 0], [1, 0]], ids="cab")
    found, _ = combined(((1.0, statistic()),), lambda _: data)
    assert found.parts[0].values.tolist() == [0.0, 0.5, 1.0]


def test_clusters_are_numbered_by_name(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Items of one cluster share a number; an item of none is a cluster of its own."""
    data = tally([[1, 1]] * 5)
    clusters = {"a": "x", "c": "x", "d": "y"}
    found, _ = combined(((1.0, statistic()),), lambda _: data, clusters=clusters)
    numbers = found.parts[0].clusters
    assert numbers is not None
    assert numbers.tolist() == [0, 1, 0, 2, 3]
    found, _ = combined(((1.0, statistic()),), lambda _: data)
    assert found.parts[0].clusters is None


@pytest.mark.parametrize(
    ("scores", "answers", "identical"),
    [
        ([[1, 1], [0, 0]], [{"7": 2}, {"8": 2}], True),
        ([[1, 1], [0, 0]], [{"7": 2}, {"": 2}], True),
        ([[1, 1], [0, 0]], [{"7": 2}, {"8": 1, "9": 1}], False),
        ([[1, 0], [0, 0]], [{"7": 2}, {"8": 2}], False),
        ([[1], [0]], [{"7": 1}, {"8": 1}], False),
    ],
    ids=["all alike", "no answers", "other answers", "other scores", "single draws"],
)
def test_identical_draws_are_found(
    statistic: MakeStatistic, tally: MakeTally, scores: list[list[float]],
    answers: list[dict[str, int]], *, identical: bool,
) -> None:  # fmt: skip
    """Draws are one draw only if each item's agree in score and answer; one draw is none."""
    data = dataclasses.replace(tally(scores), answers=tuple(answers))
    found, _ = combined(((1.0, statistic()),), lambda _: data)
    assert found.identical is identical
    assert found.counted == (1 if identical else len(scores[0]))


def test_a_look_sees_what_it_asks_for(statistic: MakeStatistic, tally: MakeTally) -> None:
    """Each term is tallied at the look, and the sample says which share of the items it saw."""
    seen: list[Look] = []

    def tally_of(_: Statistic, look: Look) -> Tally:
        seen.append(look)
        return tally([[1, 0], [0, 1]])

    look = Look(draws=2, share=0.5)
    found, _ = sample(((1.0, statistic()),), tally_of, look, Prospect(cap=2))
    assert (found.share, seen) == (0.5, [look])


def test_the_means_of_the_terms_are_kept(statistic: MakeStatistic, tally: MakeTally) -> None:
    """A sample knows each arm's level, for warnings near the ends of the range."""
    tallies = {"rl": tally([[1, 1], [1, 1]]), "base": tally([[1, 0], [0, 0]])}
    terms = ((1.0, statistic("rl")), (-1.0, statistic("base")))
    found, _ = combined(terms, lambda term: tallies[term.source.arm])
    assert found.means == (1.0, 0.25)
