"""majority@k of each item: by hand, against enumeration, and whatever the order."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ClaimError
from harness.estimate import Figure, Prospect, figure, sample, votes
from harness.estimate.noise import noise_of
from harness.records import Look, Statistic, Tally
from harness.stats.majority import majority_at_k

MakeStatistic = Callable[..., Statistic]


def tally_of(
    answers: Sequence[Mapping[str, int]], right: str | Sequence[str] = "r", ids: str = ""
) -> Tally:
    """Tally items by how often each answer was given; one answer is right for all, or each."""
    count = len(answers)
    keys = [right] * count if isinstance(right, str) else right
    hits = [found.get(key, 0) for found, key in zip(answers, keys, strict=True)]
    sums = np.array(hits, dtype=np.float64)[:, None]
    return Tally(
        ids=tuple(ids or "abcdefghijkl"[:count]),
        draws=np.array([sum(found.values()) for found in answers], dtype=np.int64),
        metrics=("correct",),
        sums=sums,
        products=sums[:, :, None],
        answers=tuple(answers),
        right=tuple(keys),
    )


@pytest.fixture
def vote(statistic: MakeStatistic) -> Callable[..., Figure]:
    """Return a reader of majority@k off a tally."""
    return lambda tally, k: figure(statistic(kind="majority_at", k=k), tally)


@pytest.fixture
def _simulated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every value cost too much, so that all are simulated, in few samples."""
    cheap = partial(majority_at_k, exact_cost=0, resamples=50)
    monkeypatch.setattr(votes, "majority_at_k", cheap)
    votes._chance.cache_clear()
    yield
    votes._chance.cache_clear()


def enumerated(answers: Mapping[str, int], right: str, k: int) -> float:
    """Average the vote over all choices of k draws."""
    draws = [answer for answer, count in answers.items() for _ in range(count)]
    shares = []
    for chosen in combinations(draws, k):
        counts = Counter(chosen)
        winners = [one for one, count in counts.items() if count == max(counts.values())]
        shares.append((right in winners) / len(winners))
    return float(np.mean(shares))


def test_votes_by_hand(vote: Callable[..., Figure]) -> None:
    """Of two right draws in three, a pair is right in one of three, and ties in the others."""
    tally = tally_of([{"r": 2, "w": 1}, {"w": 3}, {"r": 3}])
    assert vote(tally, 1).values.tolist() == pytest.approx([2 / 3, 0, 1])
    assert vote(tally, 2).values.tolist() == pytest.approx([1 / 3 + 2 / 3 / 2, 0, 1])
    assert vote(tally, 3).values.tolist() == pytest.approx([1, 0, 1])


@given(st.lists(st.sampled_from(["r", "w", "x", "y", ""]), min_size=1, max_size=8), st.data())
def test_votes_are_those_of_all_choices_of_draws(
    statistic: MakeStatistic, drawn: list[str], data: st.DataObject
) -> None:
    """The value is the average over all sets of k draws, no answer being one that is wrong."""
    k = data.draw(st.integers(1, len(drawn)))
    found = figure(statistic(kind="majority_at", k=k), tally_of([Counter(drawn)]))
    assert found.values[0] == pytest.approx(enumerated(Counter(drawn), "r", k), abs=1e-12)


def test_no_answer_is_never_right(vote: Callable[..., Figure]) -> None:
    """Draws without an answer win the vote as a wrong one, whatever is right."""
    silent = [{"r": 2, "": 3}, {"r": 3, "": 2}, {"": 5}]
    assert vote(tally_of(silent), 5).values.tolist() == pytest.approx([0, 1, 0])
    assert vote(tally_of([{"": 5}], right=""), 3).values.tolist() == [0]


def test_draws_whose_answer_is_not_counted_gave_none(vote: Callable[..., Figure]) -> None:
    """Answers may add up to fewer than the draws: the others gave none."""
    tally = dataclasses.replace(tally_of([{"r": 2, "": 3}]), answers=({"r": 2},))
    assert vote(tally, 3).values == vote(tally_of([{"r": 2, "": 3}]), 3).values


def _in_another_order(vote: Callable[..., Figure]) -> None:
    """Check that neither the items' nor the answers' order, nor their names, change a value."""
    first = {"r": 9, "w": 8, "x": 4, "y": 4}
    other = {"r": 6, "w": 8, "": 3, "x": 8}
    found = vote(tally_of([first, other], ids="ab"), 8).values
    turned = [dict(reversed(one.items())) for one in (other, first)]
    assert vote(tally_of(turned, ids="ba"), 8).values.tolist() == found[::-1].tolist()
    renamed = {"q": 9, "y": 8, "w": 4, "x": 4}
    votes._chance.cache_clear()
    again = vote(tally_of([other, renamed], right=["r", "q"], ids="ba"), 8).values
    assert again.tolist() == found[::-1].tolist()


def test_exact_votes_know_no_order(vote: Callable[..., Figure]) -> None:
    """An exact value is that of the item's counts, whatever stands before it."""
    _in_another_order(vote)


@pytest.mark.usefixtures("_simulated")
def test_simulated_votes_know_no_order(vote: Callable[..., Figure]) -> None:
    """A simulated value is fixed by the item, its counts and k."""
    _in_another_order(vote)


@pytest.mark.usefixtures("_simulated")
def test_each_item_and_k_is_simulated_apart(vote: Callable[..., Figure]) -> None:
    """Items that are alike have random numbers of their own, and so has each k."""
    alike = {"r": 12, "w": 11, "x": 9}
    found = vote(tally_of([alike] * 4), 8).values
    assert len(set(found.tolist())) > 1
    assert vote(tally_of([alike] * 4), 9).values.tolist() != found.tolist()
    assert votes._chance.cache_info().currsize == 8


def test_a_vote_reads_no_metric(vote: Callable[..., Figure]) -> None:
    """A task whose metrics are named otherwise, or graded, has votes all the same."""
    tally = tally_of([{"r": 2, "w": 1}])
    other = dataclasses.replace(tally, metrics=("closeness",), products=tally.products / 2)
    assert vote(other, 3).values.tolist() == pytest.approx([1])


def test_k_takes_as_many_draws(statistic: MakeStatistic, vote: Callable[..., Figure]) -> None:
    """A vote over more draws than there are is refused, with the setting that gives enough."""
    tally = tally_of([{"r": 4}, {"r": 3}])
    with pytest.raises(
        ClaimError, match=r"rl.majority@4 needs at least 4 .*there are 3; .*draws=4"
    ):
        vote(tally, 4)
    now = statistic(kind="majority_at", k=4)
    then = dataclasses.replace(now, source=dataclasses.replace(now.source, baseline="baseline"))
    with pytest.raises(ClaimError, match=r"baseline\[rl\].majority@4 .*baseline: {draws: 8}"):
        figure(then, tally)


@pytest.mark.parametrize("k", [1, 2])
def test_the_noise_of_a_vote_is_unknown(
    statistic: MakeStatistic, vote: Callable[..., Figure], k: int
) -> None:
    """What draws add to a vote's variance is not told, alone or beside another figure."""
    tally = tally_of([{"r": 4, "w": 4}] * 3)
    terms = [(1.0, vote(tally, k)), (-1.0, figure(statistic(), tally))]
    for at in (None, 16):
        assert np.isnan(noise_of(terms[:1], at)).all()
        assert np.isnan(noise_of(terms, at)).all()


def test_k_draws_count_once(statistic: MakeStatistic) -> None:
    """Where a statistic is a vote, each k of an item's draws are one trial, and at least one is."""
    look, prospect = Look(draws=8), Prospect(cap=8)
    data = tally_of([{"r": 5, "w": 3}, {"r": 2, "w": 6}])
    other = statistic("base", k=2)
    for k, counted in ((1, 8), (3, 2), (4, 2), (5, 1), (8, 1)):
        one = statistic(kind="majority_at", k=k)
        for terms in (((1.0, one),), ((0.5, one), (0.5, other))):
            found, _ = sample(terms, lambda *_: data, look, prospect)
            assert (found.draws, found.counted, found.identical) == (8, counted, False)
    found, _ = sample(((1.0, other),), lambda *_: data, look, prospect)
    assert found.counted == 8
    assert dataclasses.replace(found, draws=4, voters=8).counted == 1
