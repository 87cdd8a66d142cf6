"""What a config comes to, and what of it counts as proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from harness.records.arm import ArmSpec, Recipe, SeriesSpec
from harness.records.task import Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What counts as proof.

    Attributes
    ----------
    alpha
        One-sided error rate of each decision, in (0, .5).
    power
        Chance to prove an effect of the size of interest, in (.5, 1).
    effect
        Smallest effect of interest, as a distance from a claim's threshold, or None.
    inconclusive
        What an inconclusive claim does to its test.
    items
        Whom a claim is about: the population that these items stand for, or these alone. Then
        only the draws are noise.
    method
        How claims are decided; ``auto`` goes by the kind of data.
    anchor
        The most that may be lost of what the anchor has: a claim not to be worse than a baseline
        is held against the anchor too. None for no anchor.
    require_control
        Whether a claim that an arm gains is held against the arm's controls too, and fails if
        there is none.
    max_format_share
        The most of a claimed gain of ``correct`` that may be one of format, in (0, 1]: lenient
        scoring has to see the rest. None for no such bound.
    """

    alpha: float = 0.05
    power: float = 0.9
    effect: float | None = None
    inconclusive: Literal["fail", "warn", "skip"] = "fail"
    items: Literal["population", "these"] = "population"
    method: Literal["auto", "t-floor", "t", "sign-flip", "bootstrap-t", "anytime"] = "auto"
    anchor: float | None = None
    require_control: bool = False
    max_format_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySpec:
    """What the config declares of the study that its arms make up.

    Attributes
    ----------
    task
        The task that it is on; empty if the run has one alone.
    base
        What training started from; None if arms tell it by `start` in their training.
    arms
        What training made, in the order of the page; empty for all but starts and controls.
    by
        The tag that items are told apart by.
    seen, unseen
        Items like those that training drew from, and such as it never saw; empty if not declared.
    """

    task: str = ""
    base: str | None = None
    arms: tuple[str, ...] = ()
    by: str = "split"
    seen: Where = ()
    unseen: Where = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """`evals/harness.yaml`, validated.

    `draws` is the number of draws per item, or under `auto` the most that planned looks take;
    `baseline_age` the most days that a baseline serves, None for ever.
    """

    path: Path
    arms: Mapping[str, ArmSpec]
    policy: Policy
    draws: int
    auto: bool
    baseline_draws: int
    seed: int
    baseline_age: int | None = None
    study: StudySpec = field(default_factory=StudySpec)
    series: Mapping[str, SeriesSpec] = field(default_factory=dict)
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
