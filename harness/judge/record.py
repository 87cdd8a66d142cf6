"""The record of a session: what was planned, what was seen before, and what is new."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.claims import Claim
from harness.judge.again import Again
from harness.judge.clerk import Clerk
from harness.judge.docket import Docket
from harness.judge.keys import draws_key, effect_key, verdict_key
from harness.judge.predicates import functions_of
from harness.ledger import Ledger
from harness.records import (
    Config,
    Decision,
    Look,
    Plan,
    PlannedClaim,
    Policy,
    Reading,
    Source,
    decision_of,
    reading_of,
)
from harness.trial import Trial

_PLANNED_POLICY = ("alpha", "power")


class Record:
    """Holds plan and ledger against what is about to be decided.

    `news` is what the ledger has to learn of this process, `recalled` how many verdicts it knew,
    `unpinned` the arms that can change behind their names, of those that claims were decided on.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what is known before anything is decided
        self,
        config: Config,
        clerk: Clerk,
        ledger: Ledger,
        plan: Plan | None,
        plan_path: Path,
        again: Again | None = None,
    ) -> None:
        self._config = config
        self._clerk = clerk
        self._ledger = ledger
        self._again = again
        self.plan = plan
        self.plan_path = plan_path
        self.news: dict[str, Any] = {}
        self.recalled = 0
        self.unpinned: set[str] = set()

    def exploratory(
        self, claim: Claim, planned: PlannedClaim | None, docket: Docket, policy: Policy
    ) -> str:
        """Say why a verdict is exploratory; empty if it is not.

        `policy` is the claim's own, with an alarm's share of alpha. Also notes under which plan
        the claim's draws were first looked at, that the claim's effect was decided on them, and
        which arms are not pinned.
        """
        sources = [source for source in claim.sources if not source.baseline]
        for source in sources:
            self._open(self._clerk.identity(source))
        arms = {source.arm for source in claim.sources if not self._clerk.pinned(source)}
        self.unpinned |= arms
        reasons: list[str] = []
        if planned is not None and self.plan is not None:
            reasons += _unlike(self.plan, planned, self._config, docket, sources)
            functions = functions_of(claim.terms)
            if planned.measure != self._clerk.measure(claim.sources, claim.defined, functions):
                reasons.append(f"{_measured(claim)} are not as planned")
            reasons += self._too_late(sources, planned.key)
        attempt = self._attempt(claim)
        if attempt > 1:
            reasons.append(f"attempt {attempt} on other draws")
        if self._again is not None:
            plan = None if self.plan is None else self.plan.hash
            reasons += self._again.doubts(claim, policy, docket.nodeid, self._clerk, plan)
        return "; ".join(reasons)

    def _open(self, identity: str) -> None:
        if identity in self._ledger.opened:
            return
        opened = self.news.setdefault("opened", {})
        opened[identity] = self.plan.hash if self.plan is not None else ""
        if self.plan is not None:
            keys = [claim.key for claim in self.plan.claims]
            self.news.setdefault("plans", {})[self.plan.hash] = keys

    def _too_late(self, sources: list[Source], key: str) -> Iterator[str]:
        for source in sources:
            identity = self._clerk.identity(source)
            if identity in self._ledger.opened and not self._ledger.knew(identity, key):
                yield "planned after its draws were first looked at (--harness-fresh takes others)"
                return

    def _attempt(self, claim: Claim) -> int:
        """Return on how many sets of draws the effect was decided, up to those at hand."""
        effect, draws = effect_key(claim, self._clerk), draws_key(claim, self._clerk)
        if draws not in self._ledger.attempts.get(effect, ()):
            self.news.setdefault("attempts", {})[effect] = [draws]
        return self._ledger.attempt(effect, draws)

    def recall(self, claim: Claim, trial: Trial) -> tuple[Decision, tuple[Reading, ...]] | None:
        """Return the verdict that was given on the same draws, if one is stored.

        None where a run is decided again: then every claim is decided anew.
        """
        if self._again is not None:
            return None
        key = verdict_key(claim, trial, self._clerk)
        stored = self._ledger.verdicts.get(key) if key else None
        if stored is None:
            return None
        self.recalled += 1
        return _restored(stored)

    def resumed(self, claim: Claim, trial: Trial) -> Trial:
        """Let a bet on rounds of draws go on where an earlier run left it, or stop where it did."""
        if _in_rounds(trial) and self._again is not None:
            seen = self._again.most(claim.sources) or trial.looks[-1].draws
            return dataclasses.replace(trial, looks=(Look(draws=seen),))
        if not _in_rounds(trial) or not (key := verdict_key(claim, trial, self._clerk)):
            return trial
        done, new = self._ledger.rounds.get(key, 0), trial.looks[-1].draws
        return dataclasses.replace(trial, looks=(Look(draws=done + new),))

    def keep(
        self, claim: Claim, trial: Trial, decision: Decision, readings: tuple[Reading, ...]
    ) -> None:
        """Store a verdict, for a run on the same draws to return it."""
        if _in_rounds(trial):
            trial = dataclasses.replace(trial, looks=(Look(draws=claim.sources[0].draws),))
        if not (key := verdict_key(claim, trial, self._clerk)):
            return
        if _in_rounds(trial):
            self.news.setdefault("rounds", {})[key] = readings[0].draws
            if decision.verdict == "inconclusive":
                return  # the next run goes on
        self.news.setdefault("verdicts", {})[key] = {
            "decision": dataclasses.asdict(decision),
            "figures": [dataclasses.asdict(reading) for reading in readings],
        }


def _in_rounds(trial: Trial) -> bool:
    return trial.policy.method == "anytime" and trial.policy.items == "these"


def _unlike(
    plan: Plan, planned: PlannedClaim, config: Config, docket: Docket, sources: list[Source]
) -> Iterator[str]:
    """Yield what is not as it was planned."""
    policy = docket.policy
    now: dict[str, object] = {
        "items": policy.items, "method": policy.method, "effect": policy.effect,
        "auto": docket.auto,
    }  # fmt: skip
    before: dict[str, object] = {name: getattr(planned, name) for name in now}
    if sources:
        now["draws"], before["draws"] = sources[0].draws, planned.draws
    for name in _PLANNED_POLICY:
        now[name], before[name] = getattr(policy, name), plan.policy.get(name)
    now["seed"], before["seed"] = config.seed, plan.seed
    for name, value in now.items():
        if value != before[name]:
            yield f"{name} is {value}, planned {before[name]}"


def _restored(stored: dict[str, Any]) -> tuple[Decision, tuple[Reading, ...]]:
    return decision_of(stored["decision"]), tuple(map(reading_of, stored["figures"]))


def _measured(claim: Claim) -> str:
    """Name what a claim is measured by."""
    more = ["series"] if claim.defined else []
    more += ["training seeds"] if any(source.recipe for source in claim.sources) else []
    first, *others = ["items", "selection", *more, "scorer"][::-1]
    return f"{', '.join(others[::-1])} or {first}"
