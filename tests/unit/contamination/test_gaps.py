"""What arms come to on items that stand in training data, and on clean ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harness.contamination import Overlap, measured
from harness.contamination.overlap import Standing
from harness.decide import decide
from harness.errors import ContaminationError
from harness.records import Part, Policy, Question, Sample
from tests.unit.contamination.conftest import item_of

POLICY = Policy(alpha=0.05)
COUNT = 60


def overlaps() -> list[Overlap]:
    """Make 60 items: 10 contaminated, 10 touched, 40 clean."""
    kinds: list[tuple[Standing, int]] = [("contaminated", 10), ("touched", 10), ("clean", 40)]
    standings = [kind for kind, count in kinds for _ in range(count)]
    return [
        Overlap(
            item=item_of(f"{at}", "1"), standing=standing, grams=4,
            found={"contaminated": 4, "touched": 1}.get(standing, 0), words=13,
            with_reference=None, run=0, leaked=False, place=None,
        )
        for at, standing in enumerate(standings)
    ]  # fmt: skip


def run_of(**arms: list[float]) -> dict[str, Any]:
    """Make a run's entry on these items, with 8 draws of each."""
    return {
        "ids": [one.item.id for one in overlaps()],
        "clusters": None,
        "arms": [
            {"arm": arm, "draws": [8] * COUNT, "sums": {"correct": [8 * one for one in values]}}
            for arm, values in arms.items()
        ],
    }


def values(seed: int, found: float, clean: float) -> list[float]:
    """Make pass@1 of each item, of 8 draws."""
    generator = np.random.default_rng(seed)
    rates = [found] * 20 + [clean] * 40
    return [float(generator.binomial(8, rate)) / 8 for rate in rates]


def test_the_gap_is_decided_as_claims_on_disjoint_items_are() -> None:
    """The interval is that of a claim that compares the two sets of items."""
    figures = values(1, 0.8, 0.4)
    told = measured(overlaps(), run_of(rl=figures), POLICY)
    touched, contaminated = told.gaps
    assert told.level == pytest.approx(0.9)
    assert (touched.items, contaminated.items) == ((20, 40), (10, 40))
    on, off = np.array(figures[:20]), np.array(figures[20:])
    assert touched.gap == pytest.approx(on.mean() - off.mean())
    claim = decide(
        Sample(
            parts=(
                Part(values=on, half_range=0.5, low=0.0, noise=0.0),
                Part(values=-off, half_range=0.5, low=-1.0, noise=0.0),
            ),
            draws=8, low=-1.0, high=1.0,
        ),
        Question(direction="greater", threshold=0.0), POLICY,
    )  # fmt: skip
    assert (touched.low, touched.high) == pytest.approx((claim.low, claim.high))
    assert touched.method == claim.method == "Welch t-floor"


def test_the_difference_in_differences_is_paired_within_items() -> None:
    """What both arms find easier cancels; what one arm gained on found items is left."""
    base = values(2, 0.5, 0.3)
    rl = [min(one + (0.25 if at < 20 else 0.0), 1.0) for at, one in enumerate(base)]
    told = measured(overlaps(), run_of(base=base, rl=rl), POLICY, pair=("base", "rl"))
    both = next(one for one in told.gaps if one.arms == ("base", "rl"))
    gained = np.array(rl[:20]).mean() - np.array(base[:20]).mean()
    assert (both.found, both.clean) == pytest.approx((gained, 0.0))
    assert both.gap == pytest.approx(gained)
    assert both.low is not None
    assert both.high is not None
    assert 0 < both.low < gained < both.high <= 2


def test_a_gap_that_is_not_there_is_seldom_seen() -> None:
    """The interval misses a true gap of zero in no more than a tenth of simulated runs."""
    missed = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        rates = generator.beta(1, 1, COUNT)
        figures = (generator.binomial(8, rates) / 8).tolist()
        low, high = (measured(overlaps(), run_of(rl=figures), POLICY).gaps[0].low,
                     measured(overlaps(), run_of(rl=figures), POLICY).gaps[0].high)  # fmt: skip
        assert low is not None
        assert high is not None
        missed += not low <= 0 <= high
    assert missed <= 30  # 20 are expected at most; 30 are three standard errors more


@pytest.mark.parametrize(
    ("clusters", "why"),
    [
        ([f"{at % 5}" for at in range(COUNT)], "5 clusters have items of both kinds"),
        ([f"{at // 20}" for at in range(COUNT)], "too few"),
    ],
)
def test_clusters_that_can_not_be_compared(clusters: list[str], why: str) -> None:
    """Clusters of both kinds hang together across the sides; too few of them tell nothing."""
    run = {**run_of(rl=values(3, 0.5, 0.5)), "clusters": clusters}
    told = measured(overlaps(), run, POLICY).gaps[0]
    assert (told.low, told.high) == (None, None)
    assert why in told.method
    assert told.gap is not None


def test_too_few_items_have_no_interval() -> None:
    """Of items without draws nothing is known; with fewer than five there is no interval."""
    run = run_of(rl=values(4, 0.5, 0.5))
    run["arms"][0]["draws"] = [0] * 17 + [8] * 43
    told = measured(overlaps(), run, POLICY)
    assert told.gaps[0].items == (3, 40)
    assert (told.gaps[0].low, told.gaps[0].method) == (None, "3 items are too few")
    assert (told.gaps[1].found, told.gaps[1].gap) == (None, None)


def test_unknown_arms_and_metrics_are_named() -> None:
    """What the run does not have is named, with what is likely meant."""
    run = run_of(rl=values(5, 0.5, 0.5))
    with pytest.raises(ContaminationError, match=r"no arm 'rll'.*did you mean 'rl'"):
        measured(overlaps(), run, POLICY, pair=("rl", "rll"))
    with pytest.raises(ContaminationError, match=r"no metric 'corect'; did you mean 'correct'"):
        measured(overlaps(), run, POLICY, metric="corect")
