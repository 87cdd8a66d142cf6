"""What looks see, and the stages that they come to."""

from __future__ import annotations

import numpy as np

from harness.decide import decide_at, next_stage
from harness.records import Decision, Part, Policy, Question, Sample, Stage

GREATER = Question(direction="greater", threshold=0.0)


LOSS = Question(direction="less", threshold=0.0, alarm=True)


POLICY = Policy(effect=0.1)


def prefix(share: float, mean: float = 0.0, width: float = 0.3, count: int = 120) -> Sample:
    """Make what a look at a share of the items sees: values spread evenly around a mean."""
    seen = round(count * share)
    values = np.linspace(mean - width, mean + width, seen)
    part = Part(values=values, half_range=1.0, noise=0.01, growing=0.01, growing_at_cap=0.01)
    return Sample(parts=(part,), draws=8, low=-1.0, high=1.0, share=share)


def of_draws(draws: int, cap: int, between: float = 0.02, within: float = 0.3) -> Sample:
    """Make what a look at some of the draws sees: variance between items, and of the draws."""
    spread = np.linspace(-1, 1, 100)
    values = spread * np.sqrt((between + within / draws) / spread.var(ddof=1))
    part = Part(
        values=values, half_range=1.0, noise=within / draws, growing=within / draws,
        growing_at_cap=within / cap,
    )  # fmt: skip
    return Sample(parts=(part,), draws=draws, low=-1.0, high=1.0)


def staged(
    samples: list[Sample], question: Question = GREATER, policy: Policy = POLICY
) -> list[Stage]:
    """Return the stage of each look."""
    stages: list[Stage] = []
    for sample in samples:
        stages.append(next_stage(sample, question, policy, most=len(samples), past=stages))
    return stages


def decided(
    sample: Sample, question: Question = GREATER, policy: Policy = POLICY
) -> Decision | None:
    """Decide at the first of two looks."""
    return decide_at(
        sample, question, policy, next_stage(sample, question, policy, most=2, past=[])
    )
