"""The cells of the study: claims whose effect is the threshold itself, or beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bench.calibration.trials import Cell
from bench.calibration.worlds import (
    beta,
    breaks,
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
    weak_gain,
)
from harness.records import Policy

POLICY = Policy(effect=0.1)
ITEMS = (20, 50, 100, 200, 500)
DRAWS = (1, 2, 4, 16)
EQUAL, UNEQUAL = (5,), (1, 2, 4, 13)  # sizes of clusters
SPREAD = (0.5, 0.5)


def paired() -> Iterator[Cell]:
    """Yield pairs of arms at a difference of zero."""
    worlds = {
        "same skills, U-shaped": sharp(beta(0.3, 0.3)),
        "same skills, uniform": sharp(beta(1, 1)),
        "same skills, Beta(2, 2)": sharp(beta(2, 2)),
        "same skills, ceiling .95": sharp(beta(19, 1)),
        "linked skills, U-shaped": weak(SPREAD, SPREAD),
        "linked skills, asymmetric .85": weak(of_mean(0.85, 10), of_mean(0.85, 1)),
        "linked skills, asymmetric ceiling .95": weak(of_mean(0.95, 20), of_mean(0.95, 1)),
        "few items broken, others better": breaks(0.05, beta(9, 1)),
    }
    for name, world in worlds.items():
        for items in ITEMS:
            for draws in DRAWS:
                yield Cell(name=name, world=world, items=items, draws=draws, policy=POLICY)


def margins() -> Iterator[Cell]:
    """Yield candidates that lose as much as the margin allows."""
    worlds = {
        "loses items, others alike": (1.0, two_points(1.0)),
        "loses halves of items, others alike": (0.5, two_points(1.0)),
        "loses items, skills U-shaped": (1.0, beta(0.3, 0.3)),
    }
    for margin in (0.02, 0.03, 0.05):
        for name, (loss, base) in worlds.items():
            for items in ITEMS:
                for draws in (1, 2, 16):
                    yield Cell(
                        name=f"{name}, margin {margin}", world=loses(margin, loss, base),
                        items=items, draws=draws, threshold=-margin, policy=POLICY,
                    )  # fmt: skip


def combined() -> Iterator[Cell]:
    """Yield pass@8, differences in differences, and comparisons of disjoint items."""
    unlike = weak(of_mean(0.85, 10), of_mean(0.85, 1))
    for items in ITEMS:
        for world, kind in (
            (sharp(beta(0.3, 0.9)), "same skills"),
            (weak((0.3, 0.9), (0.3, 0.9)), "linked skills"),
        ):
            for draws in (8, 16):
                yield Cell(
                    name=f"pass@8, {kind}", world=world, items=items, draws=draws, k=8,
                    policy=POLICY,
                )  # fmt: skip
        for draws in (1, 4):
            yield Cell(
                name="difference in differences", world=four(SPREAD), items=items, draws=draws,
                claim="did", policy=POLICY,
            )  # fmt: skip
        for share, sizes in ((0.5, "as many"), (0.8, "four times as many")):
            for world, kind in ((weak(SPREAD, SPREAD), "U-shaped"), (unlike, "asymmetric .85")):
                yield Cell(
                    name=f"other items, {sizes}, {kind}", world=world, items=2 * items, draws=4,
                    claim="disjoint", share=share, policy=POLICY,
                )  # fmt: skip


def bars() -> Iterator[Cell]:
    """Yield one arm against a bar that is its mean."""
    for mean in (0.6, 0.9, 0.95, 0.98):
        for items in ITEMS:
            for draws in (1, 4, 16):
                yield Cell(
                    name=f"one arm against {mean}", world=sharp(beta(*of_mean(mean, 2))),
                    items=items, draws=draws, threshold=mean, claim="bar", policy=POLICY,
                )  # fmt: skip


def these() -> Iterator[Cell]:
    """Yield claims about these items alone, which are the same in every repetition."""
    worlds = {
        "U-shaped": fixed((0.3, 0.3)),
        "ceiling .95": fixed((19, 1)),
        "effects that cancel": fixed((2, 2), 0.2),
    }
    for name, world in worlds.items():
        for items in ITEMS:
            for draws in (2, 4, 16):
                yield Cell(
                    name=f"these items, {name}", world=world, items=items, draws=draws,
                    policy=replace(POLICY, items="these"),
                )  # fmt: skip


def clusters() -> Iterator[Cell]:
    """Yield items in clusters; `items` counts them, and so do the columns of the tables."""
    for sizes, kind in ((EQUAL, "of 5"), (UNEQUAL, "of 1, 2, 4 and 13")):
        for items in (40, 60, 100, 200, 500):
            count = items * len(sizes) // sum(sizes)
            yield Cell(
                name=f"clusters {kind}", world=clustered(SPREAD, sizes), items=items, draws=4,
                sizes=sizes, policy=POLICY,
            )  # fmt: skip
            if count >= 20:
                yield Cell(
                    name=f"loses clusters {kind}, margin 0.05",
                    world=loses_clusters(0.05, sizes, beta(0.3, 0.3)), items=items, draws=4,
                    sizes=sizes, threshold=-0.05, policy=POLICY,
                )  # fmt: skip


def looks() -> Iterator[Cell]:
    """Yield claims with planned looks."""
    worlds = {
        "same skills, U-shaped": (sharp(beta(0.3, 0.3)), 0.0),
        "linked skills, U-shaped": (weak(SPREAD, SPREAD), 0.0),
        "linked skills, asymmetric .85": (weak(of_mean(0.85, 10), of_mean(0.85, 1)), 0.0),
        "same skills, ceiling .95": (sharp(beta(19, 1)), 0.0),
        "loses items, others alike, margin 0.05": (loses(0.05, 1.0, two_points(1.0)), -0.05),
        "loses items, skills U-shaped, margin 0.05": (loses(0.05, 1.0, beta(0.3, 0.3)), -0.05),
    }
    for name, (world, threshold) in worlds.items():
        for items in (50, 100, 200):
            for draws in (1, 4, 16):
                yield Cell(
                    name=name, world=world, items=items, draws=draws, threshold=threshold,
                    policy=POLICY, auto=True,
                )  # fmt: skip
    for items in (50, 100, 200):
        base = Cell(name="", world=four(SPREAD), items=items, draws=16, policy=POLICY, auto=True)
        yield replace(base, name="difference in differences", claim="did")
        linked = weak((0.3, 0.9), (0.3, 0.9))
        yield replace(base, name="pass@8", world=linked, draws=32, k=8)
        apart = weak(SPREAD, SPREAD)
        yield replace(base, name="other items", world=apart, items=2 * items, claim="disjoint")
        bar = sharp(beta(*of_mean(0.9, 2)))
        yield replace(base, name="one arm against 0.9", world=bar, threshold=0.9, claim="bar")
        cancel, alone = fixed((2, 2), 0.2), replace(POLICY, items="these")
        yield replace(base, name="these items, effects that cancel", world=cancel, policy=alone)


def bets() -> Iterator[Cell]:
    """Yield claims that are decided by bets."""
    bet = replace(POLICY, method="anytime")
    for name, world, threshold in (
        ("same skills, U-shaped", sharp(beta(0.3, 0.3)), 0.0),
        ("linked skills, U-shaped", weak(SPREAD, SPREAD), 0.0),
        ("loses items, skills U-shaped, margin 0.05", loses(0.05, 1.0, beta(0.3, 0.3)), -0.05),
    ):
        for items in (50, 200):
            yield Cell(
                name=name, world=world, items=items, draws=4, threshold=threshold, policy=bet,
                variance=0.1,
            )  # fmt: skip
    for items in (50, 200):
        yield Cell(
            name="these items, effects that cancel, in rounds", world=fixed((2, 2), 0.2),
            items=items, draws=16, policy=replace(bet, items="these"),
        )  # fmt: skip


def powers() -> Iterator[Cell]:
    """Yield claims that are true, by as much as they are planned for."""
    for effect in (0.05, 0.1):
        for name, world in (
            ("same skills, gain", gains(effect, beta(1, 1), 0.5)),
            ("linked skills, gain", weak_gain(effect, SPREAD)),
        ):
            for items in ITEMS:
                for draws in DRAWS:
                    yield Cell(
                        name=f"{name} {effect}", world=world, items=items, draws=draws,
                        policy=POLICY,
                    )  # fmt: skip
    for margin in (0.03, 0.05):
        for items in ITEMS:
            for draws in DRAWS:
                yield Cell(
                    name=f"no change, margin {margin}", world=sharp(beta(0.3, 0.3)), items=items,
                    draws=draws, threshold=-margin, policy=POLICY,
                )  # fmt: skip


#: The sections of the study, in order, by their titles.
NULLS: dict[str, tuple[Cell, ...]] = {
    "Pairs without a difference": tuple(paired()),
    "Losses as large as the margin": tuple(margins()),
    "pass@8, interactions, disjoint items": tuple(combined()),
    "One arm against a bar": tuple(bars()),
    "These items alone": tuple(these()),
    "Items in clusters": tuple(clusters()),
}
LOOKS, BETS, POWER = "Planned looks", "Bets", "Power"
SECTIONS = {**NULLS, LOOKS: tuple(looks()), BETS: tuple(bets()), POWER: tuple(powers())}
