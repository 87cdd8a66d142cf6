"""A finished run: what every face of the report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.records import Read, Ruling, Spent
from harness.report.measured import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalResult:
    """One eval: how its test came out, its rulings, and claims that it never asserted.

    `place` is its file, from the root, and the line before its first.
    """

    nodeid: str
    outcome: str
    rulings: tuple[Ruling, ...]
    unasserted: tuple[str, ...]
    place: tuple[str, int] = ("", -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanState:
    """What became of the plan.

    Attributes
    ----------
    missing
        There was none.
    hash
        Of what it promises; empty if there was none.
    not_reached
        Planned claims that no eval came to: node id and claim.
    holm
        Alarms that ring by Holm's procedure over all of the plan's alarms.
    """

    missing: bool = True
    hash: str = ""
    not_reached: tuple[tuple[str, str], ...] = ()
    holm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One session.

    Attributes
    ----------
    evals
        The evals that reported, by node id.
    missing
        Evals that were collected and never reported, such as after a worker's death.
    deselected
        How many evals were collected and deselected.
    baselines
        Paths of the baselines that were written.
    settings
        Policy, draws and seed in force; part of the content.
    provenance
        What is volatile: versions, times, machine.
    plan
        What became of the plan.
    reads
        What was read of each arm on each task, by task and arm.
    changes
        What changed since the baselines, in lines.
    notes
        What else is to be known, a line each.
    readings
        What the draws say beside the claims, a line each: with intervals, and no verdicts.
    measured
        What that came to, item by item.
    spent
        What the draws took that were taken in this run, by arm and hash of the stream.
    """

    evals: tuple[EvalResult, ...]
    missing: tuple[str, ...]
    deselected: int
    baselines: tuple[str, ...]
    settings: Mapping[str, Any]
    provenance: Mapping[str, Any]
    plan: PlanState = PlanState()
    reads: tuple[Read, ...] = ()
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    measured: Measured = field(default_factory=Measured)
    spent: Mapping[tuple[str, str], Spent] = field(default_factory=dict)

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """All rulings, eval by eval."""
        return tuple(ruling for result in self.evals for ruling in result.rulings)

    @property
    def exploratory(self) -> tuple[str, ...]:
        """Why the run proves less than it seems to, each reason once."""
        reasons = dict.fromkeys(ruling.exploratory for ruling in self.rulings)
        return tuple(reason for reason in reasons if reason)

    @property
    def green(self) -> bool:
        """Whether every collected eval reported and passed, on supported claims alone."""
        return (
            not self.missing
            and all(result.outcome == "passed" for result in self.evals)
            and all(ruling.decision.verdict == "supported" for ruling in self.rulings)
        )
