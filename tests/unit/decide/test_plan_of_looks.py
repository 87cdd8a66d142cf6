"""Planned looks: how many there are, and what each of them adds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.decide import planned_looks
from harness.records import Look, Policy, Question, Terms
from harness.trial import looks_of

GREATER = Question(direction="greater", threshold=0.0)


def counts(looks: tuple[Look, ...]) -> list[int]:
    """Return the draws of each look."""
    return [look.draws for look in looks]


def shares(looks: tuple[Look, ...]) -> list[float]:
    """Return the share of the items that each look sees."""
    return [look.share for look in looks]


@pytest.mark.parametrize(
    ("draws", "k", "expected"),
    [
        (16, 1, [2, 4, 6, 8, 10, 12, 14, 16]),
        (64, 1, [2, 4, 8, 16, 24, 32, 40, 48, 56, 64]),
        (20, 1, [2, 4, 5, 8, 10, 12, 15, 18, 20]),
    ],
)
def test_looks_add_draws(draws: int, k: int, expected: list[int]) -> None:
    """Looks are at 2, 4 and each eighth of the cap, from the first that tells its own noise."""
    looks = planned_looks(draws, k)
    assert counts(looks) == expected
    assert set(shares(looks)) == {1.0}


@pytest.mark.parametrize(
    ("draws", "k", "expected"),
    [
        (4, 1, [(2, 0.25), (2, 0.5), (2, 0.75), (2, 1.0), (3, 1.0), (4, 1.0)]),
        (16, 4, [(8, 0.25), (8, 0.5), (8, 0.75), (8, 1), (10, 1), (12, 1), (14, 1), (16, 1)]),
        (256, 64, [(128, 0.25), (128, 0.5), (128, 0.75), (128, 1), (160, 1), (192, 1), (224, 1),
                   (256, 1)]),
    ],
)  # fmt: skip
def test_early_looks_add_items_until_all_tell_their_noise(
    draws: int, k: int, expected: list[tuple[int, float]]
) -> None:
    """Where the first look at all items would come late, earlier ones take some of the items."""
    looks = planned_looks(draws, k)
    assert [(look.draws, look.share) for look in looks] == expected


@pytest.mark.parametrize(("draws", "k"), [(1, 1), (2, 1), (16, 8), (16, 16), (7, 4)])
def test_looks_add_items_where_draws_cannot_be_split(draws: int, k: int) -> None:
    """Single draws, or too few for an early look at pass@k: looks add items instead."""
    looks = planned_looks(draws, k)
    assert set(counts(looks)) == {draws}
    assert shares(looks) == [2 / 8, 3 / 8, 4 / 8, 5 / 8, 6 / 8, 7 / 8, 1.0]


@given(draws=st.integers(1, 300), k=st.integers(1, 64), items_only=st.booleans())
def test_looks_always_end_with_everything(draws: int, k: int, *, items_only: bool) -> None:
    """Each look sees more than the one before, and the last one sees all."""
    looks = planned_looks(draws, k, items_only=items_only)
    assert (looks[-1].draws, looks[-1].share) == (draws, 1.0)
    seen = [(look.draws, look.share) for look in looks]
    assert seen == sorted(set(seen))
    assert all(look.draws >= min(2 * k, draws) for look in looks)


@pytest.mark.parametrize("draws", [1, 2, 4, 16])
def test_claims_about_these_items_always_see_all_of_them(gain: Terms, draws: int) -> None:
    """Some of these items are others than these: no look of such a claim leaves any out."""
    looks = looks_of(gain, Policy(items="these"), draws, auto=True)
    assert set(shares(looks)) == {1.0}
    assert counts(looks)[-1] == draws


def test_a_design_of_fixed_size_has_one_look(gain: Terms) -> None:
    """Without auto there is one look; bets by rounds have one, too, and by items several."""
    assert looks_of(gain, Policy(), 16, auto=False) == (Look(draws=16),)
    assert len(looks_of(gain, Policy(), 16, auto=True)) > 1
    rounds = Policy(method="anytime", items="these")
    assert looks_of(gain, rounds, 16, auto=True) == (Look(draws=16),)
    bets = looks_of(gain, Policy(method="anytime"), 16, auto=False)
    assert len(bets) > 1
    assert set(counts(bets)) == {16}
