"""What a baseline's life does to a gate: a small part of bench/ratchet.

Bounds leave room for Monte Carlo error: by chance alone a test here fails in less than one of a
thousand runs, and the seeds are fixed.
"""

from __future__ import annotations

import numpy as np
import pytest

from bench.ratchet.creep import Creep, accepted
from bench.ratchet.judges import ALARM, ALPHA, BETTER, Judge, not_worse, plain_t, program
from bench.ratchet.lives import Gate, Life, Played, play
from bench.ratchet.world import DRAWS, World, stored

ITEMS = World(rates=stored("base").rates[:150])
SURE = 3.5  # standard errors
PLAIN, FEW = 300, 30  # repetitions of the plain test, and of the program, which takes longer


def lived(life: Life, judge: Judge = plain_t, repeats: int = PLAIN, draws: int = DRAWS) -> Played:
    """Play an alarm's gate under a life."""
    gate = Gate(world=ITEMS, judge=judge, question=ALARM, life=life, draws=draws)
    return play(gate, np.random.default_rng([*life.encode(), draws]), repeats)


def rate(played: Played) -> tuple[float, float]:
    """Return the share of changes that failed, and how far chance may take it."""
    shares = played.failed.mean(axis=1)
    return float(shares.mean()), SURE * float(shares.std(ddof=1)) / len(shares) ** 0.5


def drift(played: Played) -> float:
    """Return how far the baseline has drifted, in standard errors of a candidate."""
    return float(played.drift[:, -1].mean()) / ITEMS.se(DRAWS)


@pytest.mark.parametrize("draws", [DRAWS, 4 * DRAWS])
def test_a_scheduled_refresh_keeps_the_error(draws: int) -> None:
    """Drawn anew whatever came out, a baseline does not drift, and an alarm errs at alpha."""
    scheduled = lived("refresh on a schedule", draws=draws)
    share, error = rate(scheduled)
    assert abs(share - ALPHA) < error
    assert abs(drift(scheduled)) < SURE / PLAIN**0.5


@pytest.mark.parametrize(
    ("life", "fails", "drifts"),
    [
        ("keep the best run", 0.34, 2.25),
        ("promote on significance", 0.17, 1.3),
        ("promote on significance, draw afresh", 0.07, 0.6),
        ("accept what passes, draw afresh", 0.07, 0.13),
    ],
)
def test_going_by_the_outcome_is_a_ratchet(life: Life, fails: float, drifts: float) -> None:
    """The bound tells: each life that goes by the outcome breaks it, by as much as is published."""
    played = lived(life)
    share, error = rate(played)
    assert share > ALPHA
    assert abs(share - fails) < error + 0.005  # published to a point
    assert abs(drift(played) - drifts) < SURE / PLAIN**0.5


def test_more_draws_of_the_baseline_cut_the_drift() -> None:
    """With four times the draws, keeping the best raises the baseline by less than a third."""
    thick, thin = (lived("keep the best run", draws=draws) for draws in (4 * DRAWS, DRAWS))
    assert drift(thick) < drift(thin) / 3
    assert rate(thick)[0] < rate(thin)[0] / 2


def test_the_program_decides_so_too() -> None:
    """By the program's own decisions: within alpha on a schedule, far from it with the best."""
    share, error = rate(lived("refresh on a schedule", program, FEW))
    assert share - error < ALPHA
    share, error = rate(lived("keep the best run", program, FEW))
    assert share - error > 2 * ALPHA


def test_the_program_is_the_plain_test_made_careful() -> None:
    """Both say the same but where the plain test is close: the floor takes no side."""
    rng = np.random.default_rng(5)
    losing = ITEMS.draw(rng, FEW, DRAWS, np.linspace(0, 0.06, FEW))
    base = ITEMS.draw(rng, FEW, 4 * DRAWS)
    for question in (ALARM, BETTER, not_worse(0.02)):
        plain, own = plain_t(question, losing, base), program(question, losing, base)
        assert len(set(plain)) > 1
        assert (plain != own).mean() < 0.2


def test_an_anchor_stops_small_losses() -> None:
    """Losses within the margin add up to more than twice the margin, with an anchor to about it."""
    world = stored("base")
    lost = {
        anchor: 0.5 * accepted(
            Creep(world=world, judge=plain_t, loss=0.005, anchor=anchor),
            np.random.default_rng(7), PLAIN // 2,
        )
        for anchor in (None, 0.03)
    }  # fmt: skip
    assert lost[None].mean() > 5
    assert 1.9 < lost[0.03].mean() < 2.7
